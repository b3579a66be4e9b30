#pragma once

#include "cuda/kernels/normalization/normalization_kernels.h"
#include "cuda/kernels/rows/block_reduce.cuh"

// Mean and variance of numbers that come one by one, in parts (Chan, Golub and LeVeque 1979).
namespace tenon::rows {

__device__ inline Moments no_moments() { return {0, 0, 0}; }

__device__ inline Moments merged(const Moments& a, const Moments& b) {
  const float count = a.count + b.count;
  if (count == 0) return a;
  const float share = __fdividef(b.count, count);
  const float apart = b.mean - a.mean;
  return {a.mean + apart * share, a.squares + b.squares + apart * apart * a.count * share, count};
}

// Adds a packet of numbers.
template <int V>
__device__ void add(Moments& m, const float (&x)[V], bool rms) {
  Moments packet{0, 0, V};
  if (!rms) {
#pragma unroll
    for (int i = 0; i < V; ++i) packet.mean += x[i];
    packet.mean *= 1.0F / V;
  }
#pragma unroll
  for (int i = 0; i < V; ++i) {
    packet.squares = fmaf(x[i] - packet.mean, x[i] - packet.mean, packet.squares);
  }
  m = merged(m, packet);
}

__device__ inline Moments reduce_warp(Moments m) {
#pragma unroll
  for (int step = kWarp / 2; step > 0; step /= 2) {
    m = merged(
        m, {__shfl_xor_sync(kAllLanes, m.mean, step), __shfl_xor_sync(kAllLanes, m.squares, step),
            __shfl_xor_sync(kAllLanes, m.count, step)});
  }
  return m;
}

// Every thread gets the result; `scratch` holds moments a warp.
__device__ inline Moments reduce_block(Moments m, Moments* scratch) {
  m = reduce_warp(m);
  if (threadIdx.x % kWarp == 0) scratch[threadIdx.x / kWarp] = m;
  __syncthreads();
  m = threadIdx.x % kWarp < blockDim.x / kWarp ? scratch[threadIdx.x % kWarp] : no_moments();
  m = reduce_warp(m);
  __syncthreads();
  return m;
}

__device__ inline float factor_of(const Moments& m, float epsilon) {
  return rsqrtf(m.squares / m.count + epsilon);
}

__device__ inline int place(const ParameterWalk& walk, uint32_t i) {
  uint32_t at = walk.step.quotient(i);
  walk.wrap.divide(at, at);
  return static_cast<int>(at) * walk.stride;
}

}  // namespace tenon::rows
