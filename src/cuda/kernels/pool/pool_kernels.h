#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "base/dtype.h"
#include "cuda/fast_division.h"

namespace tenon {

struct PoolAxis {
  int in = 1;
  int out = 1;
  int window = 1;
  int stride = 1;
  int dilation = 1;
  int pad_begin = 0;
  int pad_end = 0;
};

struct PoolShape {
  DataType type = DataType::kF32;
  bool max = true;
  bool count_include_pad = false;
  bool channels_last = false;
  PoolAxis axis[3];  // missing ones in front
  FastDivisor out[3];
  FastDivisor planes;  // packets of channels, or channels
  int64_t images = 1;
  int64_t channels = 1;
  int64_t in_stride = 0;  // elements between images
  int64_t out_stride = 0;
  int in_pixel = 0;  // and between pixels, channels last
  int out_pixel = 0;
};

// There is at least one output.
void launch_pool(const PoolShape& shape, const void* x, void* y, cudaStream_t stream);
// The same for planes and small windows; returns false, and does nothing, for others.
bool launch_pool_strips(const PoolShape& shape, const void* x, void* y, cudaStream_t stream);

}  // namespace tenon
