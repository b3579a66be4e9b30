#pragma once

#include <cuda_runtime_api.h>

namespace tenon {

// Puts kernels in place of a graph's memset nodes of a few bytes, which libraries leave there to
// reset their counters, and returns of how many. A graph of kernels alone is launched at once, in a
// few microseconds; each memset costs the host about two more. Throws Error where CUDA fails.
int replace_small_memsets(cudaGraph_t graph);

}  // namespace tenon
