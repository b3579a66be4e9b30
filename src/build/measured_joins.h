#pragma once

#include <span>

#include "base/log.h"
#include "build/candidates.h"

namespace tenon {

// Nodes that some op does at once: convolutions of 1x1 that feed each other, as ConvPair. Whether
// that is faster depends on the device and the sizes, so it is measured, not ruled.
struct Join {
  std::vector<NodeId> parts;  // in order
  Op op;
  std::vector<ValueId> inputs;  // of the op; its outputs are those of the parts in order
};

// Everything in the graph that could be joined, in the order of its nodes.
std::vector<Join> find_joins(const Graph& graph);

// Joins nodes wherever the fastest tactic for the op of both takes less time than the fastest ones
// of the parts in the same types and layouts; of joins that share a part the one that saves most.
// `works` are those of the graph, posed. Returns how many joins there were: the graph is to be
// posed anew then. Devices without a tactic for an op, the reference aside, are not even measured.
// Logs the joins at kINFO.
int join_where_faster(Graph& graph, std::span<const Work> works, Device& device, Tuner& tuner,
                      const CandidateOptions& options, const Log& log);

}  // namespace tenon
