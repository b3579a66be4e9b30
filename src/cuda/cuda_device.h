#pragma once

#include "device/device.h"

namespace tenon {

// The GPU of this index among those the process sees; one object an index. Throws
// Error{kInitialization} that says why when it cannot be used: no GPU, too old a driver or GPU.
Device& cuda_device(int index);
// The calling thread's current GPU.
Device& cuda_device();

// Threads that host work for the GPU (hashing weights, compiling kernels) may use. False when n is
// not positive.
bool set_cuda_host_threads(int n);
int cuda_host_threads();

}  // namespace tenon
