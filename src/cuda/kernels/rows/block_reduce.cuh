#pragma once

// Reductions over the threads of a warp or a block.
namespace tenon::rows {

constexpr int kWarp = 32;
constexpr unsigned kAllLanes = 0xffffffffU;

struct Sum {
  static constexpr float kStart = 0;
  __device__ float operator()(float a, float b) const { return a + b; }
};
struct Largest {
  static constexpr float kStart = -3.402823466e+38F;
  __device__ float operator()(float a, float b) const { return fmaxf(a, b); }
};

// Over groups of so many lanes, a power of 2; every lane of the group gets the result.
template <typename Fold>
__device__ float reduce_warp(float v, Fold fold) {
#pragma unroll
  for (int step = kWarp / 2; step > 0; step /= 2) {
    v = fold(v, __shfl_xor_sync(kAllLanes, v, step));
  }
  return v;
}
template <typename Fold>
__device__ float reduce_lanes(float v, Fold fold, int lanes) {
  if (lanes == kWarp) return reduce_warp(v, fold);
  for (int step = lanes / 2; step > 0; step /= 2) {
    v = fold(v, __shfl_xor_sync(kAllLanes, v, step));
  }
  return v;
}

// Every thread gets the result. `scratch` holds a float a warp; it may be used again at once. The
// block is one of whole warps in x.
template <typename Fold>
__device__ float reduce_block(float v, Fold fold, float* scratch) {
  v = reduce_warp(v, fold);
  if (threadIdx.x % kWarp == 0) scratch[threadIdx.x / kWarp] = v;
  __syncthreads();
  const bool filled = threadIdx.x % kWarp < blockDim.x / kWarp;
  v = reduce_warp(filled ? scratch[threadIdx.x % kWarp] : Fold::kStart, fold);
  __syncthreads();
  return v;
}

}  // namespace tenon::rows
