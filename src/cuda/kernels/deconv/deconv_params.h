#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "cuda/dependent_launch.h"
#include "cuda/fast_division.h"
#include "cuda/kernels/igemm/activation.cuh"

namespace tenon {

// A transposed convolution by gathering: each output sums over the taps that reach it.
struct DeconvParams {
  const void* x = nullptr;
  const void* weights = nullptr;  // [tap][channels of a group][filters], of x's type
  const float* bias = nullptr;    // [filters], or nullptr
  void* y = nullptr;

  int64_t x_image = 0, y_image = 0;  // elements between images
  // Elements between neighbours in x and y; rows lie `width` pixels apart.
  int64_t x_channel = 0, x_pixel = 0, y_channel = 0, y_pixel = 0;
  int64_t items = 0;  // elements of y
  bool channels_last = false;
  int group_channels = 0, group_filters = 0, filters = 0;
  int height = 0, width = 0, out_height = 0, out_width = 0;
  int kernel_h = 1, kernel_w = 1;
  int dilation_h = 1, dilation_w = 1;
  int pad_top = 0, pad_left = 0;
  FastDivisor by_filters, by_out_width, by_out_height, by_group_filters;
  FastDivisor by_stride_h, by_stride_w;
  ActivationParams act;
};

enum class DeconvType { kF32, kF16, kBF16 };
void launch_deconv(const DeconvParams& params, DeconvType type, bool dependent,
                   cudaStream_t stream);

}  // namespace tenon
