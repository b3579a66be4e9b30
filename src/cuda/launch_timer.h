#pragma once

#include <cuda_runtime_api.h>

#include <functional>

#include "device/device.h"

namespace tenon {

// Device::time() on a GPU: launches are recorded into a graph, so that what is timed is what the
// GPU does and not how fast the host launches.
double time_launch(const Launch& launch, const LaunchArgs& args, int repeats, double hopeless,
                   cudaStream_t stream, int device);

// Device::time_work() on a GPU: the work is recorded once and replayed back to back.
double time_work(const std::function<void(Stream&)>& work, int repeats, cudaStream_t stream,
                 int device);

}  // namespace tenon
