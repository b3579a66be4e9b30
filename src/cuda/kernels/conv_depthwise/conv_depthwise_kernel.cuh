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
template <typename T>
struct LanePixels {
  const T* from[2];
  int to[2];  // -1: nowhere

  // Of the 16 pixels from `first` on. `inverse` is 1 / tile.inside_columns.
  __device__ static LanePixels of(const ConvDepthwiseParams& p, const TileOfBlock& tile,
                                  float inverse, int chunk, int first) {
    LanePixels pixels;
    const int lane = static_cast<int>(threadIdx.x) % 32;
    const T* x = static_cast<const T*>(p.x) +
                 static_cast<int64_t>(tile.image) * p.height * p.width * p.channels + lane % 4 * 4;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const int wanted = first + half * 8 + lane / 4;
      const int pixel = min(wanted, tile.count - 1);
      // Exact: a quotient is further from the next number than FP32 rounds it.
      const int row = static_cast<int>((static_cast<float>(pixel) + 0.5F) * inverse);
      const int patch_row = tile.begin_row + row;
      const int patch_column = tile.begin_column + pixel - row * tile.inside_columns;
      pixels.from[half] =
          x + ((tile.top + patch_row) * p.width + tile.left + patch_column) * p.channels;
      const int place = (patch_row * p.patch_pitch + patch_column) * chunk + lane % 4 * 4;
      pixels.to[half] = wanted < tile.count ? place : -1;
    }
    return pixels;
  }
};

// Adds the product of 16 pixels with W1, from `step` on.
template <typename Shape>
__device__ inline void add_steps(const ConvDepthwiseParams& p,
                                 const LanePixels<typename Shape::Element>& pixels, int step,
                                 const uint4* weights,
                                 float (&sums)[Shape::sets][Shape::pairs * 2][4]) {
  const int lane = static_cast<int>(threadIdx.x) % 32;
  uint2 a[Shape::group][2];
#pragma unroll
  for (int k = 0; k < Shape::group; ++k) {
    const int channel = (step + k) * 16;
    const bool inside = channel + lane % 4 * 4 < p.channels;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      a[k][half] = make_uint2(0, 0);
      if (inside) a[k][half] = *reinterpret_cast<const uint2*>(pixels.from[half] + channel);
    }
  }
#pragma unroll
  for (int k = 0; k < Shape::group; ++k) {
    if (step + k >= p.steps) break;
    const uint32_t rows[4] = {a[k][0].x, a[k][1].x, a[k][0].y, a[k][1].y};
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

// The expansion: every warp makes 16 pixels of the patch at a time. Waits for the producers.
template <typename Shape>
__device__ void expand(const ConvDepthwiseParams& p, const TileOfBlock& tile, const uint4* weights,
                       const float* bias, typename Shape::Element* patch) {
  using T = typename Shape::Element;
  const float inverse = 1.0F / static_cast<float>(max(tile.inside_columns, 1));
  int first = static_cast<int>(threadIdx.x) / 32 * 16;
  auto pixels = LanePixels<T>::of(p, tile, inverse, Shape::chunk, first);
  wait_for_producers();
  while (first < tile.count) {
    float sums[Shape::sets][Shape::pairs * 2][4];
    begin_sums<Shape>(bias, sums);
#pragma unroll 1
    for (int step = 0; step < p.steps; step += Shape::group) {
      add_steps<Shape>(p, pixels, step, weights, sums);
    }
    float v[Shape::pairs * 8];
#pragma unroll
    for (int i = 0; i < Shape::pairs * 8; ++i) {
      v[i] = sums[0][i / 4][i % 4];
      if constexpr (Shape::sets > 1) v[i] += sums[1][i / 4][i % 4];
    }
    activate_inline(p.inner_act, v);
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      if (pixels.to[half] < 0) continue;
#pragma unroll
      for (int q = 0; q < Shape::pairs; ++q) {
        const float *low = v + q * 8 + half * 2, *high = low + 4;
        *reinterpret_cast<uint2*>(patch + pixels.to[half] + q * 16) =
            make_uint2(narrow_pair<T>(low[0], low[1]), narrow_pair<T>(high[0], high[1]));
      }
    }
    first += Shape::threads / 2;
    pixels = LanePixels<T>::of(p, tile, inverse, Shape::chunk, first);
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
  wait_for_copies<0>();
  __syncthreads();
  const auto* bias = reinterpret_cast<const float*>(memory + weight_bytes);
  expand<Shape>(p, tile, reinterpret_cast<const uint4*>(memory), bias, patch);
  __syncthreads();
  if constexpr (Shape::pixels == 1) {
    convolve_columns<Shape, kKernel, kStride>(p, tile, bias + Shape::chunk, patch);
  } else {
    convolve_rows<Shape, kKernel, kStride>(p, tile, bias + Shape::chunk, patch);
  }
}

}  // namespace tenon
