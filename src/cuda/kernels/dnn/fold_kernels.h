#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

namespace tenon {

// Folds images of few channels into ones of a stride's part of the size and many channels:
//   y[n][u][v][(i*stride + j)*channels + c] = x[n][c][u*stride + i - pad_top][v*stride + j -
//   pad_left]
// zeros outside of the image and in the channels beyond. Plain data: nvcc reads it.
struct FoldParams {
  const void* x = nullptr;  // with element strides
  int64_t x_image = 0, x_channel = 0, x_row = 0, x_column = 0;
  void* y = nullptr;  // dense, aligned to 16 bytes
  int64_t images = 0;
  int channels = 0, height = 0, width = 0;  // of x
  int stride = 1;
  int pad_top = 0, pad_left = 0;
  int folded_height = 0, folded_width = 0;
  int folded_channels = 0;  // a multiple of 8
  int element_bytes = 2;    // 2 or 4
};

void launch_fold(const FoldParams& params, cudaStream_t stream);

}  // namespace tenon
