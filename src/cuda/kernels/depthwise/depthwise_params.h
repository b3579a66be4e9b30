#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "cuda/dependent_launch.h"
#include "cuda/fast_division.h"
#include "cuda/kernels/igemm/activation.cuh"

namespace tenon {

// A convolution of every channel with a window of its own:
// y = act(conv(x, w) + bias + residual), sums in FP32.
struct DepthwiseParams {
  const void* x = nullptr;
  const float* weights = nullptr;  // channels last: [tap][channels], linear: [channels][tap]
  const float* bias = nullptr;     // [channels], or nullptr
  const void* residual = nullptr;
  void* y = nullptr;

  int64_t x_image = 0, y_image = 0, residual_image = 0;  // elements between images
  int x_pixel = 0, y_pixel = 0, residual_pixel = 0;      // and between pixels, channels last
  int64_t items = 0;  // of the grid: pieces of a row of y, for a vector of channels or for one
  int channels = 0;
  int height = 0, width = 0, out_height = 0, out_width = 0;
  int kernel_h = 0, kernel_w = 0;
  int stride_h = 1, stride_w = 1;
  int dilation_h = 1, dilation_w = 1;
  int pad_top = 0, pad_left = 0;
  FastDivisor by_vectors, by_pieces, by_out_height;  // channel vectors (linear: channels), pieces
  ActivationParams act;
};

enum class DepthwiseType { kF32, kF16, kBF16 };

struct DepthwiseKernel {
  void (*function)(DepthwiseParams) = nullptr;
  LaunchShape shape;
};

// What a thread computes: neighbouring pixels of a row, of neighbouring channels (channels last; 1
// in linear layouts), which it reads at once. More of either reads less, fewer make more threads.
struct DepthwiseTile {
  int channels = 1;
  int pixels = 4;
};

// The kernel for the params' window and dims; completes the params. Channels are a multiple of the
// tile's, and so is where their vectors begin.
DepthwiseKernel choose_depthwise(DepthwiseParams& params, DepthwiseType type, int images,
                                 bool channels_last, const DepthwiseTile& tile);
void launch_depthwise(const DepthwiseKernel& kernel, const DepthwiseParams& params,
                      cudaStream_t stream);

}  // namespace tenon
