#pragma once

#include <cuda.h>

#include "cuda/kernels/igemm/igemm_params.h"

namespace tenon {

// Columns of y that are made at a time: 128 bytes of FP16, the depth of one step of z.
inline constexpr int kPairSlice = 64;

// Two products one behind the other over FP16 or BF16 with FP32 sums:
//   y = act(x X W1 + bias + residual)      z = act(y X W2 + bias)
// A block makes whole rows of both: y goes to memory and, from registers, into z.
struct ConvPairParams {
  CUtensorMap x, residual, y;  // boxes of the tile's rows and 64 columns
  // [slices][slabs][64 columns][64], as IgemmParams::weights within a slice.
  const void* weights1 = nullptr;
  // [slices][columns of the tile][64]: the depth lies at igemm_place(depth), the columns likewise.
  const void* weights2 = nullptr;
  const float* bias = nullptr;  // of y: [slices * 64]
  ActivationParams act;         // of y
  bool has_residual = false;

  int slabs = 0;   // of 64 channels of x
  int slices = 0;  // of 64 columns of y
  int tiles = 0;   // of rows
  // Of the rings: tiles of x, slices of weights, slices of y.
  int x_stages = 1, weight_stages = 1, slots = 1;

  IgemmParams z;  // rows, columns, bias, activation and pointer
};

// A shape of the kernel.
struct ConvPairTile {
  int rows;
  int columns;  // of z
  int threads;
};
inline constexpr int kConvPairTiles = 6;
std::span<const ConvPairTile> conv_pair_tiles();

// Chooses the rings' stages for a tile and so many stages of x; returns the shared memory that the
// kernel takes then, or 0 when there is too little.
size_t fit_conv_pair(const ConvPairTile& tile, int x_stages, size_t shared_bytes,
                     ConvPairParams& params);
// For a tile and fitted params; completes them. Allows the kernel its shared memory on the current
// device; the error of that is left for check_launch().
IgemmKernel prepare_conv_pair(int tile, ProductType type, const GpuLimits& limits,
                              int multiprocessors, size_t shared_bytes, ConvPairParams& params);

const void* conv_pair_function_f16(int tile);
const void* conv_pair_function_bf16(int tile);

}  // namespace tenon
