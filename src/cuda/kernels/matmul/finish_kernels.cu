#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <algorithm>

#include "cuda/dependent_launch.h"
#include "cuda/gelu.cuh"
#include "cuda/kernels/matmul/finish_kernels.h"

namespace tenon {
namespace {

constexpr int kThreads = 256;
constexpr int64_t kMostBlocks = 132 * 16;

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

// N elements a thread and step; 32-bit indices.
template <typename T, int N>
__global__ void __launch_bounds__(kThreads) finish_dense(FinishParams p) {
  follow_producers();
  const auto* product = static_cast<const T*>(p.product);
  const auto* bias = static_cast<const T*>(p.bias);
  const auto* residual = static_cast<const T*>(p.residual);
  const auto count = static_cast<unsigned>(p.count / N);
  const auto inner = static_cast<unsigned>(p.bias_inner);
  const auto period = static_cast<unsigned>(p.bias_count);
  for (unsigned i = blockIdx.x * kThreads + threadIdx.x; i < count; i += gridDim.x * kThreads) {
    const unsigned element = i * N;
    float sum[N] = {};
    if (product != nullptr) add<T, N>(sum, product + element);
    if (residual != nullptr) add<T, N>(sum, residual + element);
    if (bias != nullptr && inner == 1) {
      add<T, N>(sum, bias + element % period);
    } else if (bias != nullptr) {
      const float shift = to_float(bias[element / inner % period]);
#pragma unroll
      for (int k = 0; k < N; ++k) sum[k] += shift;
    }
    apply(p.fn, p.alpha, p.beta, sum);
    Pack<T, N> result;
#pragma unroll
    for (int k = 0; k < N; ++k) result.at[k] = from_float<T>(sum[k]);
    *reinterpret_cast<Pack<T, N>*>(static_cast<T*>(p.y) + element) = result;
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

bool aligned(const void* pointer) { return reinterpret_cast<uintptr_t>(pointer) % 16 == 0; }

template <typename T>
void launch(const FinishParams& p, cudaStream_t stream) {
  constexpr int kWide = 16 / sizeof(T);
  const auto blocks = [](int64_t items) {
    return static_cast<unsigned>(std::min((items + kThreads - 1) / kThreads, kMostBlocks));
  };
  if (!p.dense || p.count >= int64_t{1} << 31) {
    launch_dependent(finish_strided<T>, blocks(p.count), kThreads, 0, stream, p);
    return;
  }
  const bool bias_fits = p.bias == nullptr ||
                         (p.bias_inner == 1 && p.bias_count % kWide == 0 && aligned(p.bias)) ||
                         (p.bias_inner > 1 && p.bias_inner % kWide == 0);
  const bool wide = p.count % kWide == 0 && bias_fits && aligned(p.y) && aligned(p.product) &&
                    aligned(p.residual);
  if (wide) {
    launch_dependent(finish_dense<T, kWide>, blocks(p.count / kWide), kThreads, 0, stream, p);
  } else {
    launch_dependent(finish_dense<T, 1>, blocks(p.count), kThreads, 0, stream, p);
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
