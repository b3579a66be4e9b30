#pragma once

#include <cuda.h>
#include <cuda_runtime_api.h>

#include <cstdint>

#include "cuda/dependent_launch.h"
#include "cuda/fast_division.h"
#include "cuda/kernels/igemm/activation.cuh"

namespace tenon {

// A convolution of an image of few channels in NCHW, in FP16 or BF16, to NHWC on Hopper's tensor
// cores, with sums in FP32, alone or with max pooling of 3x3, stride 2, behind it:
//   y = act(conv(x, w) + bias)     or     y = max_pool(act(conv(x, w) + bias))
//
// Products have filters for rows and the pixels of one row of the convolution for columns. The
// pixels' windows are never spread out: x lies in shared memory as lines of cells of 16 bytes, one
// a pixel, of two neighbouring columns of four (channel, row) pairs. A pixel's window is some cells
// of some lines, and the same for the next pixel, one cell on: what the matrix descriptors without
// swizzle describe.
//
// A block walks down a strip of rows and keeps the lines in a ring. They come in groups, one for
// each row that the strip goes down: of stride_h rows of x. With `paired`, of three channels,
// stride 2 and a window of seven rows and seven or eight columns, a group is a line of (channels
// 0-2, first row) and (channel 0, second row), and one of (channels 1 and 2, second row) of this
// group and the next.
inline constexpr int kStripLines = 16;      // that a window is in, at most
inline constexpr int kPairedLines = 6;      // that a window is in then,
inline constexpr int kPairedStepCells = 2;  // in two steps of so many cells each
inline constexpr int kStripFilters = 64;    // of a block
inline constexpr int kStripThreads = 128;
inline constexpr int kStripBlocks = 4;  // that a multiprocessor has at a time

struct StripParams {
  CUtensorMap rows{};  // of y that is not pooled: boxes of a tile's pixels and 64 filters
  const void* x = nullptr;
  const void* weights = nullptr;  // see strip_weight_place()
  const float* bias = nullptr;    // [filters padded to the block's]
  void* y = nullptr;

  int64_t x_image = 0, y_image = 0;  // elements between images
  int channels = 0, height = 0, width = 0;
  int plane = 0;  // height * width
  int filters = 0;
  int conv_height = 0, conv_width = 0;
  int y_height = 0, y_width = 0;  // the convolution's or the pooling's
  int stride_h = 1, stride_w = 1;
  int pad_top = 0;
  int lead = 0;  // columns of x before the first pixel's in its cell; even where stride_w is 2
  int pool_top = 0, pool_left = 0;  // padding, 0 or 1

  int groups = 0;  // of lines that a row's windows are in
  bool paired = false;
  bool whole_words = false;  // two columns of a cell are one aligned word of x
  int cells = 0;             // of a line, at most kStripThreads
  int line_bytes = 0;        // cells * 16
  int lines = 0;             // that a row's windows are in
  int steps = 0;             // of 16 of depth, in a line
  uint32_t group_cells = 0, ring_cells = 0, step_cells = 0;  // that each takes
  uint32_t leading_bytes = 0;          // from a step's first eight of depth to the others
  uint32_t line_cells[kStripLines]{};  // from the row's first cell to the line's first
  int tile_columns = 0;                // of the convolution
  int strip_rows = 1;                  // of y
  FastDivisor by_filter_blocks, by_tiles, by_strips;
  ActivationParams act;
};

// Where the weights' element of a step lies: [block][step][8 of depth][64 filters][8], with the
// filters in the order in which a lane's two sums of a pixel are neighbours.
inline int64_t strip_weight_place(int64_t filter, int64_t step, int64_t depth, int64_t steps) {
  const int64_t block = filter / kStripFilters, f = filter % kStripFilters;
  const int64_t row = f / 16 * 16 + f % 2 * 8 + f % 16 / 2;
  return (((block * steps + step) * 2 + depth / 8) * kStripFilters + row) * 8 + depth % 8;
}

// Shared memory of a block: two rows of y where it is not pooled, weights, the ring of lines.
constexpr int strip_staging_bytes(int tile_columns) { return 2 * tile_columns * kStripFilters * 2; }
constexpr int strip_weight_bytes(const StripParams& p) {
  return p.lines * p.steps * kStripFilters * 16 * 2;
}
constexpr int strip_ring_bytes(const StripParams& p) {
  return (p.groups + 1) * p.stride_h * p.line_bytes;
}

// Columns of the convolution that a tile may have.
inline constexpr int kStripTiles[] = {112, 80, 64};

using StripFunction = void (*)(StripParams);
StripFunction strip_function(int tile_columns, bool pooled, bool bf16);

}  // namespace tenon
