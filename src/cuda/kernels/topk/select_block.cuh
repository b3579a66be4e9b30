#pragma once

#include "cuda/kernels/topk/keys.cuh"

// The first k of many entries by a block: digits of a histogram, from the leading one on, narrow
// down which are among them. An entry is a key with its place behind it, so that no two are equal.
// A source of entries has size(), bits() and each(take): that calls take(key, entry), where
// entry() is the entry, for the calling thread's share.
namespace tenon::topk {

constexpr int kThreads = 512;
constexpr int kDigitBits = 11;
constexpr int kBins = 1 << kDigitBits;
constexpr int kBinsOfThread = kBins / kThreads;
constexpr uint32_t kLeastRoom = 256;
constexpr uint32_t kSamples = 128;        // groups of threads whose greatest elements are compared
constexpr uint32_t kMostOfSamples = 100;  // wanted elements, for which that is worthwhile

template <typename Key>
struct Shared {
  alignas(16) uint32_t bins[kBins];
  Key samples[kSamples];
  Key floor;
  uint32_t of_warps[kThreads / kWarp];
  uint32_t digit;
  uint32_t above;  // elements of greater digits
  uint32_t count;
};

// Counts equal digits that follow each other before it adds them: many elements may be equal.
class Counter {
 public:
  __device__ explicit Counter(uint32_t* bins) : bins_(bins) {}
  __device__ void add(uint32_t digit) {
    if (digit == digit_) {
      ++count_;
      return;
    }
    finish();
    digit_ = digit;
    count_ = 1;
  }
  __device__ void finish() {
    if (count_ != 0) atomicAdd(bins_ + digit_, count_);
  }

