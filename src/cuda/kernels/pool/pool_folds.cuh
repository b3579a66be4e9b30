#pragma once

#include "cuda/kernels/pool/pool_kernels.h"
#include "cuda/kernels/rows/packets.cuh"

// What windows take in, and what they make of it.
namespace tenon::pool {

using namespace rows;

// The taps of a window that lie inside the input, and how many count when padding does.
struct Taps {
  int begin;  // place of tap 0
  int first;
  int last;
  int padded;
};

__device__ inline int steps_to(int distance, int step) {
  return step == 1 ? distance : (distance + step - 1) / step;
}

__device__ inline Taps taps_of(const PoolAxis& a, int out) {
  const int begin = out * a.stride - a.pad_begin;
  const int first = begin < 0 ? steps_to(-begin, a.dilation) : 0;
  const int inside = a.in <= begin ? 0 : steps_to(a.in - begin, a.dilation);
  const int end = a.in + a.pad_end;
  const int within = end <= begin ? 0 : steps_to(end - begin, a.dilation);
  return {begin, first, max(first, min(a.window, inside)), min(a.window, within)};
}

// The larger number, or NaN when there is one.
__device__ inline float larger(float a, float b) {
  float c;
  asm("max.NaN.f32 %0, %1, %2;" : "=f"(c) : "f"(a), "f"(b));
  return c;
}
__device__ inline __half larger(__half a, __half b) { return __hmax_nan(a, b); }
__device__ inline __nv_bfloat16 larger(__nv_bfloat16 a, __nv_bfloat16 b) {
  return __hmax_nan(a, b);
}
__device__ inline __half2 larger(__half2 a, __half2 b) { return __hmax2_nan(a, b); }
__device__ inline __nv_bfloat162 larger(__nv_bfloat162 a, __nv_bfloat162 b) {
  return __hmax2_nan(a, b);
}

// Two elements of the narrow types side by side.
template <typename T>
struct Pair {
  using Type = float2;
};
template <>
struct Pair<__half> {
  using Type = __half2;
};
template <>
struct Pair<__nv_bfloat16> {
  using Type = __nv_bfloat162;
};

// V outputs side by side: their maxima.
template <typename T, int V>
struct Maximum {
  Packet<T, V> total;

  __device__ Maximum() {
#pragma unroll
    for (T& t : total.e) t = from_float<T>(-INFINITY);
  }
  __device__ void add(const Packet<T, V>& x) {
    if constexpr (sizeof(T) == 2 && V > 1) {
      using Two = typename Pair<T>::Type;
      auto* to = reinterpret_cast<Two*>(total.e);
      const auto* from = reinterpret_cast<const Two*>(x.e);
#pragma unroll
      for (int i = 0; i < V / 2; ++i) to[i] = larger(to[i], from[i]);
    } else {
#pragma unroll
      for (int i = 0; i < V; ++i) total.e[i] = larger(total.e[i], x.e[i]);
    }
  }
  __device__ void join(const Maximum& other) { add(other.total); }
  __device__ Packet<T, V> result(int) const { return total; }
};

// V outputs side by side: their averages.
template <typename T, int V>
struct Average {
  float total[V] = {};

  __device__ void add(const Packet<T, V>& x) {
#pragma unroll
    for (int i = 0; i < V; ++i) total[i] += to_float(x.e[i]);
  }
  __device__ void join(const Average& other) {
#pragma unroll
    for (int i = 0; i < V; ++i) total[i] += other.total[i];
  }
  // A dilated window may step over all of a short input.
  __device__ Packet<T, V> result(int count) const {
    const float factor = 1 / static_cast<float>(max(count, 1));
    Packet<T, V> y;
#pragma unroll
    for (int i = 0; i < V; ++i) y.e[i] = from_float<T>(total[i] * factor);
    return y;
  }
};

template <typename T, int V>
__device__ void store_packet(T* to, const Packet<T, V>& packet) {
  *reinterpret_cast<Packet<T, V>*>(to) = packet;
}

}  // namespace tenon::pool
