// The option summary. Its labels are read by scripts and are those of the original.
#include <NvInfer.h>

#include "base/error.h"
#include "trtexec/options.h"

namespace tenon::trtexec {
namespace {

const char* enabled(bool value) { return value ? "Enabled" : "Disabled"; }

std::string precision_text(const BuildChoices& build) {
  if (build.strongly_typed) return "Strongly Typed";
  if (build.best) return "FP32+FP16+BF16+INT8";
  std::string text = "FP32";
  if (build.fp16) text += "+FP16";
  if (build.bf16) text += "+BF16";
  if (build.int8) text += "+INT8";
  return text;
}

std::string pool_text(const std::optional<uint64_t>& bytes) {
  if (!bytes) return "default";
  return fmt::format("{:g} MiB", static_cast<double>(*bytes) / (1024 * 1024));
}

const char* verbosity_text(nvinfer1::ProfilingVerbosity verbosity) {
  using enum nvinfer1::ProfilingVerbosity;
  if (verbosity == kDETAILED) return "detailed";
  return verbosity == kNONE ? "none" : "layer_names_only";
}

template <typename T>
std::string or_default(const std::optional<T>& value) {
  return value ? std::to_string(*value) : "default";
}

void add_build(std::vector<std::string>& lines, const BuildChoices& build) {
  const auto add = [&](const char* label, const std::string& value) {
    lines.push_back(fmt::format("{}: {}", label, value));
  };
  lines.emplace_back("=== Model Options ===");
  add("Format", build.onnx.empty() ? "*" : "ONNX");
  add("Model", build.onnx);
  add("Output", "");
  lines.emplace_back("=== Build Options ===");
  add("Memory Pools",
      fmt::format("workspace: {}, tacticSharedMem: {}", pool_text(build.workspace_bytes),
                  pool_text(build.tactic_shared_memory_bytes)));
  add("avgTiming", or_default(build.avg_timing));
  add("Precision", precision_text(build));
  add("TF32", enabled(!build.no_tf32));
  add("Max auxiliary streams", or_default(build.max_aux_streams));
  add("Builder optimization level", or_default(build.optimization_level));
  add("Profiling verbosity", verbosity_text(build.profiling_verbosity));
  add("Build only", enabled(build.skip_inference));
  add("Save engine", build.save_engine);
  add("Load engine", build.load_engine);
  add("Builder Cache", enabled(!build.no_builder_cache));
  add("Timing cache mode", build.timing_cache_file.empty() ? "local" : "global");
  add("timingCacheFile", build.timing_cache_file);
  for (const auto& [name, shape] : build.opt_shapes) {
    add("Input build shape (profile 0)",
        fmt::format("{}={}+{}+{}", name, shape_text(build.min_shapes.at(name)), shape_text(shape),
                    shape_text(build.max_shapes.at(name))));
  }
  if (build.opt_shapes.empty()) add("Input build shapes", "model");
}

void add_inference(std::vector<std::string>& lines, const InferenceChoices& inference) {
  const auto add = [&](const char* label, const std::string& value) {
    lines.push_back(fmt::format("{}: {}", label, value));
  };
  lines.emplace_back("=== System Options ===");
  add("Device", "0");
  lines.emplace_back("=== Inference Options ===");
  add("Batch", "Explicit");
  for (const auto& [name, shape] : inference.shapes) {
    add("Input inference shape", name + "=" + shape_text(shape));
  }
  if (inference.shapes.empty()) add("Input inference shapes", "model");
  add("Iterations", std::to_string(inference.iterations));
  add("Duration",
      fmt::format("{:g}s (+ {:g}ms warm up)", inference.duration_s, inference.warm_up_ms));
  add("Sleep time", fmt::format("{:g}ms", inference.sleep_ms));
  add("Idle time", fmt::format("{:g}ms", inference.idle_ms));
  add("Inference Streams", std::to_string(inference.streams));
  add("ExposeDMA", enabled(inference.expose_dma));
  add("Data transfers", enabled(inference.transfers));
  add("Spin-wait", enabled(inference.spin_wait));
  add("Multithreading", enabled(inference.threads || inference.streams > 1));
  add("CUDA Graph", enabled(inference.cuda_graph));
  add("Separate profiling", enabled(inference.separate_profile_run));
  add("Time Deserialize", enabled(inference.time_deserialize));
  add("Optimization Profile Index", std::to_string(inference.profile));
  lines.emplace_back("Inputs:");
  for (const auto& [name, file] : inference.inputs) lines.push_back(name + "<-" + file);
}

}  // namespace

std::vector<std::string> option_lines(const Options& options) {
  std::vector<std::string> lines;
  add_build(lines, options.build);
  add_inference(lines, options.inference);
  const ReportChoices& report = options.report;
  const auto add = [&](const char* label, const std::string& value) {
    lines.push_back(fmt::format("{}: {}", label, value));
  };
  lines.emplace_back("=== Reporting Options ===");
  add("Verbose", enabled(report.verbose));
  add("Averages", fmt::format("{} inferences", report.avg_runs));
  std::string percentiles;
  for (const double p : report.percentiles) {
    percentiles += fmt::format("{}{:g}", percentiles.empty() ? "" : ",", p);
  }
  add("Percentiles", percentiles);
  add("Dump output", enabled(report.dump_output));
  add("Profile", enabled(report.dump_profile));
  add("Layer information", enabled(report.dump_layer_info));
  add("Export timing to JSON file", report.export_times);
  add("Export output to JSON file", report.export_output);
  add("Export profile to JSON file", report.export_profile);
  add("Export layer information to JSON file", report.export_layer_info);
  lines.emplace_back("");
  return lines;
}

}  // namespace tenon::trtexec
