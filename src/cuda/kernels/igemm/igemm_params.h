#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <span>

#include "cuda/dependent_launch.h"
#include "cuda/fast_division.h"
#include "cuda/kernels/igemm/activation.cuh"

namespace tenon {

// Elements of depth that one step of the pipeline takes: 128 bytes a row, of FP16 so many.
inline constexpr int kIgemmDepth = 64;
constexpr int igemm_depth(int element_bytes) { return 2 * kIgemmDepth / element_bytes; }
inline constexpr int kIgemmProducts = 4;  // of a step, each with 32 bytes a row

// Where a column lies among the packed ones: such that the sums that a lane gets out of every 32,
// two of each 8, are those of neighbours, as many as `piece`, the elements of 16 bytes of y: eight,
// or twice four.
constexpr int64_t igemm_place(int64_t column, int64_t piece = 8) {
  const int64_t in_group = column % 32, lane = in_group % (4 * piece) / piece;
  const int64_t sum = in_group / (4 * piece) * piece + in_group % piece;  // of the lane's eight
  return column - in_group + sum / 2 * 8 + lane * 2 + sum % 2;
}

// y = act(scale * A x W + bias + residual), a matrix product with FP32 sums over FP16, BF16, or
// FP32 rounded to TF32. The rows of A are the windows of a convolution over an image in NHWC,
// gathered on the way into shared memory; a plain matrix is an image of which each row is a pixel.
struct IgemmParams {
  const void* x = nullptr;
  // [depth / 64][columns_padded][64], of FP32 32 for 64, zeros behind depth and columns, column n
  // at igemm_place(n);
  // the eight 16-byte pieces of a row lie at piece ^ (place % 8), as in shared memory.
  const void* weights = nullptr;
  const float* bias = nullptr;     // [columns_padded] in the columns' order, or nullptr
  const void* residual = nullptr;  // [rows][columns], or nullptr
  void* y = nullptr;               // [rows][columns]
  // [splits][rows][columns_padded]: of FP32, where blocks that share a tile's depth leave their
  // sums.
  float* sums = nullptr;
  // Elements between pixels of x and rows of the others: multiples of 8 where x has vectors, and y
  // columns, of 8.
  int x_pitch = 0, residual_pitch = 0, y_pitch = 0;

  int element_bytes = 2;   // of all but the bias
  int rows = 0;            // images * output pixels
  int columns = 0;         // output channels
  int columns_padded = 0;  // to a multiple of 32
  int depth_steps = 0;     // of 128 bytes of depth, rounded up
  bool plain = false;      // row i of A lies at x + i * x_pitch
  // Of x, in multiples of 16 bytes; depth is kernel_h * kernel_w * channels.
  int channels = 0;
  int height = 0, width = 0;
  int kernel_h = 1, kernel_w = 1;
  int stride_h = 1, stride_w = 1;
  int dilation_h = 1, dilation_w = 1;
  int pad_top = 0, pad_left = 0;
  FastDivisor by_pixels, by_width;  // of the output
  FastDivisor by_channels, by_kernel_w;
  FastDivisor by_column_tiles;

  int slabs = 0;  // of 128 bytes of channels
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
  int threads;       // that multiply
  int more_threads;  // beside them
  int stages;        // of the pipeline
  bool direct;       // whole tiles go out from registers, not through shared memory

  size_t stage_bytes() const { return static_cast<size_t>(rows + columns) * 128; }
  // The tile in FP32, rows padded by 16 bytes.
  size_t staging_bytes() const { return static_cast<size_t>(rows) * (columns + 4) * 4; }
};

enum class ProductType { kF16, kBF16, kTf32 };

// Who gathers the rows of A: the threads of a block, or Hopper's copy engine, where warps multiply
// in groups of four.
enum class IgemmSource { kThreads, kEngine };

// Larger ones first.
std::span<const IgemmTile> igemm_tiles(IgemmSource source, int element_bytes);

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
IgemmKernel prepare_igemm(int tile, IgemmSource source, ProductType type, IgemmParams& params,
                          const GpuLimits& limits);
// The kernel behind it, for FP32 with a depth that is split: adds up the sums. From then on it
// takes the same params.
IgemmKernel prepare_igemm_sums(const IgemmParams& params, const GpuLimits& limits);
// The shared memory that such a kernel takes; completes the params.
size_t igemm_shared_bytes(int tile, IgemmSource source, IgemmParams& params);
// `params` are IgemmParams, or IgemmTensorParams for kEngine.
void launch_igemm(const IgemmKernel& kernel, const void* params, cudaStream_t stream);

}  // namespace tenon
