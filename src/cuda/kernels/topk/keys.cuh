#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>

#include "cuda/kernels/topk/topk_kernels.h"

// Elements as unsigned numbers that are in the elements' order.
namespace tenon::topk {

constexpr int kWarp = 32;
constexpr unsigned kAllLanes = 0xffffffffU;

// Types of elements: how they lie in memory, and their keys of kBits bits. Adding 0 gives both
// zeros the positive sign and every NaN the one pattern that arithmetic makes, 0x7ff..f, which is
// above infinity. Where the sign is set all bits change, else the sign alone.
struct F32 {
  using Raw = uint32_t;
  using Key = uint32_t;
  static constexpr int kBits = 32;
  __device__ static Key key(Raw raw) {
    const auto b = __float_as_int(__fadd_rn(__uint_as_float(raw), 0.0F));
    return static_cast<uint32_t>(b) ^ (static_cast<uint32_t>(b >> 31) | 0x80000000U);
  }
};
__device__ inline uint32_t key_of_16_bits(uint16_t bits) {
  const uint32_t mask = (bits & 0x8000U) != 0 ? 0xffffU : 0x8000U;
  return bits ^ mask;
}
struct F16 {
  using Raw = uint16_t;
  using Key = uint32_t;
  static constexpr int kBits = 16;
  __device__ static Key key(Raw raw) {
    return key_of_16_bits(__half_as_ushort(__hadd_rn(__ushort_as_half(raw), __ushort_as_half(0))));
  }
};
struct BF16 {
  using Raw = uint16_t;
  using Key = uint32_t;
  static constexpr int kBits = 16;
  __device__ static Key key(Raw raw) {
    // As FP32, whose sums of such numbers with 0 are such numbers.
    const float sum = __fadd_rn(__uint_as_float(static_cast<uint32_t>(raw) << 16), 0.0F);
    return key_of_16_bits(static_cast<uint16_t>(__float_as_uint(sum) >> 16));
  }
};
struct I32 {
  using Raw = uint32_t;
  using Key = uint32_t;
  static constexpr int kBits = 32;
  __device__ static Key key(Raw raw) { return raw ^ 0x80000000U; }
};
struct I64 {
  using Raw = uint64_t;
  using Key = uint64_t;
  static constexpr int kBits = 64;
  __device__ static Key key(Raw raw) { return raw ^ (uint64_t{1} << 63); }
};

// Calls fn(T{}) with the type's element type.
template <typename Fn>
void with_type(DataType type, Fn&& fn) {
  switch (type) {
    case DataType::kF16: return fn(F16{});
    case DataType::kBF16: return fn(BF16{});
    case DataType::kI32: return fn(I32{});
    case DataType::kI64: return fn(I64{});
    default: return fn(F32{});
  }
}

// An element that may come first: the greater key does, of equal keys the greater `rank`, which
// says where the element is. {0, 0} is no element; every element is better.
template <typename Key>
struct Candidate {
  Key key = 0;
  uint32_t rank = 0;
};
template <typename Key>
__device__ bool operator>(const Candidate<Key>& a, const Candidate<Key>& b) {
  return a.key > b.key || (a.key == b.key && a.rank > b.rank);
}

// The order that a task asks for.
template <typename T>
struct Order {
  using Key = typename T::Key;
  explicit Order(const Task& task)
      : flip(task.largest ? 0 : static_cast<Key>(~Key{0} >> (8 * sizeof(Key) - T::kBits))),
        last(task.last_first) {}
  __device__ Key key(typename T::Raw raw) const { return T::key(raw) ^ flip; }
  // Above 0 for places below 2^31.
  __device__ uint32_t rank(uint32_t place) const { return last ? place + 1 : ~place; }
  __device__ uint32_t place(uint32_t rank) const { return last ? rank - 1 : ~rank; }

