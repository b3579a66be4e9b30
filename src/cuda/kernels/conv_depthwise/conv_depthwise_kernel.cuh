#pragma once

#include "cuda/kernels/conv_depthwise/conv_depthwise_params.h"
#include "cuda/kernels/conv_depthwise/window_sums.cuh"
#include "cuda/kernels/igemm/tensor_core.cuh"

namespace tenon {

template <typename Shape>
__device__ void copy_constants(const ConvDepthwiseParams& p, int chunk, int bytes, uint32_t to) {
  const char* from = static_cast<const char*>(p.constants) + static_cast<int64_t>(chunk) * bytes;
  for (int i = static_cast<int>(threadIdx.x) * 16; i < bytes; i += Shape::threads * 16) {
    copy_or_zero(to + i, from + i, true);
  }
  commit_copies();
}

// Where a lane's two rows of a product, pixels of the patch, come from and go to.
struct LanePixels {
  int from[2];  // element of x
  int to[2];    // element of the patch, -1: nowhere

  // Of the 16 pixels from `first` on. `inverse` is 1 / tile.inside_columns.
  template <int kChunk, int kStride>
  __device__ static LanePixels of(const ConvDepthwiseParams& p, const TileOfBlock& tile,
                                  float inverse, int first) {
    LanePixels pixels;
    const int lane = static_cast<int>(threadIdx.x) % 32;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const int wanted = first + half * 8 + lane / 4;
      const int pixel = min(wanted, tile.count - 1);
      // Exact: a quotient is further from the next number than FP32 rounds it.
      const int row = static_cast<int>((static_cast<float>(pixel) + 0.5F) * inverse);
      const int column = pixel - row * tile.inside_columns;
      pixels.from[half] = (tile.first_inside + row * p.width + column) * p.channels + lane % 4 * 4;
      const int place = (tile.begin_row + row) * p.patch_pitch +
                        patch_place<kStride>(p, tile.begin_column + column);
      pixels.to[half] = wanted < tile.count ? place * kChunk + lane % 4 * 4 : -1;
    }
    return pixels;
  }
};

// What of x a lane holds for some steps of depth.
template <typename Shape>
struct LaneDepth {
  uint2 pixel[Shape::group][2];

  __device__ void fetch(const ConvDepthwiseParams& p, const LanePixels& pixels, int step) {
    const auto* x = static_cast<const typename Shape::Element*>(p.x);
#pragma unroll
    for (int k = 0; k < Shape::group; ++k) {
      const int channel = (step + k) * 16;
      const bool inside = channel + static_cast<int>(threadIdx.x) % 4 * 4 < p.channels;
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        pixel[k][half] = make_uint2(0, 0);
        if (inside) {
          pixel[k][half] = *reinterpret_cast<const uint2*>(x + pixels.from[half] + channel);
        }
      }
    }
  }
};

// Adds the product of 16 pixels with W1 from `step` on.
template <typename Shape>
__device__ inline void add_steps(const ConvDepthwiseParams& p, const LaneDepth<Shape>& depth,
                                 int step, const uint4* weights,
                                 float (&sums)[Shape::sets][Shape::pairs * 2][4]) {
  const int lane = static_cast<int>(threadIdx.x) % 32;
#pragma unroll
  for (int k = 0; k < Shape::group; ++k) {
    // Steps come in twos; a smaller group ends with the last of them.
    if (Shape::group > 2 && step + k / 2 * 2 >= p.steps) break;
    const uint2(&a)[2] = depth.pixel[k];
    const uint32_t rows[4] = {a[0].x, a[1].x, a[0].y, a[1].y};
#pragma unroll
    for (int q = 0; q < Shape::pairs; ++q) {
      const uint4 b = weights[(q * p.steps + step + k) * 32 + lane];
      multiply_add<typename Shape::Element>(sums[k % Shape::sets][2 * q], rows, b.x, b.y);
      multiply_add<typename Shape::Element>(sums[k % Shape::sets][2 * q + 1], rows, b.z, b.w);
    }
  }
}

// Of the four neighbouring columns of two pixels that a lane has out of every 16: the bias in the
// first set, zeros in the others.
template <typename Shape>
__device__ inline void begin_sums(const float* bias,
                                  float (&sums)[Shape::sets][Shape::pairs * 2][4]) {
#pragma unroll
  for (int q = 0; q < Shape::pairs; ++q) {
    const float4 b = *reinterpret_cast<const float4*>(bias + q * 16 + threadIdx.x % 4 * 4);
    sums[0][2 * q][0] = sums[0][2 * q][2] = b.x;
    sums[0][2 * q][1] = sums[0][2 * q][3] = b.y;
    sums[0][2 * q + 1][0] = sums[0][2 * q + 1][2] = b.z;
    sums[0][2 * q + 1][1] = sums[0][2 * q + 1][3] = b.w;
#pragma unroll
    for (int set = 1; set < Shape::sets; ++set) {
#pragma unroll
      for (int i = 0; i < 8; ++i) sums[set][2 * q + i / 4][i % 4] = 0;
    }
  }
}

