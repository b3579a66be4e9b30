#pragma once

#include "cuda/kernels/igemm/activation.cuh"

namespace tenon {

#ifdef __CUDACC__

// The smaller and the larger of two; NaN when one is.
__device__ inline float least(float a, float b) {
  float least;
  asm("min.NaN.f32 %0, %1, %2;" : "=f"(least) : "f"(a), "f"(b));
  return least;
}
__device__ inline float largest(float a, float b) {
  float largest;
  asm("max.NaN.f32 %0, %1, %2;" : "=f"(largest) : "f"(a), "f"(b));
  return largest;
}

// 1 / (1 + 2^x), numbers too small for FP32's normal ones as zeros: sigmoid() in fewer
// instructions.
__device__ inline float falling_step(float x) {
  float power, step;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(power) : "f"(x));
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(step) : "f"(1.0F + power));
  return step;
}

// activate() for many numbers and few functions: what networks have behind these convolutions.
// Clamps come as kActClip.
template <int kCount>
__device__ inline void activate_inline(const ActivationParams& act, float (&v)[kCount]) {
  const float a = act.alpha, b = act.beta;
  switch (act.code) {
    case kActClip: return map_values(v, [=](float x) { return largest(least(x, b), a); });
    case kActSwish: {
      const float scale = -1.4426950409F * a;  // to powers of 2
      return map_values(v, [=](float x) { return x * falling_step(scale * x); });
    }
    case kActHardSwish: return map_values(v, [=](float x) { return x * unit_clamp(a * x + b); });
    default: return;
  }
}

#endif  // __CUDACC__

}  // namespace tenon
