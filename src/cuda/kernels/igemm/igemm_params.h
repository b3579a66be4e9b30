#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "cuda/fast_division.h"
#include "cuda/kernels/igemm/activation.cuh"
#include "cuda/kernels/igemm/dependent_launch.h"

namespace tenon {

// Elements of depth that one step of the pipeline takes: 128 bytes of FP16 a row.
inline constexpr int kIgemmDepth = 64;

// y = act(scale * A x W + bias + residual), a matrix product over FP16 or BF16 with FP32 sums. The
// rows of A are the windows of a convolution over an image in NHWC, gathered on the way into
// shared memory; a plain matrix is an image of which each row is a pixel.
struct IgemmParams {
  const void* x = nullptr;
  // [depth / 64][columns_padded][64], zeros behind depth and columns; the eight 16-byte pieces of a
  // row lie at piece ^ (column % 8), as in shared memory.
  const void* weights = nullptr;
  const float* bias = nullptr;     // [columns_padded], or nullptr
  const void* residual = nullptr;  // [rows][columns], or nullptr
  void* y = nullptr;               // [rows][columns]

  int rows = 0;            // images * output pixels
  int columns = 0;         // output channels
  int columns_padded = 0;  // to a multiple of 8
  int depth_steps = 0;     // depth / 64, rounded up
  bool plain = false;      // row i of A lies at x + i * channels
  int channels = 0;        // of x, a multiple of 8; depth is kernel_h * kernel_w * channels
  int height = 0, width = 0;
  int kernel_h = 1, kernel_w = 1;
  int stride_h = 1, stride_w = 1;
  int dilation_h = 1, dilation_w = 1;
  int pad_top = 0, pad_left = 0;
  FastDivisor by_pixels, by_width;  // of the output
  FastDivisor by_channels, by_kernel_w;
  FastDivisor by_column_tiles;

  // For tiles that keep a patch of x: its pixels, how many of them lie before the tile's first row,
  // slabs of 64 channels, buffers for two slabs or one.
  int patch_rows = 0, patch_before = 0, patch_bytes = 0, patch_buffers = 0;
  int slabs = 0;
  FastDivisor by_taps;

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
  int stages;  // of the pipeline

  size_t stage_bytes() const { return static_cast<size_t>(rows + columns) * kIgemmDepth * 2; }
  size_t weight_stage_bytes() const { return static_cast<size_t>(columns) * kIgemmDepth * 2; }
  // The tile in FP32, rows padded by 32 bytes.
  size_t staging_bytes() const { return static_cast<size_t>(rows) * (columns + 8) * 4; }
};

enum class NarrowType { kF16, kBF16 };

// How the rows of A come into shared memory: gathered for every tap, or once as a patch of x that
// all taps read (windows of stride 1 that give as many pixels as they take, whole slabs of 64
// channels, at least as many taps as the pipeline has stages).
enum class IgemmSource { kGather, kPatch };

inline constexpr int kIgemmTiles = 10;
const IgemmTile (&igemm_tiles())[kIgemmTiles];  // larger ones first

// A kernel ready to be launched on the current device.
struct IgemmKernel {
  void (*function)(IgemmParams) = nullptr;
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
void launch_igemm(const IgemmKernel& kernel, const IgemmParams& params, cudaStream_t stream);

}  // namespace tenon
