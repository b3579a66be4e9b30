#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "cuda/dependent_launch.h"
#include "cuda/fast_division.h"
#include "cuda/kernels/igemm/activation.cuh"

namespace tenon {

// An inverted residual block over FP16 or BF16 in NHWC with FP32 sums:
//   y = act3(W3 act2(depthwise 3x3(act1(W1 x + b1)) + b2) + b3 + residual)
// A thread block makes a tile of y, a band of one image. It keeps what it reads of x in shared
// memory and makes 32 expanded channels at a time: the expansion of all pixels that the windows
// see, in the narrow type and with zeros around the image, then the windows and their share of the
// projection, which stays in registers.

inline constexpr int kResidualChunk = 32;  // expanded channels
// Bytes from pixel to pixel of a chunk in shared memory: an odd number of 16-byte pieces, so that
// eight neighbours lie in different banks.
inline constexpr int kResidualPitch = kResidualChunk * 2 + 16;

// Those that the kernel has between the convolutions, a curve and a clamp behind it, whose bounds
// are pairs of the narrow type.
enum class MiddleActivationKind : int { kClamp, kSwish, kHardSwish };
struct MiddleActivation {
  MiddleActivationKind kind = MiddleActivationKind::kClamp;
  uint32_t low = 0, high = 0;
  float alpha = 0, beta = 0;
};

// Where the parts of a chunk's constants begin, in bytes; the weights of the expansion are at 0.
// They lie as in shared memory: rows of channels, of expanded ones and of taps.
struct ResidualChunk {
  int projection = 0;  // [columns, a multiple of 16][kResidualPitch]
  int depthwise = 0;   // [32][8 taps]
  int last_taps = 0;   // [32][2], of which the first is the ninth tap
  int bias1 = 0;       // [32] FP32, of the expansion
  int bias2 = 0;       // [32] FP32, of the depthwise convolution
  int bytes = 0;
};

struct InvertedResidualParams {
  const void* x = nullptr;
  const void* residual = nullptr;  // [pixels of y][columns], or nullptr
  bool residual_is_x = false;      // which is in shared memory then
  void* y = nullptr;
  const std::byte* chunks = nullptr;
  const float* bias = nullptr;  // of y

  int height = 0, width = 0, out_height = 0, out_width = 0;
  int channels = 0, columns = 0;  // of x and y: multiples of 8
  bool expands = true;            // else x takes the place of the expanded channels
  int pad_top = 0, pad_left = 0;
  MiddleActivation act1, act2;
  ActivationParams act3;

  int chunk_count = 0;
  int last_groups = 0;  // of 16 channels in the last chunk
  ResidualChunk chunk;

  // The tile: rows and groups of 8 columns of y, and the expanded pixels around it, which are a
  // region of rows of so many bytes.
  int tile_rows = 0, tile_groups = 0;
  int region_rows = 0, region_columns = 0, region_row_bytes = 0;
  int odd_columns = 0;  // stride 2: where a row's columns of odd number begin, in pixels
  FastDivisor by_bands, by_column_tiles, by_pieces;  // blocks of an image; pieces of 8 channels
  int x_pitch = 0;                                   // bytes from pixel to pixel of x, to expand
  // Where they begin in shared memory; the region is at 0.
  int places = 0, x_pixels = 0, weights = 0;
};

// A shape of the kernel.
struct ResidualShapeInfo {
  int stride;
  int strip_rows;  // of y that a warp makes, in a group of 8 columns
  int columns;     // of y at most
  int most_warps;  // for which there are registers
};
inline constexpr int kResidualShapes = 7;
std::span<const ResidualShapeInfo> residual_shapes();

// Completes the params with a tile for the shape, of which `blocks` are to fit a multiprocessor at
// a time: the largest one. Returns the launch, of no threads where none fits.
LaunchShape fit_inverted_residual(const ResidualShapeInfo& shape, int blocks, int images,
                                  size_t shared_bytes, InvertedResidualParams& params);

// `curved`: an activation between the convolutions is no clamp.
using InvertedResidualFunction = void (*)(InvertedResidualParams);
InvertedResidualFunction inverted_residual_f16(int shape, bool curved);
InvertedResidualFunction inverted_residual_bf16(int shape, bool curved);

}  // namespace tenon
