#pragma once

#include <optional>
#include <vector>

#include "ir/graph.h"

namespace tenon {

struct Join;

// The join whose last part the node is, if there is one of the rule's kind.
using JoinRule = std::optional<Join> (*)(const Graph& graph, NodeId last);

// Nodes that one op does at once, as ConvPair does two convolutions that feed each other. Whether
// that is faster depends on the device and the sizes, so it is measured, not ruled.
struct Join {
  std::vector<NodeId> parts;  // in order
  Op op;
  std::vector<ValueId> inputs;   // of the op
  std::vector<ValueId> outputs;  // results of the parts that the op yields; nobody reads the others
  JoinRule rule = nullptr;       // that found it
};

// Everything in the graph that could be joined, in the order of its nodes. Joins may share parts.
std::vector<Join> find_joins(const Graph& graph);

}  // namespace tenon
