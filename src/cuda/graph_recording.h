#pragma once

#include <cuda_runtime_api.h>

#include <functional>
#include <memory>

#include "device/device.h"

namespace tenon {

// Records what the work enqueues on the stream; nullptr when it cannot be recorded.
cudaGraphExec_t capture_graph(cudaStream_t stream, const std::function<void()>& work);

// Device::record() on a GPU: an executable graph, whose launch costs the host a few microseconds
// for all layers together.
std::unique_ptr<Recording> record_graph(StreamTask task, int device);

// Adds the work to what the stream captures, as a graph within the graph, if that spares it memsets
// (replace_small_memsets()); false, with nothing added, if not.
bool capture_without_memsets(cudaStream_t stream, StreamTask task, int device);

// False when the user asked for plain launches (TENON_CUDA_GRAPHS, TENON_CUDA_SYNC).
bool records_graphs();

}  // namespace tenon
