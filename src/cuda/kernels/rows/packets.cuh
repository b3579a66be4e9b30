#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>

#include "base/dtype.h"

// Elements of FP32, FP16 and BF16 in packets that one memory instruction moves, as FP32 numbers.
namespace tenon::rows {

template <typename T>
constexpr int kWidest = 16 / sizeof(T);  // elements of the widest packet

template <typename T, int N>
struct alignas(sizeof(T) * N) Packet {
  T e[N];
};

__device__ inline float to_float(float v) { return v; }
__device__ inline float to_float(__half v) { return __half2float(v); }
__device__ inline float to_float(__nv_bfloat16 v) { return __bfloat162float(v); }

template <typename T>
__device__ T from_float(float v);
template <>
__device__ inline float from_float<float>(float v) {
  return v;
}
template <>
__device__ inline __half from_float<__half>(float v) {
  return __float2half_rn(v);
}
template <>
__device__ inline __nv_bfloat16 from_float<__nv_bfloat16>(float v) {
  return __float2bfloat16_rn(v);
}

// N elements as they are, which takes fewer registers where they are narrow. `from` is aligned to
// the packet.
template <typename T, int N>
__device__ Packet<T, N> load_packet(const T* from) {
  return *reinterpret_cast<const Packet<T, N>*>(from);
}
template <typename T, int N>
__device__ void unpack(const Packet<T, N>& packet, float (&to)[N]) {
#pragma unroll
  for (int i = 0; i < N; ++i) to[i] = to_float(packet.e[i]);
}

template <typename T, int N>
__device__ void load(const T* from, float (&to)[N]) {
  unpack(load_packet<T, N>(from), to);
}

template <typename T, int N>
__device__ void store(T* to, const float (&from)[N]) {
  Packet<T, N> packet;
#pragma unroll
  for (int i = 0; i < N; ++i) packet.e[i] = from_float<T>(from[i]);
  *reinterpret_cast<Packet<T, N>*>(to) = packet;
}

// Calls fn(T{}) with the type's element type.
template <typename Fn>
void with_float_type(DataType type, Fn&& fn) {
  if (type == DataType::kF32) {
    fn(float{});
  } else if (type == DataType::kF16) {
    fn(__half{});
  } else {
    fn(__nv_bfloat16{});
  }
}

}  // namespace tenon::rows
