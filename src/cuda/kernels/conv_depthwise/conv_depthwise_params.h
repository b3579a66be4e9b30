#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <span>

#include "cuda/dependent_launch.h"
#include "cuda/fast_division.h"
#include "cuda/kernels/igemm/activation.cuh"

namespace tenon {

// Two convolutions one behind the other over FP16 or BF16 with FP32 sums: a 1x1 one that expands
// the channels of x, and one of every expanded channel with a window of its own,
//   y = act(depthwise(act(x X W1 + bias)) + bias)
// A block makes a tile of pixels of y in some channels, a chunk: what of the expansion they see,
// the patch, stays in shared memory.
struct ConvDepthwiseParams {
  const void* x = nullptr;
  // By chunks, each as ChunkConstants says.
  const void* constants = nullptr;
  void* y = nullptr;

  int channels = 0;  // of x, a multiple of 8
  int steps = 0;     // of 16 channels, an even number
  int expanded = 0;  // channels of y, a multiple of 8
  int height = 0, width = 0, out_height = 0, out_width = 0;
  int pad_top = 0, pad_left = 0;

  int tile_rows = 0, tile_columns = 0;  // of y
  int pieces = 0;                       // of a tile's row, as a thread computes them
  int patch_pitch = 0;                  // pixels from one row of the patch to the next
  int odd_columns = 0;                  // where they begin in a row of the patch at a stride of 2
  int patch_bytes = 0;
  FastDivisor by_chunks, by_tiles_across, by_tiles_down, by_tile_rows;

  // Of the 1x1 convolution and of the other; those that are clamps as kActClip.
  ActivationParams inner_act, outer_act;
};

// The constants of a chunk, as they lie in memory and in shared memory:
//   [chunk / 16][steps][32 lanes][8]  W1, as lanes hold it for products of 16x16x16
//   [chunk]                           bias, FP32
//   [taps][chunk]                     the windows, FP32
//   [chunk]                           their bias
// In the last two the channels are in an order in which neighbouring threads read neighbouring
// vectors of four: see place().
struct ChunkConstants {
  int chunk, vector, steps, taps;

  int weight_bytes() const { return chunk * steps * 32; }
  int bytes() const { return weight_bytes() + (taps + 2) * chunk * 4; }
  // Of a product's operand, in elements: column of the chunk, channel of x.
  int weight_place(int column, int channel) const {
    const int in_pair = column % 16, in_step = channel % 16;
    const int lane = (in_pair / 4 * 2 + in_pair % 2) * 4 + in_step / 4;
    const int word = in_pair / 2 % 2 * 2 + in_step / 2 % 2;
    return ((column / 16 * steps + channel / 16) * 32 + lane) * 8 + word * 2 + channel % 2;
  }
  // Of a window's channel, in floats.
  int place(int column) const {
    const int fours = vector > 4 ? vector / 4 : 1;
    return column / 4 % fours * (chunk / fours) + column / (4 * fours) * 4 + column % 4;
  }
};

enum class ConvDepthwiseType { kF16, kBF16 };

// A shape of the kernel.
struct ConvDepthwiseShape {
  int chunk;   // channels a block
  int vector;  // of which a thread computes so many (half of them where a column has 5x5 windows)
  int pixels;  // neighbours in a row that a thread computes; 1: it goes down a column
  int threads;
};
inline constexpr int kConvDepthwiseShapes = 4;
std::span<const ConvDepthwiseShape> conv_depthwise_shapes();

struct ConvDepthwiseKernel {
  void (*function)(ConvDepthwiseParams) = nullptr;
  LaunchShape shape;
};

// For windows of kernel x kernel (3 or 5) at a stride of 1 or 2.
struct ConvDepthwiseWindow {
  int kernel = 3, stride = 1;
};

// Completes params that have the problem's dims and the tile's; returns the shared memory of a
// block.
size_t fit_conv_depthwise(const ConvDepthwiseShape& shape, const ConvDepthwiseWindow& window,
                          ConvDepthwiseParams& params);
// Allows the kernel `shared_bytes`, all that a block may have, on the current device; the error of
// that is left for check_launch().
ConvDepthwiseKernel prepare_conv_depthwise(int shape, const ConvDepthwiseWindow& window,
                                           ConvDepthwiseType type, int images, int shared_bytes,
                                           ConvDepthwiseParams& params);

using ConvDepthwiseFunction = void (*)(ConvDepthwiseParams);
ConvDepthwiseFunction conv_depthwise_function_f16(int shape, const ConvDepthwiseWindow& window);
ConvDepthwiseFunction conv_depthwise_function_bf16(int shape, const ConvDepthwiseWindow& window);

}  // namespace tenon
