#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/log.h"
#include "build/tuner.h"
#include "ir/graph.h"
#include "plan/symbols.h"

namespace tenon {

// What the network's types leave to the builder.
struct Precision {
  std::vector<DataType> narrow;  // types that FP32 layers may compute and store in instead
  bool tf32 = false;             // see Problem::tf32
};

// One way to do a node: a tactic in certain types and layouts, with its measured time.
struct Candidate {
  const Tactic* tactic = nullptr;  // nullptr: a view, which costs nothing
  size_t variant = 0;              // into Work::variants
  LayoutOffer layouts;
  double seconds = 0;
};

// A node that runs, and the ways to do it: for every combination of formats the fastest tactic.
struct Work {
  NodeId node = kNone;
  // At the opt shapes, in linear layouts: in the network's types, then in narrower ones.
  std::vector<Problem> variants;
  std::vector<Candidate> candidates;
  std::vector<Candidate> beaten;  // by a candidate in its formats
  // Constants of narrower variants.
  std::vector<std::shared_ptr<const Tensor>> converted;
  // Frees the constants once they are packed; there are no problems any more then.
  void release() {
    variants.clear();
    converted.clear();
    beaten.clear();
  }

  Format input(const Candidate& candidate, size_t i) const {
    return {variants[candidate.variant].inputs[i].dtype, candidate.layouts.inputs[i]};
  }
  Format output(const Candidate& candidate, size_t i) const {
    return {variants[candidate.variant].outputs[i].dtype, candidate.layouts.outputs[i]};
  }
};

// How an operand reaches a kernel.
bool is_shape_operand(const Graph& graph, const Node& node, size_t input);
// The nodes whose outputs are computed on the device, in order: those that the graph's outputs need
// as data. Values of tracked elements that are no constants are left to the host.
std::vector<NodeId> running_nodes(const Graph& graph);
// Whether the host writes the node's output from the input dims instead of running a kernel.
bool is_host_computed(const Graph& graph, const Node& node);

// The node's problem under the symbols' values, all layouts linear.
Problem problem_of(const Graph& graph, NodeId node, const Symbols& symbols);

// The problem with its operands in the layouts of an offer.
Problem with_layouts(Problem problem, const LayoutOffer& offer);

// How candidates are looked for.
struct CandidateOptions {
  std::vector<std::string> disabled;  // names of tactics that are left out
  int threads = 1;                    // to compile on
};

// The node as work in all types that it may be done in. A view has its candidates at once.
Work pose(const Graph& graph, NodeId node, const Symbols& symbols, const Precision& precision);
// Has the tactics compile what timing them will need; see Tuner::compile_to_measure().
void compile_candidates(std::span<const Work> works, Device& device, Tuner& tuner,
                        const CandidateOptions& options, const CodeCache::Progress& progress);
// Times the candidates of one work item; `node` is its name. Throws Error with every tactic's
// refusal when there is none.
void time_candidates(Work& work, const std::string& node, Device& device, Tuner& tuner,
                     const CandidateOptions& options, const Log& log);
// Compiles ahead what the plan will hold: of each work item the candidate of the index.
void compile_chosen(std::span<const Work> works, std::span<const size_t> choice, Tuner& tuner,
                    const CandidateOptions& options);

}  // namespace tenon