// Puts the expansion of 16 pixels into the patch.
template <typename Shape>
__device__ inline void store_pixels(const ConvDepthwiseParams& p, const LanePixels& pixels,
                                    const float (&sums)[Shape::sets][Shape::pairs * 2][4],
                                    typename Shape::Element* patch) {
  float v[Shape::pairs * 8];
#pragma unroll
  for (int i = 0; i < Shape::pairs * 8; ++i) {
    v[i] = sums[0][i / 4][i % 4];
    if constexpr (Shape::sets > 1) v[i] += sums[1][i / 4][i % 4];
  }
  uint32_t words[Shape::pairs * 4];
  activate_and_narrow<typename Shape::Element>(p.inner_act, v, words);
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    if (pixels.to[half] < 0) continue;
#pragma unroll
    for (int q = 0; q < Shape::pairs; ++q) {
      *reinterpret_cast<uint2*>(patch + pixels.to[half] + q * 16) =
          make_uint2(words[q * 4 + half], words[q * 4 + 2 + half]);
    }
  }
}

// The expansion: every warp makes 16 pixels of the patch at a time and has more of x under way.
// Waits for the producers and for the copies of the constants.
template <typename Shape, int kStride>
__device__ void expand(const ConvDepthwiseParams& p, const TileOfBlock& tile, const uint4* weights,
                       const float* bias, typename Shape::Element* patch) {
  const float inverse = 1.0F / static_cast<float>(max(tile.inside_columns, 1));
  int first = static_cast<int>(threadIdx.x) / 32 * 16;
  const auto pixels_from = [&](int pixel) {
    return LanePixels::of<Shape::chunk, kStride>(p, tile, inverse, pixel);
  };
  LanePixels pixels = pixels_from(first);
  LaneDepth<Shape> ahead;
  wait_for_producers();
  if (first < tile.count) ahead.fetch(p, pixels, 0);
  wait_for_copies<0>();
  __syncthreads();
  while (first < tile.count) {
    float sums[Shape::sets][Shape::pairs * 2][4];
    begin_sums<Shape>(bias, sums);
    first += Shape::threads / 2;
    LanePixels next = pixels;
#pragma unroll 1
    for (int step = 0; step < p.steps; step += Shape::group) {
      const LaneDepth<Shape> depth = ahead;
      int fetched = step + Shape::group;
      if (fetched >= p.steps) {  // the next pixels; behind the last ones the last again
        next = pixels_from(first);
        fetched = 0;
      }
      ahead.fetch(p, next, fetched);
      add_steps<Shape>(p, depth, step, weights, sums);
    }
    store_pixels<Shape>(p, pixels, sums, patch);
    pixels = next;
  }
}

// Shared memory: the chunk's constants, the patch.
template <typename Shape, int kKernel, int kStride>
__global__ void __launch_bounds__(Shape::threads, Shape::blocks_at_once)
    conv_depthwise_kernel(const __grid_constant__ ConvDepthwiseParams p) {
  extern __shared__ __align__(16) char memory[];
  using T = typename Shape::Element;
  allow_dependents();
  const auto tile = TileOfBlock::of<kKernel, kStride>(p);
  const int weight_bytes = Shape::chunk * p.steps * 32;
  constexpr int kRest = (kKernel * kKernel + 2) * Shape::chunk * 4;
  copy_constants<Shape>(p, tile.chunk, weight_bytes + kRest, shared_address(memory));
  auto* const patch = reinterpret_cast<T*>(memory + weight_bytes + kRest);
  if (tile.template has_padding<kKernel, kStride>()) {
    for (int i = static_cast<int>(threadIdx.x) * 16; i < p.patch_bytes; i += Shape::threads * 16) {
      *reinterpret_cast<uint4*>(reinterpret_cast<char*>(patch) + i) = make_uint4(0, 0, 0, 0);
    }
  }
  const auto* bias = reinterpret_cast<const float*>(memory + weight_bytes);
  expand<Shape, kStride>(p, tile, reinterpret_cast<const uint4*>(memory), bias, patch);
  __syncthreads();
  if constexpr (Shape::pixels == 1) {
    convolve_columns<Shape, kKernel, kStride>(p, tile, bias + Shape::chunk, patch);
  } else {
    convolve_rows<Shape, kKernel, kStride>(p, tile, bias + Shape::chunk, patch);
  }
}

}  // namespace tenon