 private:
  uint32_t* bins_;
  uint32_t digit_ = 0;
  uint32_t count_ = 0;
};

// Finds the digit that the wanted-th greatest element has, and how many are above it.
template <typename Key>
__device__ void find_digit(Shared<Key>& shared, uint32_t wanted) {
  static_assert(kBinsOfThread == 4);
  const uint32_t group = kBins / 4 - 1 - threadIdx.x;  // of bins, in descending order
  const uint4 four = reinterpret_cast<const uint4*>(shared.bins)[group];
  const uint32_t counts[4] = {four.w, four.z, four.y, four.x};
  const uint32_t sum = four.w + four.z + four.y + four.x;
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  const auto sum_up = [&](uint32_t v) {  // of this lane and those before it
    for (int step = 1; step < kWarp; step *= 2) {
      const uint32_t other = __shfl_up_sync(kAllLanes, v, step);
      if (lane >= step) v += other;
    }
    return v;
  };
  const uint32_t in_warp = sum_up(sum);
  if (lane == kWarp - 1) shared.of_warps[warp] = in_warp;
  __syncthreads();
  const uint32_t of_warps = sum_up(lane < kThreads / kWarp ? shared.of_warps[lane] : 0);
  uint32_t before = __shfl_sync(kAllLanes, of_warps, max(warp - 1, 0));
  before = (warp == 0 ? 0 : before) + in_warp - sum;
#pragma unroll
  for (uint32_t b = 0; b < 4; ++b) {
    if (before < wanted && wanted <= before + counts[b]) {
      shared.digit = 4 * group + 3 - b;
      shared.above = before;
    }
    before += counts[b];
  }
  __syncthreads();
}

// A key that k entries of the source reach, and mostly few more: the k-th of the greatest keys of
// groups of threads.
template <typename Source, typename Key>
__device__ Key floor_of(const Source& source, uint32_t k, Shared<Key>& shared) {
  constexpr uint32_t kGroup = kThreads / kSamples;
  Key best = 0;
  source.each([&](Key key, const auto&) { best = max(best, key); });
  best = greatest_of_lanes(best, kGroup);
  if (threadIdx.x % kGroup == 0) shared.samples[threadIdx.x / kGroup] = best;
  __syncthreads();
  if (threadIdx.x < kSamples) {
    const Key mine = shared.samples[threadIdx.x];
    uint32_t before = 0;
#pragma unroll 8
    for (uint32_t i = 0; i < kSamples; ++i) {
      const Key other = shared.samples[i];
      before += other > mine || (other == mine && i < threadIdx.x) ? 1 : 0;
    }
    if (before == k - 1) shared.floor = mine;
  }
  __syncthreads();
  return shared.floor;
}

// Puts the entries from `least` on into `found`, as far as there is room. Returns how many they
// are.
template <typename Source, typename Key, typename Entry>
__device__ uint32_t gather(const Source& source, Entry least, uint32_t room, Shared<Key>& shared,
                           Entry* found) {
  if (threadIdx.x == 0) shared.count = 0;
  __syncthreads();
  const Key least_key = source.key(least);
  source.each([&](Key key, const auto& entry) {
    if (key < least_key) return;
    const Entry e = entry();
    if (e < least) return;
    const uint32_t at = atomicAdd(&shared.count, 1U);
    if (at < room) found[at] = e;
  });
  __syncthreads();
  return shared.count;
}

// Puts the first k elements of the source, and up to `room` in all, into `found`, in any order.
// Returns how many. The source has k at least.
template <typename Source, typename Key, typename Entry>
__device__ uint32_t select_first(const Source& source, uint32_t k, uint32_t room,
                                 Shared<Key>& shared, Entry* found) {
  uint32_t total = source.size();  // entries at least as great as the leading digits
  Key floor = 0;
  if (total > room && k <= kMostOfSamples) {
    floor = floor_of(source, k, shared);
    const uint32_t count = gather(source, source.from_key(floor), room, shared, found);
    if (count <= room) return count;
  }
  Entry prefix = 0;  // the leading digits of the k-th
  int shift = source.bits();
  uint32_t above = 0;  // entries that are greater
  while (total > room) {
    const int bits = min(kDigitBits, shift);
    shift -= bits;
    for (int b = threadIdx.x; b < kBins; b += kThreads) shared.bins[b] = 0;
    __syncthreads();
    Counter counter(shared.bins);
    source.each([&](Key key, const auto& entry) {
      if (key < floor) return;
      const Entry digits = entry() >> shift;
      if (digits >> bits == prefix) {
        counter.add(static_cast<uint32_t>(digits) & ((1U << bits) - 1));
      }
    });
    counter.finish();
    __syncthreads();
    find_digit(shared, k - above);
    prefix = prefix << bits | shared.digit;
    above += shared.above;
    total = above + shared.bins[shared.digit];
    __syncthreads();
  }
  const Entry least = prefix << shift;
  return gather(source, least > source.from_key(floor) ? least : source.from_key(floor), room,
                shared, found);
}

// Descending, by counting how many are greater than each.
template <typename Entry>
__device__ void sort_few(Entry* e, uint32_t size) {
  const Entry mine = threadIdx.x < size ? e[threadIdx.x] : 0;
  uint32_t above = 0;
  if (threadIdx.x < size) {
#pragma unroll 8
    for (uint32_t i = 0; i < size; ++i) above += e[i] > mine ? 1 : 0;
  }
  __syncthreads();
  if (threadIdx.x < size) e[above] = mine;
  __syncthreads();
}

// Descending; size is a power of 2.
template <typename Entry>
__device__ void sort_many(Entry* e, uint32_t size) {
  for (uint32_t run = 2; run <= size; run *= 2) {
    for (uint32_t step = run / 2; step > 0; step /= 2) {
      for (uint32_t i = threadIdx.x; i < size / 2; i += kThreads) {
        const uint32_t low = 2 * i - (i & (step - 1));
        const uint32_t high = low + step;
        const bool descending = (low & run) == 0;
        if ((e[low] < e[high]) == descending) {
          const Entry swapped = e[low];
          e[low] = e[high];
          e[high] = swapped;
        }
      }
      __syncthreads();
    }
  }
}

// Descending; the room for them is a power of 2.
template <typename Entry>
__device__ void sort_found(Entry* found, uint32_t count) {
  if (count <= kLeastRoom) return sort_few(found, count);
  uint32_t size = 2 * kLeastRoom;
  while (size < count) size *= 2;
  for (uint32_t i = count + threadIdx.x; i < size; i += kThreads) found[i] = 0;
  __syncthreads();
  sort_many(found, size);
}

}  // namespace tenon::topk
