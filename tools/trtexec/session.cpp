#include "trtexec/session.h"

#include "base/error.h"
#include "base/file.h"
#include "trtexec/engine.h"
#include "trtexec/exports.h"
#include "trtexec/inference.h"
#include "trtexec/interrupt.h"
#include "trtexec/report.h"

namespace tenon::trtexec {
namespace {

std::vector<std::byte> get_plan(const Options& options, Console& console) {
  const BuildChoices& build = options.build;
  if (build.load_engine.empty()) return build_plan(build, console);
  std::vector<std::byte> plan = read_file(build.load_engine);
  console.info(fmt::format("Loaded engine with size: {:.6g} MiB",
                           static_cast<double>(plan.size()) / (1 << 20)));
  if (!build.save_engine.empty()) {
    const std::span<const std::byte> bytes(plan);
    write_file_atomically(build.save_engine, std::span(&bytes, 1));
    console.info("Engine saved to " + build.save_engine);
  }
  return plan;
}

void report_layers(nvinfer1::ICudaEngine& engine, const ReportChoices& report, Console& console) {
  if (!report.dump_layer_info && report.export_layer_info.empty()) return;
  const std::unique_ptr<nvinfer1::IEngineInspector> inspector(engine.createEngineInspector());
  if (!inspector) fail("cannot create an engine inspector");
  const auto text = [&](nvinfer1::LayerInformationFormat format) {
    const char* information = inspector->getEngineInformation(format);
    if (information == nullptr) fail("the engine gives no information about its layers");
    return std::string(information);
  };
  if (report.dump_layer_info) {
    console.info("Layer Information:");
    console.info(text(nvinfer1::LayerInformationFormat::kONELINE));
  }
  if (!report.export_layer_info.empty()) {
    write_text(report.export_layer_info, text(nvinfer1::LayerInformationFormat::kJSON));
  }
}

void report_profile(const Profile& profile, const ReportChoices& report, Console& console) {
  if (report.dump_profile) {
    console.info("");
    for (const std::string& line : profile.table()) console.info(line);
    console.info("");
  }
  if (!report.export_profile.empty()) write_text(report.export_profile, profile_json(profile));
}

// Graphs hide the layers from a profiler.
InferenceChoices possible(const Options& options, Console& console) {
  InferenceChoices choices = options.inference;
  if (choices.cuda_graph && options.report.wants_profile() && !choices.separate_profile_run) {
    console.warning(
        "Layers of a CUDA graph cannot be profiled: --useCudaGraph is ignored. "
        "With --separateProfileRun both are possible.");
    choices.cuda_graph = false;
  }
  return choices;
}

void measure_inference(nvinfer1::ICudaEngine& engine, const Options& options, Console& console) {
  const ReportChoices& report = options.report;
  const InferenceChoices choices = possible(options, console);
  Inference inference(engine, choices, console);
  Profile profile;
  const bool profile_now = report.wants_profile() && !choices.separate_profile_run;
  console.info("Starting inference");
  const auto trace = inference.run(profile_now ? &profile : nullptr);
  if (interrupted()) console.warning("Interrupted: what was measured before is reported.");
  if (trace.empty()) fail(ErrorCode::kExecution, "no inference was measured");
  const Performance performance = measure(trace, choices.warm_up_ms, report.percentiles);
  print_performance(performance, options, console);
  if (!report.export_times.empty()) {
    write_text(report.export_times, times_json(performance.measured));
  }
  if (report.dump_output || !report.export_output.empty()) {
    const auto outputs = inference.outputs();
    if (report.dump_output) print_outputs(outputs, console);
    if (!report.export_output.empty()) write_text(report.export_output, outputs_json(outputs));
  }
  if (report.wants_profile()) {
    if (!profile_now) {
      console.info("Starting a second run for the profile");
      inference.run(&profile);
    }
    report_profile(profile, report, console);
  }
  if (interrupted() && choices.duration_s >= 0) fail(ErrorCode::kExecution, "interrupted");
}

}  // namespace

void run_session(const Options& options, Console& console) {
  console.set_verbose(options.report.verbose);
  for (const std::string& line : option_lines(options)) console.info(line);
  print_device(console);
  const std::vector<std::byte> plan = get_plan(options, console);
  if (options.inference.time_deserialize) {
    time_loading(plan, console);
    return;
  }
  const LoadedEngine loaded = load_engine(plan, console);
  report_layers(*loaded.engine, options.report, console);
  if (options.build.skip_inference) {
    console.info("Skipped inference phase since --skipInference is added.");
    return;
  }
  measure_inference(*loaded.engine, options, console);
}

}  // namespace tenon::trtexec
