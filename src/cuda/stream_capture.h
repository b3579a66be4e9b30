#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

namespace tenon {

// What a stream that captures has so far.
struct CaptureState {
  cudaGraph_t graph = nullptr;
  const cudaGraphNode_t* dependencies = nullptr;  // of what comes next; the stream's own
  size_t count = 0;
};
CaptureState capture_state(cudaStream_t stream);

// What the stream captures next comes after the node alone.
void continue_capture_after(cudaStream_t stream, cudaGraphNode_t node);

}  // namespace tenon
