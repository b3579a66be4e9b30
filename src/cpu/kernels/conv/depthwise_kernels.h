#pragma once

#include <cstdint>

namespace tenon {

// What all strips of one depthwise convolution have in common. Distances in floats.
struct DepthwiseGeometry {
  int64_t x_row;    // from one kernel row to the next, dilation included
  int64_t x_tap;    // from one kernel column to the next, dilation included
  int64_t x_pixel;  // from one output pixel's input to the next one's
  int kernel_width;
  int width;             // of the input
  int stride, dilation;  // of columns
  float low, high;
};

// Some pixels of one output row of one channel block.
struct DepthwiseStrip {
  const float* x;  // where tap (first valid kernel row, 0) of pixel 0 would lie
  const float* w;  // [kernel_rows][kernel_width][B]
  const float* bias;
  const float* residual;  // may be null
  float* y;
  int kernel_rows;
  int column;  // x's column
};
using DepthwiseKernel = void (*)(const DepthwiseGeometry&, const DepthwiseStrip&);

inline constexpr int kDepthwiseMaxPixels = 8;

// The kernels of one instruction set; all null where there are none.
struct DepthwiseKernels {
  int width;  // channels a block
  // Kernels 3 and 5 columns wide, column strides 1 and 2, dilation 1; [pixels - 1]. At most
  // kernel_width / 2 columns left of the image and as many right of it are read.
  DepthwiseKernel specialised[2][2][kDepthwiseMaxPixels];
  DepthwiseKernel any[kDepthwiseMaxPixels];
};

}  // namespace tenon
