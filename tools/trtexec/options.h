// What the command line of trtexec asks for.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "trtexec/spec.h"

namespace nvinfer1 {
enum class ProfilingVerbosity : int32_t;
}

namespace tenon::trtexec {

struct BuildChoices {
  std::string onnx;
  std::string load_engine;
  std::string save_engine;
  std::string timing_cache_file;
  Shapes min_shapes, opt_shapes, max_shapes;
  std::optional<uint64_t> workspace_bytes;
  std::optional<uint64_t> tactic_shared_memory_bytes;
  std::optional<int> optimization_level;
  std::optional<int> avg_timing;
  std::optional<int> max_aux_streams;
  nvinfer1::ProfilingVerbosity profiling_verbosity{};
  bool fp16 = false, bf16 = false, int8 = false, best = false;
  bool no_tf32 = false;
  bool strongly_typed = false;
  bool no_builder_cache = false;
  bool skip_inference = false;
};

struct InferenceChoices {
  Shapes shapes;
  Files inputs;
  double warm_up_ms = 200;
  int iterations = 10;
  double duration_s = 3;  // below 0: until interrupted
  double sleep_ms = 0;
  double idle_ms = 0;
  int streams = 1;
  int profile = 0;
  bool cuda_graph = false;
  bool spin_wait = false;
  bool transfers = true;
  bool expose_dma = false;
  bool threads = false;
  bool separate_profile_run = false;
  bool time_deserialize = false;
};

struct ReportChoices {
  int avg_runs = 10;
  std::vector<double> percentiles{90, 95, 99};
  bool verbose = false;
  bool dump_output = false;
  bool dump_profile = false;
  bool dump_layer_info = false;
  std::string export_times, export_output, export_profile, export_layer_info;

  bool wants_profile() const { return dump_profile || !export_profile.empty(); }
};

struct Options {
  BuildChoices build;
  InferenceChoices inference;
  ReportChoices report;
  bool help = false;
};

// Reads the arguments after the program's name. Throws Error for an unknown option ("unknown
// option"), for one of the original's that does not exist here ("not implemented"), and for bad
// or contradictory values. With --help nothing else is looked at.
Options parse_options(std::span<const std::string> arguments);

// The list of options for --help.
std::string help_text();

// The sections that trtexec prints before it starts, one line an element.
std::vector<std::string> option_lines(const Options& options);

}  // namespace tenon::trtexec
