#pragma once

#include "cuda/kernels/reduce/reduce_kernels.h"
#include "cuda/kernels/rows/block_reduce.cuh"

// What reductions fold elements into.
namespace tenon::rows {

constexpr int kReduceThreads = 256;
constexpr float kLargestFloat = 3.402823466e+38F;

// A total; of exponentials: their sum and the number taken out of them.
struct Total {
  float value;
  float peak;
};

template <ReduceFold kFold>
__device__ Total start_of() {
  switch (kFold) {
    case ReduceFold::kProd: return {1, 0};
    case ReduceFold::kMax: return {-INFINITY, 0};
    case ReduceFold::kMin: return {INFINITY, 0};
    default: return {0, -kLargestFloat};
  }
}

// The larger or smaller number, or NaN when there is one.
__device__ inline float larger(float a, float b) {
  float c;
  asm("max.NaN.f32 %0, %1, %2;" : "=f"(c) : "f"(a), "f"(b));
  return c;
}
__device__ inline float smaller(float a, float b) {
  float c;
  asm("min.NaN.f32 %0, %1, %2;" : "=f"(c) : "f"(a), "f"(b));
  return c;
}

template <ReduceFold kFold>
__device__ Total merged(const Total& a, const Total& b) {
  switch (kFold) {
    case ReduceFold::kProd: return {a.value * b.value, 0};
    case ReduceFold::kMax: return {larger(a.value, b.value), 0};
    case ReduceFold::kMin: return {smaller(a.value, b.value), 0};
    case ReduceFold::kLogSumExp: {
      const float peak = fmaxf(a.peak, b.peak);
      return {a.value * __expf(a.peak - peak) + b.value * __expf(b.peak - peak), peak};
    }
    default: return {a.value + b.value, 0};
  }
}

template <ReduceFold kFold, int V>
__device__ void add(Total& total, const float (&x)[V]) {
#pragma unroll
  for (int i = 0; i < V; ++i) {
    if constexpr (kFold == ReduceFold::kSquares) {
      total.value = fmaf(x[i], x[i], total.value);
    } else if constexpr (kFold == ReduceFold::kAbs) {
      total.value += fabsf(x[i]);
    } else if constexpr (kFold == ReduceFold::kLogSumExp) {
      // Infinity is not taken out.
      const float peak = fmaxf(fminf(x[i], kLargestFloat), -kLargestFloat);
      total = merged<kFold>(total, {__expf(x[i] - peak), peak});
    } else {
      total = merged<kFold>(total, {x[i], 0});
    }
  }
}

__device__ inline float finished(const ReduceShape& s, const Total& total) {
  switch (s.finish) {
    case ReduceFinish::kMean: return total.value / s.count;
    case ReduceFinish::kRoot: return sqrtf(total.value);
    case ReduceFinish::kLogSumExp: return total.peak + logf(total.value);
    default: return total.value;
  }
}

__device__ inline int64_t offset(const ReduceAxes& axes,
                                 const int64_t (&strides)[ReduceAxes::kMost], uint32_t i) {
  if (axes.count <= 1) return i * strides[0];
  int64_t at = 0;
#pragma unroll
  for (int a = ReduceAxes::kMost - 1; a > 0; --a) {
    if (a >= axes.count) continue;
    const uint32_t outer = axes.extent[a].divide(i, i);
    at += i * strides[a];
    i = outer;
  }
  return at + i * strides[0];
}

template <ReduceFold kFold>
__device__ Total reduce_lanes(Total total, int lanes) {
  for (int step = lanes / 2; step > 0; step /= 2) {
    total = merged<kFold>(total, {__shfl_xor_sync(kAllLanes, total.value, step),
                                  __shfl_xor_sync(kAllLanes, total.peak, step)});
  }
  return total;
}

// Thread 0 gets the result.
template <ReduceFold kFold>
__device__ Total reduce_threads(Total total) {
  __shared__ Total scratch[kReduceThreads / kWarp];
  total = reduce_lanes<kFold>(total, kWarp);
  if (threadIdx.x % kWarp == 0) scratch[threadIdx.x / kWarp] = total;
  __syncthreads();
  if (threadIdx.x < kWarp) {
    total = threadIdx.x < kReduceThreads / kWarp ? scratch[threadIdx.x] : start_of<kFold>();
    total = reduce_lanes<kFold>(total, kReduceThreads / kWarp);
  }
  return total;
}

}  // namespace tenon::rows
