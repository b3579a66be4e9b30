#include "trtexec/options.h"

#include <NvInfer.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string_view>

#include "base/error.h"

namespace tenon::trtexec {
namespace {

// The original's options that have no meaning here yet.
constexpr std::string_view kNotImplemented[] = {"--cpuOnly",
                                                "--inputIOFormats",
                                                "--outputIOFormats",
                                                "--calibProfile",
                                                "--profile",
                                                "--minShapesCalib",
                                                "--optShapesCalib",
                                                "--maxShapesCalib",
                                                "--refit",
                                                "--weightless",
                                                "--stripWeights",
                                                "--stripAllWeights",
                                                "--vc",
                                                "--versionCompatible",
                                                "--pi",
                                                "--pluginInstanceNorm",
                                                "--uint8AsymmetricQuantizationDLA",
                                                "--reportCapabilityDLA",
                                                "--adjustForDLA",
                                                "--enablePluginOverride",
                                                "--excludeLeanRuntime",
                                                "--noCompilationCache",
                                                "--monitorMemory",
                                                "--fp8",
                                                "--int4",
                                                "--distributiveIndependence",
                                                "--safe",
                                                "--dumpKernelText",
                                                "--buildDLAStandalone",
                                                "--allowGPUFallback",
                                                "--consistency",
                                                "--restricted",
                                                "--directIO",
                                                "--precisionConstraints",
                                                "--layerPrecisions",
                                                "--layerOutputTypes",
                                                "--layerDeviceTypes",
                                                "--decomposableAttentions",
                                                "--markDebug",
                                                "--markUnfusedTensorsAsDebugTensors",
                                                "--sparsity",
                                                "--calib",
                                                "--asyncFileReader",
                                                "--getPlanVersionOnly",
                                                "--tacticSources",
                                                "--errorOnTimingCacheMiss",
                                                "--maxTactics",
                                                "--runtimePlatform",
                                                "--hardwareCompatibilityLevel",
                                                "--preview",
                                                "--tempdir",
                                                "--tempfileControls",
                                                "--useRuntime",
                                                "--leanDLLPath",
                                                "--allowWeightStreaming",
                                                "--tilingOptimizationLevel",
                                                "--l2LimitForTiling",
                                                "--remoteAutoTuningConfig",
                                                "--useDLACore",
                                                "--plugins",
                                                "--setPluginsToSerialize",
                                                "--dynamicPlugins",
                                                "--safetyPlugins",
                                                "--ignoreParsedPluginLibs",
                                                "--staticPlugins",
                                                "--useManagedMemory",
                                                "--timeRefit",
                                                "--persistentCacheRatio",
                                                "--allocationStrategy",
                                                "--weightStreamingBudget",
                                                "--saveDebugTensors",
                                                "--saveAllDebugTensors",
                                                "--refitFromOnnx",
                                                "--dumpRefit",
                                                "--dumpRawBindingsToFile",
                                                "--dumpOptimizationProfile"};

// CLI11's own checks of a lower bound print the largest number that there is.
const CLI::Validator& at_least_zero() {
  static const CLI::Validator validator(
      [](std::string& text) {
        double value = 0;
        const bool good = CLI::detail::lexical_cast(text, value) && value >= 0;
        return good ? std::string() : text + " is not a number of at least 0";
      },
      "NUMBER >= 0");
  return validator;
}

// Values as they stand on the command line, before their own languages are read.
struct Texts {
  std::string shapes, min_shapes, opt_shapes, max_shapes, inputs, pools, percentiles;
  std::string verbosity = "layer_names_only";
  int device = 0;
  bool no_cuda_graph = false;
  bool no_transfers = false;
};

void declare_build(CLI::App& app, BuildChoices& build, Texts& texts) {
  const char* group = "Model and build";
  const auto option = [&](const char* name, auto& value, const char* what) {
    return app.add_option(name, value, what)->group(group);
  };
  const auto flag = [&](const char* name, bool& value, const char* what) {
    app.add_flag(name, value, what)->group(group);
  };
  option("--onnx", build.onnx, "ONNX file to build an engine from");
  option("--loadEngine", build.load_engine, "Plan file to run instead of building");
  option("--saveEngine", build.save_engine, "File for the built plan");
  option("--minShapes", texts.min_shapes, "Smallest input shapes, as name:1x3x224x224,other:1x2");
  option("--optShapes", texts.opt_shapes, "Input shapes to tune for");
  option("--maxShapes", texts.max_shapes, "Largest input shapes");
  option("--memPoolSize", texts.pools,
         "Memory limits as pool:size,...: workspace or tacticSharedMem; MiB, or with B, K, M, G");
  option("--timingCacheFile", build.timing_cache_file, "File of measurements to reuse and extend");
  option("--builderOptimizationLevel", build.optimization_level, "0 (fast build) to 5 (thorough)")
      ->check(CLI::Range(0, 5));
  option("--maxAuxStreams", build.max_aux_streams,
         "Streams beside the first that layers may run on at the same time; 0: none")
      ->check(at_least_zero());
  option("--avgTiming", build.avg_timing, "Runs to average when a tactic is timed")
      ->check(CLI::Range(1, 1000));
  option("--profilingVerbosity", texts.verbosity, "layer_names_only, detailed or none")
      ->check(CLI::IsMember({"layer_names_only", "detailed", "none", "default", "verbose"}));
  flag("--fp16", build.fp16, "Allow layers to compute in FP16");
  flag("--bf16", build.bf16, "Allow layers to compute in BF16");
  flag("--int8", build.int8, "Allow layers to compute in INT8");
  flag("--best", build.best, "Allow every precision");
  flag("--noTF32", build.no_tf32, "Keep FP32 products exact");
  flag("--stronglyTyped", build.strongly_typed, "Compute in the types of the network");
  flag("--noBuilderCache", build.no_builder_cache, "Measure every tactic anew");
  flag("--skipInference", build.skip_inference, "Stop when the engine is built");
}

void declare_inference(CLI::App& app, InferenceChoices& inference, Texts& texts) {
  const char* group = "Inference";
  const auto option = [&](const char* name, auto& value, const char* what) {
    return app.add_option(name, value, what)->group(group);
  };
  const auto flag = [&](const char* name, bool& value, const char* what) {
    app.add_flag(name, value, what)->group(group);
  };
  option("--shapes", texts.shapes, "Input shapes to run with, as name:1x3x224x224,other:1x2");
  option("--loadInputs", texts.inputs, "Raw files with the values of inputs, as name:file,...");
  option("--warmUp", inference.warm_up_ms, "Milliseconds to run before measuring (200)")
      ->check(at_least_zero());
  option("--iterations", inference.iterations, "Inferences to run at least (10)")
      ->check(at_least_zero());
  option("--duration", inference.duration_s,
         "Seconds to run at least (3); -1 runs until interrupted");
  option("--sleepTime", inference.sleep_ms, "Milliseconds between the first launch and its start")
      ->check(at_least_zero());
  option("--idleTime", inference.idle_ms, "Milliseconds of rest between inferences")
      ->check(at_least_zero());
  option("--infStreams,--streams", inference.streams, "Contexts that run at the same time (1)")
      ->check(CLI::Range(1, 1024));
  option("--useProfile", inference.profile, "Optimization profile to run with (0)")
      ->check(at_least_zero());
  option("--device", texts.device, "Device to use; there is only 0");
  flag("--useCudaGraph", inference.cuda_graph, "Capture an inference in a graph and launch that");
  flag("--noCudaGraph", texts.no_cuda_graph, "Enqueue each inference (the default)");
  flag("--useSpinWait", inference.spin_wait, "Wait for events actively: steadier times, busy core");
  flag("--noDataTransfers", texts.no_transfers, "Leave out copies to and from the device");
  flag("--exposeDMA", inference.expose_dma, "Do not overlap copies with compute");
  flag("--threads", inference.threads, "A thread for each stream (always so here)");
  flag("--separateProfileRun", inference.separate_profile_run,
       "Profile layers in a second run, not in the measured one");
  flag("--timeDeserialize", inference.time_deserialize, "Time loading of the plan, then stop");
}

void declare_report(CLI::App& app, ReportChoices& report, Texts& texts) {
  const char* group = "Reporting";
  const auto option = [&](const char* name, auto& value, const char* what) {
    return app.add_option(name, value, what)->group(group);
  };
  const auto flag = [&](const char* name, bool& value, const char* what) {
    app.add_flag(name, value, what)->group(group);
  };
  option("--avgRuns", report.avg_runs, "Inferences averaged in a line of the trace (10); 0: none")
      ->check(at_least_zero());
  option("--percentile", texts.percentiles, "Percentiles to report (90,95,99)");
  flag("--verbose", report.verbose, "Log details");
  flag("--dumpOutput", report.dump_output, "Print the outputs of the last inference");
  flag("--dumpProfile", report.dump_profile, "Print the time of each layer");
  flag("--dumpLayerInfo", report.dump_layer_info, "Print the layers of the engine");
  option("--exportTimes", report.export_times, "JSON file for the times of each inference");
  option("--exportOutput", report.export_output, "JSON file for the outputs");
  option("--exportProfile", report.export_profile, "JSON file for the time of each layer");
  option("--exportLayerInfo", report.export_layer_info, "JSON file for the layers of the engine");
}

void declare(CLI::App& app, Options& options, Texts& texts) {
  app.set_help_flag();
  app.allow_extras();
  app.add_flag("--help,-h", options.help, "Print this list");
  declare_build(app, options.build, texts);
  declare_inference(app, options.inference, texts);
  declare_report(app, options.report, texts);
}

void refuse_extras(const std::vector<std::string>& extras) {
  if (extras.empty()) return;
  const std::string name = extras.front().substr(0, extras.front().find('='));
  const auto* end = std::end(kNotImplemented);
  if (std::find(std::begin(kNotImplemented), end, name) != end) {
    fail(ErrorCode::kUnsupported, "not implemented: {}", name);
  }
  fail("unknown option: {}", extras.front());
}

nvinfer1::ProfilingVerbosity verbosity_of(const std::string& text) {
  using enum nvinfer1::ProfilingVerbosity;
  if (text == "detailed" || text == "verbose") return kDETAILED;
  return text == "none" ? kNONE : kLAYER_NAMES_ONLY;
}

void set_pools(const std::string& text, BuildChoices& build) {
  for (const auto& [pool, size] : parse_files(text)) {
    if (pool == "workspace") {
      build.workspace_bytes = parse_size(size);
    } else if (pool == "tacticSharedMem") {
      build.tactic_shared_memory_bytes = parse_size(size);
    } else if (pool == "dlaSRAM" || pool == "dlaLocalDRAM" || pool == "dlaGlobalDRAM") {
      fail(ErrorCode::kUnsupported, "not implemented: --memPoolSize={}", pool);
    } else {
      fail("--memPoolSize: there is no memory pool '{}'", pool);
    }
  }
}

template <typename Parse>
void read(const char* option, const std::string& text, Parse&& parse) {
  if (text.empty()) return;
  try {
    parse(text);
  } catch (const Error& error) {
    fail("{}: {}", option, error.what());
  }
}

// Shapes that are not given follow from those that are.
void complete_shapes(BuildChoices& build, const Shapes& run) {
  if (build.opt_shapes.empty()) {
    build.opt_shapes = !run.empty()                ? run
                       : !build.max_shapes.empty() ? build.max_shapes
                                                   : build.min_shapes;
  }
  for (const auto& [name, shape] : build.opt_shapes) {
    build.min_shapes.emplace(name, shape);
    build.max_shapes.emplace(name, shape);
  }
  for (const Shapes* side : {&build.min_shapes, &build.max_shapes}) {
    for (const auto& [name, shape] : *side) {
      if (!build.opt_shapes.contains(name)) fail("--optShapes says nothing about '{}'", name);
    }
  }
}

void check(const Options& options) {
  const BuildChoices& build = options.build;
  if (build.onnx.empty() && build.load_engine.empty()) {
    fail("there is nothing to run: give --onnx=FILE or --loadEngine=FILE");
  }
  if (!build.onnx.empty() && !build.load_engine.empty()) {
    fail("--onnx and --loadEngine exclude each other");
  }
  if (!build.load_engine.empty() && build.skip_inference && !options.inference.time_deserialize &&
      !options.report.dump_layer_info && options.report.export_layer_info.empty()) {
    fail("--loadEngine with --skipInference leaves nothing to do");
  }
}

}  // namespace

Options parse_options(std::span<const std::string> arguments) {
  Options options;
  Texts texts;
  CLI::App app;
  declare(app, options, texts);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    fail("{}", error.what());
  }
  if (options.help) return options;
  refuse_extras(app.remaining());
  BuildChoices& build = options.build;
  InferenceChoices& inference = options.inference;
  if (texts.device != 0) fail("--device: there is no device {}, only 0", texts.device);
  if (texts.no_cuda_graph && inference.cuda_graph) {
    fail("--useCudaGraph and --noCudaGraph exclude each other");
  }
  read("--shapes", texts.shapes, [&](auto& text) { inference.shapes = parse_shapes(text); });
  read("--minShapes", texts.min_shapes, [&](auto& text) { build.min_shapes = parse_shapes(text); });
  read("--optShapes", texts.opt_shapes, [&](auto& text) { build.opt_shapes = parse_shapes(text); });
  read("--maxShapes", texts.max_shapes, [&](auto& text) { build.max_shapes = parse_shapes(text); });
  read("--loadInputs", texts.inputs, [&](auto& text) { inference.inputs = parse_files(text); });
  read("--memPoolSize", texts.pools, [&](auto& text) { set_pools(text, build); });
  read("--percentile", texts.percentiles,
       [&](auto& text) { options.report.percentiles = parse_percentiles(text); });
  complete_shapes(build, inference.shapes);
  if (inference.shapes.empty()) inference.shapes = build.opt_shapes;
  build.profiling_verbosity = verbosity_of(texts.verbosity);
  inference.transfers = !texts.no_transfers;
  check(options);
  return options;
}

std::string help_text() {
  Options options;
  Texts texts;
  CLI::App app("Builds an engine from an ONNX file or loads a plan, and measures inference",
               "trtexec");
  declare(app, options, texts);
  return app.help();
}

}  // namespace tenon::trtexec
