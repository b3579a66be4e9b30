#pragma once

#include "cuda/kernels/conv_depthwise/block_tile.cuh"
#include "cuda/kernels/conv_depthwise/inline_activation.cuh"
#include "cuda/kernels/igemm/narrow.cuh"

namespace tenon {

template <typename T>
__device__ inline void read_vector(const T* from, float (&v)[4]) {
  const uint2 bits = *reinterpret_cast<const uint2*>(from);
  const float2 low = widen_pair<T>(bits.x), high = widen_pair<T>(bits.y);
  v[0] = low.x, v[1] = low.y, v[2] = high.x, v[3] = high.y;
}
template <typename T>
__device__ inline void read_vector(const T* from, float (&v)[8]) {
  widen8<T>(*reinterpret_cast<const uint4*>(from), v);
}
template <typename T>
__device__ inline void read_vector(const T* from, float (&v)[2]) {
  const float2 pair = widen_pair<T>(*reinterpret_cast<const uint32_t*>(from));
  v[0] = pair.x, v[1] = pair.y;
}
template <int kVector, typename T>
__device__ inline void write_words(T* to, const uint32_t* words) {
  if constexpr (kVector == 2) {
    *reinterpret_cast<uint32_t*>(to) = words[0];
  } else if constexpr (kVector == 4) {
    *reinterpret_cast<uint2*>(to) = make_uint2(words[0], words[1]);
  } else {
    *reinterpret_cast<uint4*>(to) = make_uint4(words[0], words[1], words[2], words[3]);
  }
}

// A thread's vector of a row of constants that lies as ChunkConstants::place() says.
template <typename Shape>
__device__ inline void read_constants(const float* row, int vector, float (&to)[Shape::vector]) {
  if constexpr (Shape::vector == 2) {
    const float2 v = *reinterpret_cast<const float2*>(row + vector * 2);
    to[0] = v.x, to[1] = v.y;
  } else {
    constexpr int kFours = Shape::vector / 4;
#pragma unroll
    for (int i = 0; i < kFours; ++i) {
      const float4 v =
          *reinterpret_cast<const float4*>(row + i * (Shape::chunk / kFours) + vector * 4);
      to[4 * i] = v.x, to[4 * i + 1] = v.y, to[4 * i + 2] = v.z, to[4 * i + 3] = v.w;
    }
  }
}

// Adds one row of the windows of neighbouring pixels; what they share of the patch is read once.
template <typename Shape, int kKernel, int kStride>
__device__ inline void add_window_row(const ConvDepthwiseParams& p,
                                      const typename Shape::Element* patch, const float* weights,
                                      int vector, float (&sums)[Shape::pixels][Shape::vector]) {
  constexpr int kVector = Shape::vector;
  float w[kKernel][kVector];
#pragma unroll
  for (int s = 0; s < kKernel; ++s) read_constants<Shape>(weights + s * Shape::chunk, vector, w[s]);
#pragma unroll
  for (int i = 0; i < (Shape::pixels - 1) * kStride + kKernel; ++i) {
    float v[kVector];
    read_vector(patch + window_place<kStride>(p, 0, i) * Shape::chunk, v);
#pragma unroll
    for (int j = 0; j < Shape::pixels; ++j) {
      const int s = i - j * kStride;
      if (s < 0 || s >= kKernel) continue;
#pragma unroll
      for (int c = 0; c < kVector; ++c) sums[j][c] += v[c] * w[s][c];
    }
  }
}

// The windows, from the patch: every thread makes neighbouring pixels of a row.
template <typename Shape, int kKernel, int kStride>
__device__ void convolve_rows(const ConvDepthwiseParams& p, const TileOfBlock& tile,
                              const float* weights, const typename Shape::Element* patch) {
  using T = typename Shape::Element;
  constexpr int kPixels = Shape::pixels, kVector = Shape::vector;
  T* y = static_cast<T*>(p.y) +
         static_cast<int64_t>(tile.image) * p.out_height * p.out_width * p.expanded;
  const int items = Shape::vectors * p.tile_rows * p.pieces;
#pragma unroll 1
  for (int item = static_cast<int>(threadIdx.x); item < items; item += Shape::threads) {
    const int vector = item % Shape::vectors;
    int row;
    const int first = p.by_tile_rows.divide(item / Shape::vectors, row) * kPixels;
    const int channel = tile.chunk * Shape::chunk + vector * kVector;
    if (row >= tile.rows || first >= tile.columns || channel >= p.expanded) continue;
    float sums[kPixels][kVector];
    read_constants<Shape>(weights + kKernel * kKernel * Shape::chunk, vector, sums[0]);
#pragma unroll
    for (int j = 1; j < kPixels; ++j) {
#pragma unroll
      for (int c = 0; c < kVector; ++c) sums[j][c] = sums[0][c];
    }
    const T* from =
        patch + (row * kStride * p.patch_pitch + first) * Shape::chunk + vector * kVector;
    constexpr int kUnrolled = kKernel == 3 ? 3 : 1;  // more rows would take too many registers
#pragma unroll kUnrolled
    for (int r = 0; r < kKernel; ++r) {
      add_window_row<Shape, kKernel, kStride>(p, from + r * p.patch_pitch * Shape::chunk,
                                              weights + r * kKernel * Shape::chunk, vector, sums);
    }
    uint32_t words[kPixels * kVector / 2];
    activate_and_narrow<T>(p.outer_act, reinterpret_cast<float(&)[kPixels * kVector]>(sums), words);
    const int pixel = (tile.first_row + row) * p.out_width + tile.first_column + first;
#pragma unroll
    for (int j = 0; j < kPixels; ++j) {
      if (first + j >= tile.columns) break;
      write_words<kVector>(y + (pixel + j) * p.expanded + channel, words + j * kVector / 2);
    }
  }
}

// Adds one row of the patch to the windows that see it: sums[i] is of the pixel i rows above the
// newest one, whose window sees the row in its own row kPhase.
template <typename Shape, int kKernel, int kStride, int kPhase, int kLive>
__device__ inline void add_patch_row(const ConvDepthwiseParams& p,
                                     const typename Shape::Element* patch,
                                     const float (&w)[kKernel * kKernel][Shape::vector],
                                     float (&sums)[kLive][Shape::vector]) {
#pragma unroll
  for (int s = 0; s < kKernel; ++s) {
    float v[Shape::vector];
    read_vector(patch + window_place<kStride>(p, 0, s) * Shape::chunk, v);
#pragma unroll
    for (int i = 0; i < kLive; ++i) {
      const int r = kPhase + i * kStride;
      if (r >= kKernel) continue;
#pragma unroll
      for (int c = 0; c < Shape::vector; ++c) sums[i][c] += v[c] * w[r * kKernel + s][c];
    }
  }
}

// The same where every thread goes down a column with the windows in registers; every row of the
// patch is read once for all the windows that see it.
template <typename Shape, int kKernel, int kStride>
__device__ void convolve_columns(const ConvDepthwiseParams& p, const TileOfBlock& tile,
                                 const float* weights, const typename Shape::Element* patch) {
  using T = typename Shape::Element;
  constexpr int kVector = Shape::vector, kLast = (kKernel - 1) / kStride;
  T* y = static_cast<T*>(p.y) +
         static_cast<int64_t>(tile.image) * p.out_height * p.out_width * p.expanded;
#pragma unroll 1
  for (int item = static_cast<int>(threadIdx.x); item < Shape::vectors * tile.columns;
       item += Shape::threads) {
    const int vector = item % Shape::vectors, column = item / Shape::vectors;
    const int channel = tile.chunk * Shape::chunk + vector * kVector;
    if (channel >= p.expanded) continue;
    float w[kKernel * kKernel][kVector], bias[kVector], sums[kLast + 1][kVector];
#pragma unroll
    for (int tap = 0; tap < kKernel * kKernel; ++tap) {
      read_constants<Shape>(weights + tap * Shape::chunk, vector, w[tap]);
    }
    read_constants<Shape>(weights + kKernel * kKernel * Shape::chunk, vector, bias);
    const T* from = patch + column * Shape::chunk + vector * kVector;
    T* to = y + (tile.first_row * p.out_width + tile.first_column + column) * p.expanded + channel;
#pragma unroll
    for (int i = 0; i <= kLast; ++i) {
#pragma unroll
      for (int c = 0; c < kVector; ++c) sums[i][c] = bias[c];
    }
#pragma unroll 1
    for (int newest = 0;; ++newest) {
      add_patch_row<Shape, kKernel, kStride, 0>(p, from, w, sums);
      from += p.patch_pitch * Shape::chunk;
      if (newest >= kLast) {
        uint32_t words[kVector / 2];
        activate_and_narrow<T>(p.outer_act, sums[kLast], words);
        write_words<kVector>(to, words);
        to += p.out_width * p.expanded;
        if (newest - kLast + 1 == tile.rows) break;
      }
      if constexpr (kStride == 2) {
        add_patch_row<Shape, kKernel, kStride, 1>(p, from, w, sums);
        from += p.patch_pitch * Shape::chunk;
      }
#pragma unroll
      for (int c = 0; c < kVector; ++c) {
#pragma unroll
        for (int i = kLast; i > 0; --i) sums[i][c] = sums[i - 1][c];
        sums[0][c] = bias[c];
      }
    }
  }
}

}  // namespace tenon
