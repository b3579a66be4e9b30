#include <algorithm>

#include "cuda/kernels/igemm/dependent_launch.h"
#include "cuda/kernels/topk/keys.cuh"

// The first k of a line by a block: digits of a histogram, from the leading one on, narrow down
// which elements are among them; these are then sorted. No two elements are equal, because their
// places are their last digits.
namespace tenon::topk {
namespace {

constexpr int kThreads = 512;
constexpr int kDigitBits = 11;
constexpr int kBins = 1 << kDigitBits;
constexpr int kBinsOfThread = kBins / kThreads;
constexpr uint32_t kLeastRoom = 256;

template <typename T>
struct SelectParams {
  Task task;
  Order<T> order;
  int place_bits;  // more than places need
  uint32_t room;   // elements that are sorted at once
};

// Key and rank in one number, above 0.
template <typename T>
struct EntryOf {
  using Type = uint64_t;
};
template <>
struct EntryOf<I64> {
  using Type = unsigned __int128;
};

template <typename T>
struct Entries {
  using Entry = typename EntryOf<T>::Type;
  using Raw = typename T::Raw;
  const SelectParams<T>& p;

  __device__ Entry entry(uint32_t place, Raw raw) const {
    const uint32_t rank = p.order.rank(place) & ((1U << p.place_bits) - 1);
    return static_cast<Entry>(p.order.key(raw)) << p.place_bits | rank;
  }
  __device__ uint32_t place(Entry entry) const {
    const uint32_t mask = (1U << p.place_bits) - 1;
    const auto rank = static_cast<uint32_t>(entry) & mask;
    return p.order.last ? rank - 1 : ~rank & mask;
  }
  __device__ int bits() const { return T::kBits + p.place_bits; }
};

// A part of a line of the input.
template <typename T>
struct Line : Entries<T> {
  using typename Entries<T>::Entry;
  const typename T::Raw* first;
  uint2 range;

  __device__ uint32_t size() const { return range.y - range.x; }
  template <typename Take>
  __device__ void each(const Take& take) const {
    const uint32_t step = this->p.task.inner;
    if (step != 1) {
      for (uint32_t i = range.x + threadIdx.x; i < range.y; i += kThreads) {
        take(this->entry(i, first[i * step]));
      }
      return;
    }
    read_row<T>(
        first, range.x, range.y,
        [&](uint32_t place, typename T::Raw raw) { take(this->entry(place, raw)); },
        [&](uint32_t place, const Packet<T>& packet) {
#pragma unroll
          for (uint32_t i = 0; i < Packet<T>::kSize; ++i) {
            take(this->entry(place + i, packet.e[i]));
          }
        });
  }
};

// What the parts of a line have left.
template <typename T>
struct Leftovers : Entries<T> {
  using typename Entries<T>::Entry;
  const Entry* first;
  uint32_t count;

