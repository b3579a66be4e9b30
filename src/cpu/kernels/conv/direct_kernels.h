#pragma once

#include <cstdint>

namespace tenon {

// What all register tiles of one direct convolution have in common. Distances in floats.
struct DirectGeometry {
  int64_t x_block;  // from one block of input channels to the next
  int64_t x_row;    // from one kernel row to the next, dilation included
  int64_t x_tap;    // from one kernel column to the next, dilation included
  int64_t x_pixel;  // from one output pixel's input to the next one's
  int64_t y_block;
  int kernel_height, kernel_width;
  int width;             // of the input
  int stride, dilation;  // of columns
  float low, high;
};

// One register tile: all channels of `blocks` output-channel blocks at some pixels of a row.
struct DirectTile {
  const float* x;  // where tap (first valid kernel row, 0) of pixel 0 would lie in the first block
  const float* w;  // [input blocks][kernel_height][kernel_width][B][blocks*B], from that row on
  const float* bias;
  const float* residual;  // may be null
  float* y;
  int input_blocks;
  int last_channels;  // of the last input block, rounded up to a multiple of 4
  int kernel_rows;    // the rows inside of the image
  int column;         // x's column
  bool edge;          // some tap of some pixel lies left or right of the image
  // Weights wanted next, which windowed kernels fetch from memory meanwhile: so many cache lines at
  // each tap of each input block.
  const float* next;
  int next_lines;
};
using DirectKernel = void (*)(const DirectGeometry&, const DirectTile&);

inline constexpr int kLineFloats = 16;  // of a cache line
inline constexpr int kDirectMaxBlocks = 2;
inline constexpr int kDirectMaxPixels = 14;

// The kernels of one instruction set; `pixels` is 0 where there are none.
struct DirectKernels {
  int width;   // channels a block
  int pixels;  // the widest tile
  // [blocks - 1][pixels - 1]
  DirectKernel pointwise[kDirectMaxBlocks][kDirectMaxPixels];
  // The column stride 1, 2 or any.
  DirectKernel windowed[3][kDirectMaxBlocks][kDirectMaxPixels];
};

}  // namespace tenon
