#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/log.h"
#include "build/candidates.h"
#include "build/timing_cache.h"
#include "device/device.h"
#include "ir/graph.h"
#include "passes/pass.h"
#include "plan/plan_file.h"

namespace tenon {

// Told how a build proceeds. Phases nest by name: `parent` is "" for the outermost.
class BuildProgress {
 public:
  virtual ~BuildProgress() = default;
  virtual void phase_start(const std::string& phase, const std::string& parent, int steps) = 0;
  // Returns false to cancel the build.
  virtual bool step_complete(const std::string& phase, int step) = 0;
  virtual void phase_finish(const std::string& phase) = 0;
};

// The dims of the inputs, by name, for which to build: one program each. Inputs of constant dims
// need no entry.
using Profile = std::map<std::string, DimsRange, std::less<>>;

struct BuildOptions {
  std::vector<Profile> profiles;  // empty: every input has constant dims
  PassOptions passes;
  Precision precision;
  std::vector<std::string> disabled_tactics;
  int timing_repeats = 5;
  int program_trials = 32;            // programs timed to settle close choices between tactics
  int threads = 1;                    // that may compile kernels at the same time
  size_t workspace_limit = SIZE_MAX;  // bytes of scratch memory that a tactic may ask for
  int max_auxiliary_streams = -1;     // as many as the device can use
  int64_t verbosity = 0;              // kept in the plan for the inspector
};

// Compiles a graph for a device. Throws Error naming the node, input or profile at fault, or
// Error{kInvalidState} "cancelled" when the progress callback said so.
// Logs at kINFO: fusions, the sum of the times, what auxiliary streams gain; at kVERBOSE: each
// layer's candidates with their times or refusals.
struct Built {
  Plan plan;
  std::vector<std::byte> weights;
};
Built build_plan(const Graph& graph, Device& device, const BuildOptions& options,
                 TimingCache& cache, const Log& log, BuildProgress* progress = nullptr);

}  // namespace tenon