  __device__ uint32_t size() const { return count; }
  template <typename Take>
  __device__ void each(const Take& take) const {
    for (uint32_t i = threadIdx.x; i < count; i += kThreads) take(first[i]);
  }
};

struct Shared {
  uint32_t bins[kBins];
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
__device__ void find_digit(Shared& shared, uint32_t wanted) {
  const uint32_t top = kBins - 1 - threadIdx.x * kBinsOfThread;  // bins in descending order
  uint32_t counts[kBinsOfThread];
  uint32_t sum = 0;
#pragma unroll
  for (int b = 0; b < kBinsOfThread; ++b) {
    counts[b] = shared.bins[top - b];
    sum += counts[b];
  }
  uint32_t before = sum;  // of this thread's and those before it in the warp
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  for (int step = 1; step < kWarp; step *= 2) {
    const uint32_t other = __shfl_up_sync(kAllLanes, before, step);
    if (lane >= step) before += other;
  }
  if (lane == kWarp - 1) shared.of_warps[warp] = before;
  __syncthreads();
  before -= sum;
  for (int w = 0; w < warp; ++w) before += shared.of_warps[w];
  if (before < wanted && wanted <= before + sum) {
    int b = 0;
    while (before + counts[b] < wanted) before += counts[b++];
    shared.digit = top - b;
    shared.above = before;
  }
  __syncthreads();
}

// Puts the first k elements of the source, and up to `room` in all, into `found`, in any order.
// Returns how many. The source has k at least.
template <typename Source, typename Entry>
__device__ uint32_t select_first(const Source& source, uint32_t k, uint32_t room, Shared& shared,
                                 Entry* found) {
  Entry prefix = 0;  // the leading digits of the k-th
  int shift = source.bits();
  uint32_t total = source.size();  // elements at least as great, by these digits
  uint32_t above = 0;              // elements that are greater
  while (total > room) {
    const int bits = min(kDigitBits, shift);
    shift -= bits;
    for (int b = threadIdx.x; b < kBins; b += kThreads) shared.bins[b] = 0;
    __syncthreads();
    Counter counter(shared.bins);
    source.each([&](Entry e) {
      const Entry digits = e >> shift;
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
  if (threadIdx.x == 0) shared.count = 0;
  __syncthreads();
  source.each([&](Entry e) {
    if (e >> shift >= prefix) found[atomicAdd(&shared.count, 1U)] = e;
  });
  __syncthreads();
  return total;
}

// Descending; size is a power of 2.
template <typename Entry>
__device__ void sort_block(Entry* e, uint32_t size) {
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

template <typename T>
__device__ void write_sorted(const SelectParams<T>& p, const Entries<T>& entries, uint32_t line,
                             typename EntryOf<T>::Type* found, uint32_t count) {
  uint32_t size = 2;
  while (size < count) size *= 2;
  for (uint32_t i = count + threadIdx.x; i < size; i += kThreads) found[i] = 0;
  __syncthreads();
  sort_block(found, size);
  for (uint32_t j = threadIdx.x; j < p.task.k; j += kThreads) {
    write_result<T>(p.task, line, j, entries.place(found[j]));
  }
}

extern __shared__ __align__(16) unsigned char room_of_block[];

// A block a part of a line. Where there is one part it writes the result, else k entries.
template <typename T>
__global__ void __launch_bounds__(kThreads)
    select_kernel(const __grid_constant__ SelectParams<T> p) {
  using Entry = typename EntryOf<T>::Type;
  __shared__ Shared shared;
  auto* found = reinterpret_cast<Entry*>(room_of_block);
  const Task& task = p.task;
  const uint32_t line = blockIdx.x / task.parts;
  const uint32_t part = blockIdx.x % task.parts;
  const uint32_t o = line / task.inner;
  const auto* first = static_cast<const typename T::Raw*>(task.in) + o * task.n * task.inner +
                      (line - o * task.inner);
  const Line<T> source{{p}, first, part_of(task, part)};
  if (task.parts == 1) {
    const uint32_t count = select_first(source, task.k, p.room, shared, found);
    write_sorted<T>(p, source, line, found, count);
    return;
  }
  select_first(source, task.k, task.k, shared, found);
  auto* to = static_cast<Entry*>(task.workspace) + static_cast<size_t>(blockIdx.x) * task.k;
  for (uint32_t j = threadIdx.x; j < task.k; j += kThreads) to[j] = found[j];
  allow_dependents();
}

// A block a line: the first k of what its parts have left.
template <typename T>
__global__ void __launch_bounds__(kThreads) join_kernel(const __grid_constant__ SelectParams<T> p) {
  using Entry = typename EntryOf<T>::Type;
  __shared__ Shared shared;
  auto* found = reinterpret_cast<Entry*>(room_of_block);
  wait_for_producers();
  const uint32_t count = p.task.parts * p.task.k;
  const auto* first =
      static_cast<const Entry*>(p.task.workspace) + static_cast<size_t>(blockIdx.x) * count;
  const Leftovers<T> source{{p}, first, count};
  const uint32_t selected = select_first(source, p.task.k, p.room, shared, found);
  write_sorted<T>(p, source, blockIdx.x, found, selected);
}

size_t entry_bytes(DataType type) { return type == DataType::kI64 ? 16 : 8; }

}  // namespace

// As many as fit, beside the bins, into the shared memory that a block has without asking.
uint32_t select_max(DataType type) { return type == DataType::kI64 ? 2048 : 4096; }

size_t select_workspace_bytes(const Task& task) {
  if (task.parts == 1) return 0;
  return entry_bytes(task.type) * task.parts * task.k * task.lines();
}

void launch_select(const Task& task, cudaStream_t stream) {
  with_type(task.type, [&](auto type) {
    using T = decltype(type);
    SelectParams<T> params{task, Order<T>(task), 1, kLeastRoom};
    while ((task.n >> params.place_bits) != 0) ++params.place_bits;
    while (params.room < task.k) params.room *= 2;
    const size_t shared = params.room * entry_bytes(task.type);
    select_kernel<T><<<task.lines() * task.parts, kThreads, shared, stream>>>(params);
    if (task.parts == 1) return;
    launch_kernel(
        join_kernel<T>,
        {.blocks = task.lines(), .threads = kThreads, .shared_bytes = shared, .dependent = true},
        params, stream);
  });
}

}  // namespace tenon::topk
