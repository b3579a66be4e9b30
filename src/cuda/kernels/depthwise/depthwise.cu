#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "cuda/kernels/depthwise/depthwise_params.h"
#include "cuda/kernels/rows/packets.cuh"

namespace tenon {
namespace {

constexpr int kThreads = 128;

// kWidth neighbouring channels of one pixel as FP32, read and written at once.
template <typename T, int kWidth>
__device__ inline void read_vector(const T* from, float (&v)[kWidth]) {
  rows::load(from, v);
}
template <typename T, int kWidth>
__device__ inline void write_vector(T* to, const float (&v)[kWidth]) {
  rows::store(to, v);
}
template <int kWidth>
__device__ inline void read_floats(const float* from, float (&v)[kWidth]) {
  if constexpr (kWidth == 1) {
    v[0] = *from;
  } else {
#pragma unroll
    for (int i = 0; i < kWidth; i += 4) {
      const float4 bits = *reinterpret_cast<const float4*>(from + i);
      v[i] = bits.x, v[i + 1] = bits.y, v[i + 2] = bits.z, v[i + 3] = bits.w;
    }
  }
}

template <int kWidth>
__device__ inline void add_product(float (&sum)[kWidth], const float (&a)[kWidth],
                                   const float (&b)[kWidth]) {
#pragma unroll
  for (int i = 0; i < kWidth; ++i) sum[i] += a[i] * b[i];
}

// The piece of y that a thread computes: some pixels of one row.
struct Piece {
  int image, row, first, channel;
};

__device__ inline Piece piece_of(const DepthwiseParams& p, int item, int pixels, int width,
                                 bool channels_last) {
  int piece, row, vector;
  if (channels_last) {
    item = p.by_vectors.divide(item, vector);
    item = p.by_pieces.divide(item, piece);
    return {p.by_out_height.divide(item, row), row, piece * pixels, vector * width};
  }
  item = p.by_pieces.divide(item, piece);
  item = p.by_out_height.divide(item, row);
  return {p.by_vectors.divide(item, vector), row, piece * pixels, vector};
}

// One row of a window of known width over kPixels neighbouring pixels: every input is read once.
template <typename T, int kWidth, int kPixels, int kKernel, int kStride>
__device__ inline void add_known_row(const DepthwiseParams& p, const T* x_row, int left,
                                     const float* weights, float (&sums)[kPixels][kWidth]) {
  float w[kKernel][kWidth];
#pragma unroll
  for (int s = 0; s < kKernel; ++s) read_floats<kWidth>(weights + s * p.channels, w[s]);
#pragma unroll
  for (int i = 0; i < (kPixels - 1) * kStride + kKernel; ++i) {
    const int column = left + i;
    float v[kWidth] = {};
    if (static_cast<unsigned>(column) < static_cast<unsigned>(p.width)) {
      read_vector<T, kWidth>(x_row + static_cast<int64_t>(column) * p.x_pixel, v);
    }
#pragma unroll
    for (int j = 0; j < kPixels; ++j) {
      const int s = i - j * kStride;
      if (s >= 0 && s < kKernel) add_product(sums[j], v, w[s]);
    }
  }
}

template <typename T, int kWidth, int kPixels>
__device__ inline void add_any_row(const DepthwiseParams& p, const T* x_row, int left,
                                   const float* weights, float (&sums)[kPixels][kWidth]) {
  for (int s = 0; s < p.kernel_w; ++s) {
    float w[kWidth];
    read_floats<kWidth>(weights + s * p.channels, w);
#pragma unroll
    for (int j = 0; j < kPixels; ++j) {
      const int column = left + j * p.stride_w + s * p.dilation_w;
      if (static_cast<unsigned>(column) >= static_cast<unsigned>(p.width)) continue;
      float v[kWidth];
      read_vector<T, kWidth>(x_row + static_cast<int64_t>(column) * p.x_pixel, v);
      add_product(sums[j], v, w);
    }
  }
}

// `to` and `residual` are the places in y and the residual.
template <typename T, int kWidth>
__device__ inline void finish(const DepthwiseParams& p, int64_t to, int64_t residual,
                              float (&v)[kWidth]) {
  if (p.residual != nullptr) {
    float r[kWidth];
    read_vector<T, kWidth>(static_cast<const T*>(p.residual) + residual, r);
#pragma unroll
    for (int i = 0; i < kWidth; ++i) v[i] += r[i];
  }
  activate(p.act, v);
  write_vector<T, kWidth>(static_cast<T*>(p.y) + to, v);
}

// kKernel 0: a window of any size, stride and dilation.
template <typename T, int kWidth, int kPixels, int kKernel, int kStride>
__global__ void __launch_bounds__(kThreads)
    depthwise_channels_last(const __grid_constant__ DepthwiseParams p) {
  allow_dependents();
  const int64_t item = static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x;
  if (item >= p.items) return;
  const Piece at = piece_of(p, static_cast<int>(item), kPixels, kWidth, true);
  float sums[kPixels][kWidth] = {};
  if (p.bias != nullptr) {
    float bias[kWidth];
    read_floats<kWidth>(p.bias + at.channel, bias);
#pragma unroll
    for (int j = 0; j < kPixels; ++j) {
#pragma unroll
      for (int i = 0; i < kWidth; ++i) sums[j][i] = bias[i];
    }
  }
  wait_for_producers();
  const T* x = static_cast<const T*>(p.x) + at.image * p.x_image + at.channel;
  const int top = at.row * p.stride_h - p.pad_top;
  const int left = at.first * p.stride_w - p.pad_left;
  const auto add_row = [&](int r) {
    const int line = top + r * p.dilation_h;
    if (static_cast<unsigned>(line) >= static_cast<unsigned>(p.height)) return;
    const T* x_row = x + static_cast<int64_t>(line) * p.width * p.x_pixel;
    const float* weights =
        p.weights + static_cast<int64_t>(r) * p.kernel_w * p.channels + at.channel;
    if constexpr (kKernel == 0) {
      add_any_row<T, kWidth, kPixels>(p, x_row, left, weights, sums);
    } else {
      add_known_row<T, kWidth, kPixels, kKernel, kStride>(p, x_row, left, weights, sums);
    }
  };
  if constexpr (kKernel == 3) {
#pragma unroll
    for (int r = 0; r < kKernel; ++r) add_row(r);
  } else {  // unrolled, more rows would take too many registers
#pragma unroll 1
    for (int r = 0; r < p.kernel_h; ++r) add_row(r);
  }
#pragma unroll
  for (int j = 0; j < kPixels; ++j) {
    if (at.first + j >= p.out_width) continue;
    const int64_t pixel = static_cast<int64_t>(at.row) * p.out_width + at.first + j;
    finish<T, kWidth>(p, at.image * p.y_image + pixel * p.y_pixel + at.channel,
                      at.image * p.residual_image + pixel * p.residual_pixel + at.channel, sums[j]);
  }
}

template <typename T, int kPixels>
__global__ void __launch_bounds__(kThreads)
    depthwise_linear(const __grid_constant__ DepthwiseParams p) {
  allow_dependents();
  const int64_t item = static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x;
  if (item >= p.items) return;
  const Piece at = piece_of(p, static_cast<int>(item), kPixels, 1, false);
  wait_for_producers();
  const T* x = static_cast<const T*>(p.x) + at.image * p.x_image +
               static_cast<int64_t>(at.channel) * p.height * p.width;
  const float* weights = p.weights + static_cast<int64_t>(at.channel) * p.kernel_h * p.kernel_w;
  const int top = at.row * p.stride_h - p.pad_top;
  const int left = at.first * p.stride_w - p.pad_left;
  float sums[kPixels][1] = {};
#pragma unroll
  for (int j = 0; j < kPixels; ++j) sums[j][0] = p.bias != nullptr ? p.bias[at.channel] : 0;
  for (int r = 0; r < p.kernel_h; ++r) {
    const int line = top + r * p.dilation_h;
    if (static_cast<unsigned>(line) >= static_cast<unsigned>(p.height)) continue;
    const T* x_row = x + static_cast<int64_t>(line) * p.width;
    for (int s = 0; s < p.kernel_w; ++s) {
      const float w = weights[r * p.kernel_w + s];
#pragma unroll
      for (int j = 0; j < kPixels; ++j) {
        const int column = left + j * p.stride_w + s * p.dilation_w;
        if (static_cast<unsigned>(column) < static_cast<unsigned>(p.width)) {
          sums[j][0] += w * rows::to_float(x_row[column]);
        }
      }
    }
  }
#pragma unroll
  for (int j = 0; j < kPixels; ++j) {
    if (at.first + j >= p.out_width) continue;
    const int64_t pixel =
        (static_cast<int64_t>(at.channel) * p.out_height + at.row) * p.out_width + at.first + j;
    finish<T, 1>(p, at.image * p.y_image + pixel, at.image * p.residual_image + pixel, sums[j]);
  }
}

using Function = void (*)(DepthwiseParams);

template <typename T, int kWidth, int kPixels>
Function window_of(const DepthwiseParams& p) {
  const bool square = p.kernel_h == p.kernel_w && p.stride_h == p.stride_w && p.stride_w <= 2 &&
                      p.dilation_h == 1 && p.dilation_w == 1;
  if (!square) return depthwise_channels_last<T, kWidth, kPixels, 0, 0>;
  const bool two = p.stride_w == 2;
  switch (p.kernel_w) {
    case 3:
      return two ? depthwise_channels_last<T, kWidth, kPixels, 3, 2>
                 : depthwise_channels_last<T, kWidth, kPixels, 3, 1>;
    case 5:
      return two ? depthwise_channels_last<T, kWidth, kPixels, 5, 2>
                 : depthwise_channels_last<T, kWidth, kPixels, 5, 1>;
    case 7:
      if (!two) return depthwise_channels_last<T, kWidth, kPixels, 7, 1>;
      break;
    default: break;
  }
  return depthwise_channels_last<T, kWidth, kPixels, 0, 0>;
}

template <typename T, int kWidth>
Function with_pixels(const DepthwiseParams& p, int pixels) {
  return pixels == 4 ? window_of<T, kWidth, 4>(p) : window_of<T, kWidth, 2>(p);
}

template <typename T>
Function function_of(const DepthwiseParams& p, bool channels_last, const DepthwiseTile& tile) {
  if (!channels_last) return tile.pixels == 4 ? depthwise_linear<T, 4> : depthwise_linear<T, 1>;
  constexpr int kFull = rows::kWidest<T>;
  if (tile.channels == kFull) return with_pixels<T, kFull>(p, tile.pixels);
  if constexpr (kFull == 8) {
    if (tile.channels == 4) return with_pixels<T, 4>(p, tile.pixels);
  }
  return depthwise_channels_last<T, 1, 4, 0, 0>;
}

}  // namespace

DepthwiseKernel choose_depthwise(DepthwiseParams& p, DepthwiseType type, int images,
                                 bool channels_last, const DepthwiseTile& tile) {
  const int pieces = (p.out_width + tile.pixels - 1) / tile.pixels;
  p.items = static_cast<int64_t>(images) * (p.channels / tile.channels) * p.out_height * pieces;
  p.by_vectors = FastDivisor(p.channels / tile.channels);
  p.by_pieces = FastDivisor(pieces);
  p.by_out_height = FastDivisor(p.out_height);
  DepthwiseKernel kernel;
  kernel.shape.blocks = static_cast<unsigned>((p.items + kThreads - 1) / kThreads);
  kernel.shape.threads = kThreads;
  switch (type) {
    case DepthwiseType::kF32: kernel.function = function_of<float>(p, channels_last, tile); break;
    case DepthwiseType::kF16: kernel.function = function_of<__half>(p, channels_last, tile); break;
    case DepthwiseType::kBF16:
      kernel.function = function_of<__nv_bfloat16>(p, channels_last, tile);
      break;
  }
  return kernel;
}

void launch_depthwise(const DepthwiseKernel& kernel, const DepthwiseParams& params,
                      cudaStream_t stream) {
  launch_kernel(kernel.function, kernel.shape, params, stream);
}

}  // namespace tenon
