#pragma once

#include <span>
#include <vector>

#include "ir/graph.h"

namespace tenon {

// Runs a graph by the ops' reference evaluation, one tensor an input in order; returns one tensor
// an output. The reference that everything else is compared with: slow, in double where it
// matters. Throws Error on inputs that do not fit the graph's (a symbol takes the extent that it
// first meets) and on whatever an op refuses, naming the node.
std::vector<Tensor> interpret(const Graph& graph, std::span<const Tensor> inputs);

}  // namespace tenon
