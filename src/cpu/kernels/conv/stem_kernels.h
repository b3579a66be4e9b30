#pragma once

#include <cstdint>

namespace tenon {

// One register tile of a convolution over few input channels: all channels of some output-channel
// blocks at some pixels of a row. The input is a row-major copy with the padding written out.
struct StemTile {
  const float* x;  // [channels][rows][columns], at tap (0, 0) of pixel 0
  const float* w;  // [channels][kernel_height][kernel_width][blocks*B]
  const float* bias;
  const float* residual;  // may be null
  float* y;
  int64_t x_channel, x_row;  // distances in floats
  int64_t y_block;
  int channels, kernel_height, kernel_width, stride;
  float low, high;
};
using StemKernel = void (*)(const StemTile&);

inline constexpr int kStemMaxBlocks = 2;
inline constexpr int kStemMaxPixels = 14;

// The kernels of one instruction set; all null where there are none.
struct StemKernels {
  int width;   // channels a block
  int pixels;  // the widest tile
  // [blocks - 1][pixels - 1]
  StemKernel any[kStemMaxBlocks][kStemMaxPixels];
  StemKernel three[2][kStemMaxBlocks][kStemMaxPixels];  // kernel width 3, stride 1 and 2
  StemKernel seven[kStemMaxBlocks][kStemMaxPixels];     // kernel width 7, stride 2
};

}  // namespace tenon
