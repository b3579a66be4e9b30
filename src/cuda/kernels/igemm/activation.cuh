#pragma once

#ifdef __CUDACC__
#include "cuda/gelu.cuh"
#endif

namespace tenon {

// Numbers of the activations in UnaryFn (ops/scalar_fn.h), which kernels do not include;
// conv_geometry.cpp holds the two together.
enum ActivationCode : int {
  kActIdentity = 0,
  kActRelu,
  kActSigmoid,
  kActTanh,
  kActLeakyRelu,
  kActElu,
  kActSelu,
  kActSoftsign,
  kActSoftplus,
  kActClip,
  kActHardSigmoid,
  kActScaledTanh,
  kActThresholdedRelu,
  kActGeluErf,
  kActGeluTanh,
  kActSwish,
  kActHardSwish,
  kActMish,
};

// y = act(x), as in Activation.
struct ActivationParams {
  int code = kActIdentity;
  float alpha = 0;
  float beta = 0;
};

// Whether the activation only keeps numbers within bounds.
constexpr bool only_bounds(int code) {
  return code == kActIdentity || code == kActRelu || code == kActClip;
}

#ifdef __CUDACC__

// Within a few units of 1e-7 of the largest magnitude: enough for sums in FP32.
__device__ inline float sigmoid(float x) { return __fdividef(1.0F, 1.0F + __expf(-x)); }
__device__ inline float smooth_step(float x) {  // tanh
  return 1.0F - __fdividef(2.0F, 1.0F + __expf(2 * x));
}
__device__ inline float softplus(float x) { return (x < 0 ? 0 : x) + log1pf(expf(-fabsf(x))); }
// A clamp that lets NaN through.
__device__ inline float unit_clamp(float x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

template <int kCount, typename Fn>
__device__ inline void map_values(float (&v)[kCount], Fn fn) {
#pragma unroll
  for (int i = 0; i < kCount; ++i) v[i] = fn(v[i]);
}

// The rarer ones, called and not inlined: they would fill the instruction cache.
__device__ __noinline__ static float activate_rare(int code, float x, float a, float b) {
  switch (code) {
    case kActElu: return x >= 0 ? x : a * expm1f(x);
    case kActSelu: return x > 0 ? b * x : b * (a * expf(x) - a);
    case kActSoftsign: return x / (1 + fabsf(x));
    case kActSoftplus: return a * softplus(b * x);
    case kActScaledTanh: return a * tanhf(b * x);
    case kActThresholdedRelu: return x > a ? x : 0;
    case kActMish: return x * tanhf(softplus(x));
    default: return x;
  }
}

template <int kCount>
__device__ inline void activate(const ActivationParams& act, float (&v)[kCount]) {
  const float a = act.alpha, b = act.beta;
  switch (act.code) {
    case kActIdentity: return;
    case kActRelu: return map_values(v, [](float x) { return x < 0 ? 0 : x; });
    case kActClip:
      return map_values(v, [=](float x) {
        const float low = x > b ? b : x;
        return low < a ? a : low;
      });
    case kActLeakyRelu: return map_values(v, [=](float x) { return x >= 0 ? x : a * x; });
    case kActSigmoid: return map_values(v, [](float x) { return sigmoid(x); });
    case kActTanh: return map_values(v, [](float x) { return smooth_step(x); });
    case kActHardSigmoid: return map_values(v, [=](float x) { return unit_clamp(a * x + b); });
    case kActGeluErf: return map_values(v, [](float x) { return gelu_erf(x); });
    case kActGeluTanh:
      return map_values(
          v, [](float x) { return x * sigmoid(1.5957691216F * (x + 0.044715F * x * x * x)); });
    case kActSwish: return map_values(v, [=](float x) { return x * sigmoid(a * x); });
    case kActHardSwish: return map_values(v, [=](float x) { return x * unit_clamp(a * x + b); });
    default: return map_values(v, [=](float x) { return activate_rare(act.code, x, a, b); });
  }
}

// Activations as arguments: any, and those that are only_bounds().
struct AnyActivation {
  const ActivationParams& params;
  template <int kCount>
  __device__ void operator()(float (&v)[kCount]) const {
    activate(params, v);
  }
};
class Bounds {
 public:
  __device__ explicit Bounds(const ActivationParams& act)
      : low_(act.code == kActRelu   ? 0
             : act.code == kActClip ? act.alpha
                                    : -INFINITY),
        high_(act.code == kActClip ? act.beta : INFINITY) {}
  template <int kCount>
  __device__ void operator()(float (&v)[kCount]) const {
    map_values(v, [&](float x) {
      asm("min.NaN.f32 %0, %1, %2;" : "=f"(x) : "f"(x), "f"(high_));
      asm("max.NaN.f32 %0, %1, %2;" : "=f"(x) : "f"(x), "f"(low_));
      return x;
    });
  }

 private:
  float low_, high_;
};

#endif  // __CUDACC__

}  // namespace tenon
