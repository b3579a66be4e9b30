#pragma once

#include "cuda/kernels/igemm/activation.cuh"
#include "cuda/kernels/igemm/narrow.cuh"

namespace tenon {

#ifdef __CUDACC__

// Two numbers brought between two others; NaN stays.
template <typename T>
__device__ inline uint32_t clamp_pair(uint32_t v, uint32_t low, uint32_t high);
template <>
__device__ inline uint32_t clamp_pair<__half>(uint32_t v, uint32_t low, uint32_t high) {
  asm("min.NaN.f16x2 %0, %0, %1;" : "+r"(v) : "r"(high));
  asm("max.NaN.f16x2 %0, %0, %1;" : "+r"(v) : "r"(low));
  return v;
}
template <>
__device__ inline uint32_t clamp_pair<__nv_bfloat16>(uint32_t v, uint32_t low, uint32_t high) {
  asm("min.NaN.bf16x2 %0, %0, %1;" : "+r"(v) : "r"(high));
  asm("max.NaN.bf16x2 %0, %0, %1;" : "+r"(v) : "r"(low));
  return v;
}

// 1 / (1 + 2^x), numbers too small for FP32's normal ones as zeros: sigmoid() in fewer
// instructions.
__device__ inline float falling_step(float x) {
  float power, step;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(power) : "f"(x));
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(step) : "f"(1.0F + power));
  return step;
}

// activate() and rounding to the narrow type for many numbers and few functions: what networks have
// behind these convolutions. Clamps come as kActClip.
template <typename T, int kCount>
__device__ inline void activate_and_narrow(const ActivationParams& act, const float (&v)[kCount],
                                           uint32_t (&to)[kCount / 2]) {
  const float a = act.alpha, b = act.beta;
  const auto narrow = [&](auto fn) {
#pragma unroll
    for (int i = 0; i < kCount; i += 2) to[i / 2] = narrow_pair<T>(fn(v[i]), fn(v[i + 1]));
  };
  switch (act.code) {
    case kActClip: {  // rounding keeps the order
      const uint32_t low = narrow_pair<T>(a, a), high = narrow_pair<T>(b, b);
      narrow([](float x) { return x; });
#pragma unroll
      for (int i = 0; i < kCount / 2; ++i) to[i] = clamp_pair<T>(to[i], low, high);
      return;
    }
    case kActSwish: {
      const float scale = -1.4426950409F * a;  // to powers of 2
      return narrow([=](float x) { return x * falling_step(scale * x); });
    }
    default: return narrow([=](float x) { return x * unit_clamp(a * x + b); });  // kActHardSwish
  }
}

#endif  // __CUDACC__

}  // namespace tenon
