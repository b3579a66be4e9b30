#pragma once

#include "cuda/kernels/igemm/narrow.cuh"
#include "cuda/kernels/igemm/tensor_core.cuh"
#include "cuda/kernels/inverted_residual/residual_params.h"

namespace tenon {

// d += a x b for a 16x8 and an 8x8 matrix.
template <typename T>
__device__ inline void multiply_add_half(float (&d)[4], uint32_t a0, uint32_t a1, uint32_t b);
template <>
__device__ inline void multiply_add_half<__half>(float (&d)[4], uint32_t a0, uint32_t a1,
                                                 uint32_t b) {
  asm("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 "
      "{%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a0), "r"(a1), "r"(b));
}
template <>
__device__ inline void multiply_add_half<__nv_bfloat16>(float (&d)[4], uint32_t a0, uint32_t a1,
                                                        uint32_t b) {
  asm("mma.sync.aligned.m16n8k8.row.col.f32.bf16.bf16.f32 "
      "{%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a0), "r"(a1), "r"(b));
}

// Four 8x8 matrices of 16-bit elements to shared memory, a row of 16 bytes to each lane's address.
__device__ inline void store_matrices(uint32_t to, const uint32_t (&from)[4]) {
#if __CUDA_ARCH__ >= 900
  asm volatile("stmatrix.sync.aligned.m8n8.x4.shared.b16 [%0], {%1, %2, %3, %4};" ::"r"(to),
               "r"(from[0]), "r"(from[1]), "r"(from[2]), "r"(from[3])
               : "memory");
#endif
}

// Clamps two narrow numbers; NaN stays.
template <typename T>
__device__ inline uint32_t clamp_pair(uint32_t pair, uint32_t low, uint32_t high);
template <>
__device__ inline uint32_t clamp_pair<__half>(uint32_t pair, uint32_t low, uint32_t high) {
  const auto as_half = [](const uint32_t& bits) {
    return *reinterpret_cast<const __half2*>(&bits);
  };
  const __half2 y = __hmax2_nan(__hmin2_nan(as_half(pair), as_half(high)), as_half(low));
  return *reinterpret_cast<const uint32_t*>(&y);
}
template <>
__device__ inline uint32_t clamp_pair<__nv_bfloat16>(uint32_t pair, uint32_t low, uint32_t high) {
  const auto as_bf16 = [](const uint32_t& bits) {
    return *reinterpret_cast<const __nv_bfloat162*>(&bits);
  };
  const auto y = __hmax2_nan(__hmin2_nan(as_bf16(pair), as_bf16(high)), as_bf16(low));
  return *reinterpret_cast<const uint32_t*>(&y);
}

// Two tiles of sums, side by side, in the narrow type: the left side of a product 16 deep. Clamping
// narrow numbers gives what narrowing clamped ones would.
template <typename T, bool kCurved>
__device__ inline void activate_tiles(const MiddleActivation& act, float (&left)[4],
                                      float (&right)[4], uint32_t (&words)[4]) {
  if constexpr (kCurved) {
    const auto curve = [&](float x) {
      if (act.kind == MiddleActivationKind::kClamp) return x;
      const bool hard = act.kind == MiddleActivationKind::kHardSwish;
      return x * (hard ? unit_clamp(act.alpha * x + act.beta) : sigmoid(act.alpha * x));
    };
    map_values(left, curve);
    map_values(right, curve);
  }
  words[0] = narrow_pair<T>(left[0], left[1]);
  words[1] = narrow_pair<T>(left[2], left[3]);
  words[2] = narrow_pair<T>(right[0], right[1]);
  words[3] = narrow_pair<T>(right[2], right[3]);
#pragma unroll
  for (uint32_t& word : words) word = clamp_pair<T>(word, act.low, act.high);
}

// Called and not inlined: blocks seldom end with an activation.
__device__ __noinline__ static float activated(const ActivationParams& act, float x) {
  float v[1] = {x};
  activate(act, v);
  return v[0];
}

// The lane's columns of a tile's bias.
__device__ inline float2 lane_bias(const float* bias) {
  return *reinterpret_cast<const float2*>(bias + threadIdx.x % 4 * 2);
}

// The right sides of products over 16 channels, for 16 columns: rows of the memory are columns.
__device__ inline int lane_of_columns(int pitch) {
  const int lane = static_cast<int>(threadIdx.x) % 32;
  return (lane / 16 * 8 + lane % 8) * pitch + lane / 8 % 2 * 16;
}

}  // namespace tenon
