#pragma once

#include <cuda_runtime_api.h>

#include "base/error.h"

namespace tenon {

// Throws Error naming the call when it failed: kOutOfMemory for memory, kInitialization when there
// is no usable GPU or driver, kExecution otherwise. Says so when the error has broken the process's
// use of the GPU for good. Clears errors that do not last.
void check_cuda(cudaError_t status, const char* call);

// After a kernel launch: what it reported.
inline void check_launch(const char* kernel) {
  if (const cudaError_t status = cudaGetLastError(); status != cudaSuccess) {
    check_cuda(status, kernel);
  }
}

}  // namespace tenon
