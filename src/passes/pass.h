#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "ir/graph.h"

namespace tenon {

// What a pass may ask and tell while it works.
class PassContext {
 public:
  PassContext(const Log& log, const std::vector<std::string>& disabled)
      : log_(log), disabled_(disabled) {}

  // Whether a rule of the pass (or the pass itself) may be applied: false when switched off by
  // name.
  bool allows(std::string_view rule) const;
  // Logs one fusion at kINFO and counts it: "fuse_activation: conv1 + relu1".
  void fused(std::string_view rule, std::string_view joined_name);
  // Logs one rewrite that is no fusion at kVERBOSE and counts it.
  void rewrote(std::string_view rule, std::string_view node);
  int rewrites() const { return rewrites_; }
  const Log& log() const { return log_; }

 private:
  const Log& log_;
  const std::vector<std::string>& disabled_;
  int rewrites_ = 0;
};

// A graph rewrite: deterministic, idempotent, leaves dead nodes for the manager to collect.
struct Pass {
  std::string_view name;
  std::string_view summary;  // one line for --help and docs
  Graph (*run)(Graph graph, PassContext& context);
};

struct PassTime {
  std::string_view name;
  double seconds;
  int nodes_before;
  int nodes_after;
};

struct PassOptions {
  std::vector<std::string> disabled;  // passes and rules left out, by name
  std::string dump_folder;            // "" or where to write each pass's graphs before and after
};

// Runs the passes in order; after each one removes dead nodes, renumbers, re-infers and verifies.
// A pass that fails throws Error naming the pass; the dump folder then holds the graph it was
// given.
Graph run_passes(Graph graph, const std::vector<Pass>& passes, const PassOptions& options,
                 const Log& log, std::vector<PassTime>* times = nullptr);

// The passes of a build, in order: the one page that lists them.
const std::vector<Pass>& pipeline();

}  // namespace tenon
