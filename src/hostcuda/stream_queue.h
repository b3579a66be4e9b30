// Work on streams for Tenon's CPU device: the one door from the rest of Tenon into the host
// platform, beside the CUDA calls themselves.
#pragma once

#include <memory>

#include "driver_types.h"

namespace tenon::hostcuda {

// A unit of work. `run` must not throw; an exception makes the stream's next synchronisation
// return cudaErrorLaunchFailure. It may make CUDA calls, but none that wait for streams.
struct Task {
  void (*run)(void* arg);
  void* arg;
};

// Appends the task to the stream's ordered queue. While the stream is capturing, the task becomes
// a node (of type kernel) of the graph being captured instead, and runs at every launch of it.
// `owner` is released after the run, or with the last of the graph and its executables.
// Allocates nothing in the steady state unless capturing. Errors:
// cudaErrorInvalidResourceHandle for a stream that is not alive, cudaErrorInvalidValue without
// `run`, and the capture errors (900 to 908).
__attribute__((visibility("default"))) cudaError_t submit(cudaStream_t stream, Task task,
                                                          std::shared_ptr<const void> owner = {});

// Whether the stream is recording a graph (also when that capture has been invalidated).
__attribute__((visibility("default"))) bool is_capturing(cudaStream_t stream);

// Whether the handle is alive; stream 0, cudaStreamLegacy and cudaStreamPerThread always are.
__attribute__((visibility("default"))) bool valid(cudaStream_t stream);

}  // namespace tenon::hostcuda
