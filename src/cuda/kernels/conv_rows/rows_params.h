#pragma once

#include <cuda.h>

#include "cuda/kernels/igemm/igemm_params.h"

namespace tenon {

// A convolution of stride 1 over an image in NHWC, a block a few rows of a part of an image. What
// the block reads of x comes into shared memory once for all taps: rows of `pitch` pixels, one
// behind the other, so that the windows' pixels of a tap are as many neighbouring rows of a matrix,
// from another one on for each tap. Of the positions that are multiplied so, those behind a row's
// last output are thrown away.
struct ConvRowsParams {
  CUtensorMap map;      // of x: boxes of 128 bytes of channels, pitch pixels and patch_rows rows
  IgemmParams product;  // depth is [tap][channels padded to a multiple of 128 bytes]

  int pitch_shift = 0;  // log2 of the pitch
  int tile_rows = 0;    // of y that a block computes
  int tile_width = 0;   // of them, pixels
  int patch_rows = 0;   // of x
  int patch_stages = 1;
  int weight_stages = 2;
  FastDivisor by_column_tiles, by_x_tiles, by_y_tiles;

  int pitch() const { return 1 << pitch_shift; }
  int patch_bytes() const { return patch_rows * pitch() * 128; }
};

// A shape of the kernel: positions and filters that a block multiplies.
struct ConvRowsTile {
  int rows;
  int columns;
  int threads;
  int blocks_at_once;  // on a multiprocessor
};
inline constexpr int kConvRowsTiles = 4;
std::span<const ConvRowsTile> conv_rows_tiles();

// Chooses pitch, rows and stages for a tile; whether that is possible and no great part of the
// positions is thrown away. `out_height` and `out_width` are of y.
bool fit_conv_rows(const ConvRowsTile& tile, int shared_bytes, int out_height, int out_width,
                   ConvRowsParams& params);

// For fitted params. Allows the kernel its shared memory on the current device; the error of that
// is left for check_launch().
IgemmKernel prepare_conv_rows(int tile, ProductType type, int images, const GpuLimits& limits,
                              ConvRowsParams& params);

// The kernels by type, in the order of conv_rows_tiles().
const void* conv_rows_function_f16(int tile);
const void* conv_rows_function_bf16(int tile);
const void* conv_rows_function_tf32(int tile);

}  // namespace tenon
