#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <algorithm>

#include "base/rounding.h"
#include "cuda/dependent_launch.h"
#include "cuda/gelu.cuh"
#include "cuda/kernels/matmul/finish_kernels.h"
#include "cuda/vector_access.h"

namespace tenon {
namespace {

constexpr int kThreads = 256;
constexpr int64_t kMostBlocks = 132 * 16;
constexpr int64_t kMostGeluBlocks = 132 * 64;  // each is short: what it reads is read at once

__device__ float to_float(float x) { return x; }
__device__ float to_float(__half x) { return __half2float(x); }
__device__ float to_float(__nv_bfloat16 x) { return __bfloat162float(x); }
template <typename T>
__device__ T from_float(float x);
template <>
__device__ float from_float<float>(float x) {
  return x;
}
template <>
__device__ __half from_float<__half>(float x) {
  return __float2half_rn(x);
}
template <>
__device__ __nv_bfloat16 from_float<__nv_bfloat16>(float x) {
  return __float2bfloat16_rn(x);
}

// NaN from x survives, as in the reference.
__device__ float larger(float x, float bound) { return x < bound ? bound : x; }
__device__ float smaller(float x, float bound) { return x > bound ? bound : x; }
__device__ float sigmoid(float x) { return 1 / (1 + expf(-x)); }
__device__ float softplus(float x) { return larger(x, 0) + log1pf(expf(-fabsf(x))); }
__device__ float gelu_tanh(float x) {
  constexpr float kScale = 0.7978845608028654F;  // sqrt(2/pi)
  return 0.5F * x * (1 + tanhf(kScale * (x + 0.044715F * x * x * x)));
}

// Applies the function to N numbers; which one it is is decided once for all of them.
template <int N>
__device__ void apply(FinishFn fn, float a, float b, float (&x)[N]) {
  const auto each = [&](auto f) {
#pragma unroll
    for (int i = 0; i < N; ++i) x[i] = f(x[i]);
  };
  switch (fn) {
    case FinishFn::kIdentity: return;
    case FinishFn::kRelu: return each([](float v) { return larger(v, 0); });
    case FinishFn::kSigmoid: return each([](float v) { return sigmoid(v); });
    case FinishFn::kTanh: return each([](float v) { return tanhf(v); });
    case FinishFn::kLeakyRelu: return each([=](float v) { return v >= 0 ? v : a * v; });
    case FinishFn::kElu: return each([=](float v) { return v >= 0 ? v : a * expm1f(v); });
    case FinishFn::kSelu:
      return each([=](float v) { return v > 0 ? b * v : b * (a * expf(v) - a); });
    case FinishFn::kSoftsign: return each([](float v) { return v / (1 + fabsf(v)); });
    case FinishFn::kSoftplus: return each([=](float v) { return a * softplus(b * v); });
    case FinishFn::kClip: return each([=](float v) { return larger(smaller(v, b), a); });
    case FinishFn::kHardSigmoid:
      return each([=](float v) { return larger(smaller(a * v + b, 1), 0); });
    case FinishFn::kScaledTanh: return each([=](float v) { return a * tanhf(b * v); });
    case FinishFn::kThresholdedRelu: return each([=](float v) { return v > a ? v : 0; });
    case FinishFn::kGeluErf: return each([](float v) { return gelu_erf(v); });
    case FinishFn::kGeluTanh: return each([](float v) { return gelu_tanh(v); });
    case FinishFn::kSwish: return each([=](float v) { return v * sigmoid(a * v); });
    case FinishFn::kHardSwish:
      return each([=](float v) { return v * larger(smaller(a * v + b, 1), 0); });
    case FinishFn::kMish: return each([](float v) { return v * tanhf(softplus(v)); });
    case FinishFn::kExp: return each([](float v) { return expf(v); });
    case FinishFn::kAbs: return each([](float v) { return fabsf(v); });
    case FinishFn::kNeg: return each([](float v) { return -v; });
    case FinishFn::kSin: return each([](float v) { return sinf(v); });
    case FinishFn::kCos: return each([](float v) { return cosf(v); });
    case FinishFn::kErf: return each([](float v) { return erff(v); });
  }
}

template <typename T, int N>
struct alignas(sizeof(T) * N) Pack {
  T at[N];
};

template <typename T, int N>
__device__ void add(float (&sum)[N], const T* from) {
  const auto pack = *reinterpret_cast<const Pack<T, N>*>(from);
#pragma unroll
  for (int i = 0; i < N; ++i) sum[i] += to_float(pack.at[i]);
}

// Functions as arguments of finish_dense: any, decided at run time; and the one that large products
// of transformers end with, for which the kernel needs few registers.
struct AnyFunction {
  template <typename T, int N>
  static __device__ void apply_to(const FinishParams& p, float (&x)[N]) {
    apply(p.fn, p.alpha, p.beta, x);
  }
};
struct GeluErf {
  template <typename T, int N>
  static __device__ void apply_to(const FinishParams&, float (&x)[N]) {
#pragma unroll
    for (int i = 0; i < N; ++i) x[i] = sizeof(T) == 2 ? gelu_erf_narrow(x[i]) : gelu_erf(x[i]);
  }
};

// The sum of N neighbours from `element` on, before the function.
template <typename T, int N>
__device__ void sum_up(const FinishParams& p, unsigned element, float (&sum)[N]) {
  const auto* bias = static_cast<const T*>(p.bias);
  const auto inner = static_cast<unsigned>(p.bias_inner);
  const auto period = static_cast<unsigned>(p.bias_count);
#pragma unroll
  for (float& s : sum) s = 0;
  if (p.product != nullptr) add<T, N>(sum, static_cast<const T*>(p.product) + element);
  if (p.residual != nullptr) add<T, N>(sum, static_cast<const T*>(p.residual) + element);
  if (bias != nullptr && inner == 1) {
    add<T, N>(sum, bias + element % period);
  } else if (bias != nullptr) {
    const float shift = to_float(bias[element / inner % period]);
#pragma unroll
    for (float& s : sum) s += shift;
  }
}

template <typename T, int N>
__device__ void store(const FinishParams& p, unsigned element, const float (&x)[N]) {
  Pack<T, N> result;
#pragma unroll
  for (int k = 0; k < N; ++k) result.at[k] = from_float<T>(x[k]);
  *reinterpret_cast<Pack<T, N>*>(static_cast<T*>(p.y) + element) = result;
}

// kAtOnce times N elements a thread and step, all read before the first is written; 32-bit indices.
template <typename T, int N, int kAtOnce, typename Function>
__global__ void __launch_bounds__(kThreads) finish_dense(FinishParams p) {
  follow_producers();
  const auto count = static_cast<unsigned>(p.count / N);
  const unsigned step = gridDim.x * kThreads;
  for (unsigned i = blockIdx.x * kThreads + threadIdx.x; i < count; i += kAtOnce * step) {
    float x[kAtOnce][N];
#pragma unroll
    for (int k = 0; k < kAtOnce; ++k) {
      if (i + k * step < count) sum_up<T, N>(p, (i + k * step) * N, x[k]);
    }
#pragma unroll
    for (int k = 0; k < kAtOnce; ++k) {
      if (i + k * step >= count) break;
      Function::template apply_to<T>(p, x[k]);
      store<T, N>(p, (i + k * step) * N, x[k]);
    }
  }
}

template <typename T>
__global__ void __launch_bounds__(kThreads) finish_strided(FinishParams p) {
  follow_producers();
  const int64_t step = static_cast<int64_t>(gridDim.x) * kThreads;
  for (int64_t i = blockIdx.x * static_cast<int64_t>(kThreads) + threadIdx.x; i < p.count;
       i += step) {
    int64_t rest = i, y = 0, bias = 0, residual = 0;
    for (int axis = p.rank - 1; axis >= 0; --axis) {
      const int64_t at = rest % p.extent[axis];
      rest /= p.extent[axis];
      y += at * p.y_stride[axis];
      bias += at * p.bias_stride[axis];
      residual += at * p.residual_stride[axis];
    }
    float sum[1] = {};
    if (p.product != nullptr) sum[0] += to_float(static_cast<const T*>(p.product)[y]);
    if (p.residual != nullptr) sum[0] += to_float(static_cast<const T*>(p.residual)[residual]);
    if (p.bias != nullptr) sum[0] += to_float(static_cast<const T*>(p.bias)[bias]);
    apply(p.fn, p.alpha, p.beta, sum);
    static_cast<T*>(p.y)[y] = from_float<T>(sum[0]);
  }
}

template <typename T>
void launch(const FinishParams& p, cudaStream_t stream) {
  constexpr int kWide = kVectorBytes / sizeof(T);
  const auto blocks = [](int64_t items, int64_t most = kMostBlocks) {
    return static_cast<unsigned>(std::min(ceil_div(items, kThreads), most));
  };
  if (!p.dense || p.count >= int64_t{1} << 31) {
    launch_dependent(finish_strided<T>, blocks(p.count), kThreads, 0, stream, p);
    return;
  }
  const bool bias_fits =
      p.bias == nullptr ||
      (p.bias_inner == 1 && p.bias_count % kWide == 0 && begins_aligned(p.bias)) ||
      (p.bias_inner > 1 && p.bias_inner % kWide == 0);
  const bool wide = p.count % kWide == 0 && bias_fits && begins_aligned(p.y) &&
                    begins_aligned(p.product) && begins_aligned(p.residual);
  if (wide && p.fn == FinishFn::kGeluErf) {
    constexpr int kAtOnce = 2;
    const auto grid = blocks(ceil_div(p.count / kWide, kAtOnce), kMostGeluBlocks);
    launch_dependent(finish_dense<T, kWide, kAtOnce, GeluErf>, grid, kThreads, 0, stream, p);
  } else if (wide) {
    const auto grid = blocks(p.count / kWide);
    launch_dependent(finish_dense<T, kWide, 1, AnyFunction>, grid, kThreads, 0, stream, p);
  } else {
    const auto grid = blocks(p.count);
    launch_dependent(finish_dense<T, 1, 1, AnyFunction>, grid, kThreads, 0, stream, p);
  }
}

}  // namespace

void launch_finish(const FinishParams& p, cudaStream_t stream) {
  if (p.count == 0) return;
  switch (p.type) {
    case FinishType::kF32: return launch<float>(p, stream);
    case FinishType::kF16: return launch<__half>(p, stream);
    case FinishType::kBF16: return launch<__nv_bfloat16>(p, stream);
  }
}

}  // namespace tenon
