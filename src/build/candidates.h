#pragma once

#include <string>
#include <vector>

#include "base/log.h"
#include "build/tuner.h"
#include "ir/graph.h"
#include "plan/symbols.h"

namespace tenon {

// One way to do a node: a tactic in certain layouts, with its measured time.
struct Candidate {
  const Tactic* tactic = nullptr;  // nullptr: a view, which costs nothing
  LayoutOffer layouts;
  double seconds = 0;
};

// A node that runs, and the ways to do it: for every combination of layouts the fastest tactic.
struct Work {
  NodeId node = kNone;
  Problem problem;  // at the opt shapes, in linear layouts
  std::vector<Candidate> candidates;
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

// Finds and times the candidates of one node. Throws Error with every tactic's refusal when there
// is none.
Work find_candidates(const Graph& graph, NodeId node, const Symbols& symbols, Device& device,
                     Tuner& tuner, const std::vector<std::string>& disabled, const Log& log);

}  // namespace tenon
