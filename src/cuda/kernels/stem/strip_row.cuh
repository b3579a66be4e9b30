#pragma once

#include <cuda.h>

#include "cuda/kernels/igemm/narrow.cuh"

namespace tenon {

// The larger and the smaller of two pairs of narrow numbers; NaN wins.
template <typename T>
struct PairOrder {
  using Pair = __half2;
};
template <>
struct PairOrder<__nv_bfloat16> {
  using Pair = __nv_bfloat162;
};
template <typename T>
__device__ inline uint32_t max_pair(uint32_t a, uint32_t b) {
  using Pair = typename PairOrder<T>::Pair;
  const Pair y =
      __hmax2_nan(*reinterpret_cast<const Pair*>(&a), *reinterpret_cast<const Pair*>(&b));
  return *reinterpret_cast<const uint32_t*>(&y);
}
template <typename T>
__device__ inline uint32_t min_pair(uint32_t a, uint32_t b) {
  using Pair = typename PairOrder<T>::Pair;
  const Pair y =
      __hmin2_nan(*reinterpret_cast<const Pair*>(&a), *reinterpret_cast<const Pair*>(&b));
  return *reinterpret_cast<const uint32_t*>(&y);
}

// Two numbers narrowed, and zero for those below; NaN stays.
template <typename T>
__device__ inline uint32_t narrow_relu_pair(float a, float b);
template <>
__device__ inline uint32_t narrow_relu_pair<__half>(float a, float b) {
  uint32_t pair;
  asm("cvt.rn.relu.f16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(b), "f"(a));
  return pair;
}
template <>
__device__ inline uint32_t narrow_relu_pair<__nv_bfloat16>(float a, float b) {
  uint32_t pair;
  asm("cvt.rn.relu.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(b), "f"(a));
  return pair;
}

// A lane's share of a row of a tile: two neighbouring filters of the pixels 8j + 2l and 8j + 2l +
// 1, where l is the lane in its group of four.
template <typename T, int kTiles>
struct StripRow {
  uint32_t of[kTiles][2];

  __device__ void fill(uint32_t word) {
#pragma unroll
    for (auto& [even, odd] : of) even = odd = word;
  }
  __device__ void narrow(const float (&sums)[kTiles][4]) {
#pragma unroll
    for (int j = 0; j < kTiles; ++j) {
      of[j][0] = narrow_pair<T>(sums[j][0], sums[j][2]);
      of[j][1] = narrow_pair<T>(sums[j][1], sums[j][3]);
    }
  }
  __device__ void narrow_relu(const float (&sums)[kTiles][4]) {
#pragma unroll
    for (int j = 0; j < kTiles; ++j) {
      of[j][0] = narrow_relu_pair<T>(sums[j][0], sums[j][2]);
      of[j][1] = narrow_relu_pair<T>(sums[j][1], sums[j][3]);
    }
  }
  __device__ void clip(uint32_t low, uint32_t high) {
#pragma unroll
    for (auto& pixels : of) {
      for (uint32_t& pair : pixels) pair = max_pair<T>(min_pair<T>(pair, high), low);
    }
  }
  __device__ void raise(const StripRow& other) {
#pragma unroll
    for (int j = 0; j < kTiles; ++j) {
      of[j][0] = max_pair<T>(of[j][0], other.of[j][0]);
      of[j][1] = max_pair<T>(of[j][1], other.of[j][1]);
    }
  }
  // Pixels outside of the convolution's `width` become the least number.
  __device__ void mask(int first_column, int width, uint32_t lowest) {
    const int own = first_column + static_cast<int>(threadIdx.x) % 4 * 2;
#pragma unroll
    for (int j = 0; j < kTiles; ++j) {
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        const int column = own + 8 * j + i;
        if (static_cast<unsigned>(column) >= static_cast<unsigned>(width)) of[j][i] = lowest;
      }
    }
  }
};

__device__ inline void store_word(uint32_t to, uint32_t word) {
  asm volatile("st.shared.b32 [%0], %1;" ::"r"(to), "r"(word) : "memory");
}
// A row's pixels from `pixel` on, as many as the map says; what lies outside is left out.
__device__ inline void store_row(const CUtensorMap* map, uint32_t from, int filter, int pixel,
                                 int row) {
#if __CUDA_ARCH__ >= 900
  asm volatile(
      "cp.async.bulk.tensor.3d.global.shared::cta.tile.bulk_group [%0, {%2, %3, %4}], [%1];" ::"l"(
          map),
      "r"(from), "r"(filter), "r"(pixel), "r"(row)
      : "memory");
  asm volatile("cp.async.bulk.commit_group;" ::: "memory");
#endif
}
// Until shared memory is no longer read by this thread's stores.
__device__ inline void wait_for_staged() {
#if __CUDA_ARCH__ >= 900
  asm volatile("cp.async.bulk.wait_group.read 0;" ::: "memory");
#endif
}

}  // namespace tenon
