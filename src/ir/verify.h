#pragma once

#include "ir/graph.h"

namespace tenon {

// Throws Error{kInternal} that names the culprit unless
//   - every id of an input, output, operand or producer is in range, alive and consistent both
//   ways,
//   - the graph has no cycle,
//   - names of values, and of nodes that are not constants, are unique and not empty,
//   - types and tracked contents are those that inference gives.
void verify(const Graph& graph);

}  // namespace tenon
