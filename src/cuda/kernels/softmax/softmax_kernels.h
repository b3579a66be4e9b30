#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "base/dtype.h"

namespace tenon {

// Lines of n elements, `inner` apart, of a dense tensor [outer][n][inner] of floats.
struct SoftmaxShape {
  DataType type = DataType::kF32;
  int64_t outer = 1;
  int64_t n = 1;
  int64_t inner = 1;
  bool log = false;
  int multiprocessors = 1;
};

// x and y are aligned to 16 bytes and may be the same.
void launch_softmax(const SoftmaxShape& shape, const void* x, void* y, cudaStream_t stream);

}  // namespace tenon
