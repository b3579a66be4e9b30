#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "base/dtype.h"
#include "cuda/fast_division.h"

namespace tenon {

enum class ResizeStep : int { kPreferFloor, kPreferCeil, kFloor, kCeil };

struct ResizeAxisShape {
  int in = 1;
  int out = 1;
  // Output place o lies at (o + shift) * factor / divisor + offset + centre.
  double shift = 0;
  double factor = 1;
  double divisor = 1;
  double offset = 0;
  double centre = 0;
};

struct ResizeShape {
  DataType type = DataType::kF32;
  int taps = 1;  // an axis: 1 nearest, 2 linear, 4 cubic
  ResizeStep step = ResizeStep::kPreferFloor;
  double cubic = -0.75;
  bool exclude_outside = false;
  bool channels_last = false;
  ResizeAxisShape axis[3];  // missing ones in front
  int64_t images = 1;
  int64_t channels = 1;
  int64_t in_stride = 0;  // elements between images
  int64_t out_stride = 0;
  int in_pixel = 0;  // and between pixels, channels last
  int out_pixel = 0;
  int multiprocessors = 1;
};

// There is at least one output.
void launch_resize(const ResizeShape& shape, const void* x, void* y, cudaStream_t stream);

}  // namespace tenon
