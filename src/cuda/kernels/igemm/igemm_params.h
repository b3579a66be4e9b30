#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <span>

#include "cuda/dependent_launch.h"
#include "cuda/fast_division.h"
#include "cuda/kernels/igemm/activation.cuh"

namespace tenon {

// Elements of depth that one step of the pipeline takes: 128 bytes of FP16 a row.
inline constexpr int kIgemmDepth = 64;

// Where a column lies among the packed ones: such that the sums that a lane gets out of every 32,
// two of each 8, are those of eight neighbours.
constexpr int64_t igemm_place(int64_t column) {
  const int64_t in_group = column % 32;
  return column - in_group + in_group % 8 / 2 * 8 + in_group / 8 * 2 + in_group % 2;
}

// y = act(scale * A x W + bias + residual), a matrix product over FP16 or BF16 with FP32 sums. The
// rows of A are the windows of a convolution over an image in NHWC, gathered on the way into
// shared memory; a plain matrix is an image of which each row is a pixel.
struct IgemmParams {
  const void* x = nullptr;
  // [depth / 64][columns_padded][64], zeros behind depth and columns, column n at igemm_place(n);
  // the eight 16-byte pieces of a row lie at piece ^ (place % 8), as in shared memory.
  const void* weights = nullptr;
  const float* bias = nullptr;     // [columns_padded] in the columns' order, or nullptr
  const void* residual = nullptr;  // [rows][columns], or nullptr
  void* y = nullptr;               // [rows][columns]
  // Elements between pixels of x and rows of the others: multiples of 8 where x has vectors, and y
  // columns, of 8.
  int x_pitch = 0, residual_pitch = 0, y_pitch = 0;

  int rows = 0;            // images * output pixels
  int columns = 0;         // output channels
  int columns_padded = 0;  // to a multiple of 32
  int depth_steps = 0;     // depth / 64, rounded up
  bool plain = false;      // row i of A lies at x + i * x_pitch
  int channels = 0;        // of x, a multiple of 8; depth is kernel_h * kernel_w * channels
  int height = 0, width = 0;
  int kernel_h = 1, kernel_w = 1;
  int stride_h = 1, stride_w = 1;
  int dilation_h = 1, dilation_w = 1;
  int pad_top = 0, pad_left = 0;
  FastDivisor by_pixels, by_width;  // of the output
  FastDivisor by_channels, by_kernel_w;
  FastDivisor by_column_tiles;

  int slabs = 0;  // of 64 channels
  FastDivisor by_slabs;

  // Not 0: columns are [shuffle][shuffle][columns / shuffle^2] and go to as many pixels of an image
  // that is larger by that factor (a transposed convolution without overlap).
  int shuffle = 0;
  FastDivisor by_shuffled_channels;

  float scale = 1;
  ActivationParams act;
  int splits = 1;       // blocks that share the depth of a tile: 1, 2, 4 or 8
  int split_shift = 0;  // log2(splits)
  int stages = 1;       // that there is shared memory for
};

// A shape of the kernel: the tile of y that a block computes.
struct IgemmTile {
  int rows;
  int columns;
  int threads;
  int stages;   // of the pipeline
  bool direct;  // whole tiles go out from registers, not through shared memory

  size_t stage_bytes() const { return static_cast<size_t>(rows + columns) * kIgemmDepth * 2; }
  // The tile in FP32, rows padded by 16 bytes.
  size_t staging_bytes() const { return static_cast<size_t>(rows) * (columns + 4) * 4; }
};

enum class NarrowType { kF16, kBF16 };

// Who gathers the rows of A: the threads of a block, or Hopper's copy engine, where warps multiply
// in groups of four.
enum class IgemmSource { kThreads, kEngine };

inline constexpr int kIgemmTiles = 9;
inline constexpr int kIgemmWideTiles = 7;
std::span<const IgemmTile> igemm_tiles(IgemmSource source);  // larger ones first

// A kernel ready to be launched on the current device.
struct IgemmKernel {
  const void* function = nullptr;
  LaunchShape shape;
};

struct GpuLimits {
  int shared_bytes = 0;  // that a block may ask for
  bool dependent_launches = false;
};

// For a tile and the params' dims; completes the params. Allows the kernel its shared memory on the
// current device; the error of that is left for check_launch().
IgemmKernel prepare_igemm(int tile, IgemmSource source, NarrowType type, IgemmParams& params,
                          const GpuLimits& limits);
// The shared memory that such a kernel takes; completes the params.
size_t igemm_shared_bytes(int tile, IgemmSource source, IgemmParams& params);
// `params` are IgemmParams, or IgemmTensorParams for kEngine.
void launch_igemm(const IgemmKernel& kernel, const void* params, cudaStream_t stream);

}  // namespace tenon