  Key flip;
  bool last;
};

__device__ inline uint64_t from_lane_xor(uint64_t v, int mask) {
  return __shfl_xor_sync(kAllLanes, static_cast<unsigned long long>(v), mask);
}
__device__ inline uint32_t from_lane_xor(uint32_t v, int mask) {
  return __shfl_xor_sync(kAllLanes, v, mask);
}

// The greatest number of groups of `lanes` neighbours, a power of 2; every lane gets it.
template <typename N>
__device__ N greatest_of_lanes(N mine, int lanes) {
  if constexpr (sizeof(N) == 4) {
#if __CUDA_ARCH__ >= 800
    if (lanes == kWarp) return __reduce_max_sync(kAllLanes, mine);
#endif
  }
  for (int step = lanes / 2; step > 0; step /= 2) mine = max(mine, from_lane_xor(mine, step));
  return mine;
}

// The best candidate of a warp; every lane gets it.
template <typename Key>
__device__ Candidate<Key> best_of_warp(Candidate<Key> mine) {
  const Key key = greatest_of_lanes(mine.key, kWarp);
  return {key, greatest_of_lanes(mine.key == key ? mine.rank : 0U, kWarp)};
}

// Writes the j-th of a line: the element and its place.
template <typename T>
__device__ void write_result(const Task& task, uint32_t line, uint32_t j, uint32_t place,
                             typename T::Raw raw) {
  const uint32_t o = task.inner == 1 ? line : line / task.inner;
  const uint32_t to = (o * task.k + j) * task.inner + (line - o * task.inner);
  static_cast<typename T::Raw*>(task.values)[to] = raw;
  if (task.wide) {
    static_cast<int64_t*>(task.indices)[to] = place;
  } else {
    static_cast<int32_t*>(task.indices)[to] = static_cast<int32_t>(place);
  }
}
// The same for an element that is still in the input.
template <typename T>
__device__ void write_result(const Task& task, uint32_t line, uint32_t j, uint32_t place) {
  const uint32_t o = task.inner == 1 ? line : line / task.inner;
  const uint32_t from = (o * task.n + place) * task.inner + (line - o * task.inner);
  write_result<T>(task, line, j, place, static_cast<const typename T::Raw*>(task.in)[from]);
}

// 16 bytes of elements, of which the compiler makes one load.
template <typename T>
struct alignas(16) Packet {
  static constexpr uint32_t kSize = 16 / sizeof(typename T::Raw);
  typename T::Raw e[kSize];
};

// Elements [begin, end) of a row by a block: each(place, raw) for those beside whole packets, and
// packet(place of the first, packet) for the others; each thread in ascending order of places.
template <typename T, typename Each, typename Whole>
__device__ void read_row(const typename T::Raw* row, uint32_t begin, uint32_t end, const Each& each,
                         const Whole& whole) {
  constexpr uint32_t kSize = Packet<T>::kSize;
  constexpr int kInFlight = 4;
  const auto skew =
      static_cast<uint32_t>(reinterpret_cast<uintptr_t>(row + begin) / sizeof(*row) % kSize);
  const uint32_t first = min(end, begin + (kSize - skew) % kSize);
  const uint32_t count = (end - first) / kSize;
  const auto* packets = reinterpret_cast<const Packet<T>*>(row + first);
  for (uint32_t i = begin + threadIdx.x; i < first; i += blockDim.x) each(i, row[i]);
  for (uint32_t p = threadIdx.x; p < count; p += kInFlight * blockDim.x) {
    Packet<T> held[kInFlight];
#pragma unroll
    for (int f = 0; f < kInFlight; ++f) {
      const uint32_t at = p + f * blockDim.x;
      if (at < count) held[f] = packets[at];
    }
#pragma unroll
    for (int f = 0; f < kInFlight; ++f) {
      const uint32_t at = p + f * blockDim.x;
      if (at < count) whole(first + at * kSize, held[f]);
    }
  }
  for (uint32_t i = first + count * kSize + threadIdx.x; i < end; i += blockDim.x) each(i, row[i]);
}

// The places of part `part` of a line; parts differ by one place at most.
__device__ inline uint2 part_of(const Task& task, uint32_t part) {
  const auto begin = static_cast<uint32_t>(uint64_t{task.n} * part / task.parts);
  const auto end = static_cast<uint32_t>(uint64_t{task.n} * (part + 1) / task.parts);
  return {begin, end};
}

}  // namespace tenon::topk
