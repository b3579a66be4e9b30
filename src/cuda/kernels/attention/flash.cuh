#pragma once

#include <type_traits>

#include "cuda/dependent_launch.h"
#include "cuda/kernels/attention/flash_warp.cuh"

namespace tenon::flash {

// Blocks that a multiprocessor shall have room for: what registers then are left to a thread.
template <int kSize, int kTiles>
constexpr int kResident = kTiles > 1 || kSize > 80 ? 2
                          : kSize > 48             ? 3
                                                   : 4;

template <typename T, int kSize, int kTiles, bool kMasked>
__global__ void __launch_bounds__(kThreads, kResident<kSize, kTiles>)
    attend(AttentionShape s, AttentionPointers p) {
  follow_producers();
  using E = Extents<kSize, kTiles>;
  extern __shared__ __align__(16) unsigned char shared[];
  T* const queries = reinterpret_cast<T*>(shared);
  T* const keys = queries + E::kRows * E::kPitch;
  T* const values = keys + 2 * E::kStage;

  // The last queries first: when causal, they see the most keys.
  const int tiles = (s.queries + E::kRows - 1) / E::kRows;
  const int plane = static_cast<int>(blockIdx.x) / tiles;
  const int first = (tiles - 1 - static_cast<int>(blockIdx.x) % tiles) * E::kRows;
  const int b = plane / s.heads, h = plane % s.heads;
  const int64_t g = h / s.sharing;
  const T* q = static_cast<const T*>(p.q) + b * s.q.batch + h * s.q.head + first * s.q.position;
  const T* k = static_cast<const T*>(p.k) + b * s.k.batch + g * s.k.head;
  const T* v = static_cast<const T*>(p.v) + b * s.v.batch + g * s.v.head;
  T* y = static_cast<T*>(p.y) + b * s.y.batch + h * s.y.head + first * s.y.position;
  const void* mask = head_mask<T>(s, p, b, h);

  const int last = s.causal ? min(s.keys, first + E::kRows) : s.keys;
  const auto copy_keys = [&](int from) {
    const int stage = from / E::kKeys % 2 * E::kStage;
    copy_rows<T, kSize, E::kKeys>(keys + stage, k + from * s.k.position, s.k.position,
                                  s.keys - from, s.size);
    copy_rows<T, kSize, E::kKeys>(values + stage, v + from * s.v.position, s.v.position,
                                  s.keys - from, s.size);
    commit_copies();
  };
  copy_rows<T, kSize, E::kRows>(queries, q, s.q.position, s.queries - first, s.size);
  if (last > 0) {
    copy_keys(0);
  } else {
    commit_copies();
  }
  wait_for_copies();
  __syncthreads();

  const int warp_row = static_cast<int>(threadIdx.x) / 32 * 16 * kTiles;
  Warp<T, kSize, kTiles> warp;
  warp.queries = queries + warp_row * E::kPitch;
  warp.lane = static_cast<int>(threadIdx.x) % 32;
  warp.row = first + warp_row + warp.lane / 4;
  warp.begin();
  for (int from = 0; from < last; from += E::kKeys) {
    if (from + E::kKeys < last) copy_keys(from + E::kKeys);
    const int stage = from / E::kKeys % 2 * E::kStage;
    warp.multiply_keys(keys + stage);
    float unit = s.scale * kLog2E;
    if constexpr (kMasked) {
      if (s.mask.boolean) {
        warp.template add_mask<true>(s, mask, from);
      } else {
        warp.template add_mask<false>(s, mask, from);
      }
      unit = 1;
    }
    if (from + E::kKeys > s.keys || (s.causal && from + E::kKeys > first + 1)) {
      warp.hide(s, from);
    }
    warp.exponentiate(unit);
    warp.multiply_values(values + stage);
    // The next keys are here, and everybody is done with these.
    wait_for_copies();
    __syncthreads();
  }

  warp.finish(s, queries + warp_row * E::kPitch, y + warp_row * s.y.position,
              s.queries - first - warp_row);
}

// Calls fn with the extents for a head's size.
template <int kTiles, typename Fn>
auto with_extents(int size, Fn&& fn) {
  if (size <= 32) return fn(Extents<32, kTiles>{}, std::integral_constant<int, 32>{});
  if (size <= 48) return fn(Extents<48, kTiles>{}, std::integral_constant<int, 48>{});
  if (size <= 64) return fn(Extents<64, kTiles>{}, std::integral_constant<int, 64>{});
  if (size <= 80) return fn(Extents<80, kTiles>{}, std::integral_constant<int, 80>{});
  if (size <= 96) return fn(Extents<96, kTiles>{}, std::integral_constant<int, 96>{});
  if constexpr (kTiles == 1) {
    if (size > 128) return fn(Extents<256, kTiles>{}, std::integral_constant<int, 256>{});
  }
  return fn(Extents<128, kTiles>{}, std::integral_constant<int, 128>{});
}

template <typename T, int kTiles>
cudaError_t prepare(int size) {
  return with_extents<kTiles>(size, [](auto extents, auto padded) {
    const auto allow = [](auto kernel) {
      return cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                  static_cast<int>(decltype(extents)::kShared));
    };
    const cudaError_t status = allow(attend<T, padded.value, kTiles, false>);
    return status != cudaSuccess ? status : allow(attend<T, padded.value, kTiles, true>);
  });
}

template <typename T, int kTiles>
void launch(const AttentionShape& s, const AttentionPointers& p, cudaStream_t stream) {
  with_extents<kTiles>(s.size, [&](auto extents, auto padded) {
    using E = decltype(extents);
    const int64_t tiles = (s.queries + E::kRows - 1) / E::kRows;
    const auto blocks = static_cast<unsigned>(tiles * s.heads * s.batch);
    if (p.mask == nullptr) {
      launch_dependent(attend<T, padded.value, kTiles, false>, blocks, kThreads, E::kShared, stream,
                       s, p);
    } else {
      launch_dependent(attend<T, padded.value, kTiles, true>, blocks, kThreads, E::kShared, stream,
                       s, p);
    }
    return 0;
  });
}

// The types are compiled apart from each other.
template <typename T>
struct Typed {
  static cudaError_t prepare(int rows, int size);
  static void launch(const AttentionShape& s, int rows, const AttentionPointers& p,
                     cudaStream_t stream);
};

}  // namespace tenon::flash
