#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>

namespace tenon {

// Conversions between FP32 and the narrow types, and 16-byte vectors of them.

template <typename T>
__device__ inline float2 widen_pair(uint32_t bits);
template <>
__device__ inline float2 widen_pair<__half>(uint32_t bits) {
  return __half22float2(*reinterpret_cast<const __half2*>(&bits));
}
template <>
__device__ inline float2 widen_pair<__nv_bfloat16>(uint32_t bits) {
  return make_float2(__uint_as_float(bits << 16), __uint_as_float(bits & 0xFFFF0000U));
}

template <typename T>
__device__ inline uint32_t narrow_pair(float a, float b);
template <>
__device__ inline uint32_t narrow_pair<__half>(float a, float b) {
  const __half2 pair = __floats2half2_rn(a, b);
  return *reinterpret_cast<const uint32_t*>(&pair);
}
template <>
__device__ inline uint32_t narrow_pair<__nv_bfloat16>(float a, float b) {
  const __nv_bfloat162 pair = __floats2bfloat162_rn(a, b);
  return *reinterpret_cast<const uint32_t*>(&pair);
}

template <typename T>
__device__ inline T narrowed(float value);
template <>
__device__ inline float narrowed<float>(float value) {
  return value;
}
template <>
__device__ inline __half narrowed<__half>(float value) {
  return __float2half_rn(value);
}
template <>
__device__ inline __nv_bfloat16 narrowed<__nv_bfloat16>(float value) {
  return __float2bfloat16_rn(value);
}

__device__ inline float widened(float value) { return value; }
__device__ inline float widened(__half value) { return __half2float(value); }
__device__ inline float widened(__nv_bfloat16 value) { return __bfloat162float(value); }

// Eight elements of a narrow type.
template <typename T>
__device__ inline void widen8(const uint4& bits, float (&v)[8]) {
  const uint32_t words[4] = {bits.x, bits.y, bits.z, bits.w};
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    const float2 pair = widen_pair<T>(words[i]);
    v[2 * i] = pair.x;
    v[2 * i + 1] = pair.y;
  }
}
template <typename T>
__device__ inline uint4 narrow8(const float (&v)[8]) {
  return make_uint4(narrow_pair<T>(v[0], v[1]), narrow_pair<T>(v[2], v[3]),
                    narrow_pair<T>(v[4], v[5]), narrow_pair<T>(v[6], v[7]));
}

// 16 bytes of elements, FP32 among them.
template <typename T>
__device__ inline void widen_piece(const uint4& bits, float (&v)[8]) {
  widen8<T>(bits, v);
}
template <typename T>
__device__ inline void widen_piece(const uint4& bits, float (&v)[4]) {
  v[0] = __uint_as_float(bits.x), v[1] = __uint_as_float(bits.y);
  v[2] = __uint_as_float(bits.z), v[3] = __uint_as_float(bits.w);
}
template <typename T>
__device__ inline uint4 narrow_piece(const float (&v)[8]) {
  return narrow8<T>(v);
}
template <typename T>
__device__ inline uint4 narrow_piece(const float (&v)[4]) {
  return make_uint4(__float_as_uint(v[0]), __float_as_uint(v[1]), __float_as_uint(v[2]),
                    __float_as_uint(v[3]));
}

}  // namespace tenon
