#include <algorithm>

#include "cuda/dependent_launch.h"
#include "cuda/kernels/topk/select_block.cuh"

// The first k of a line by a block, or by a block for each of its parts and one for what these
// leave.
namespace tenon::topk {
namespace {

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
  using Key = typename T::Key;
  const SelectParams<T>& p;

  __device__ Entry entry(uint32_t place, Key key) const {
    const uint32_t rank = p.order.rank(place) & ((1U << p.place_bits) - 1);
    return static_cast<Entry>(key) << p.place_bits | rank;
  }
  __device__ Key key(Entry entry) const { return static_cast<Key>(entry >> p.place_bits); }
  // The least entry of a key.
  __device__ Entry from_key(Key key) const { return static_cast<Entry>(key) << p.place_bits; }
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
    const auto give = [&](uint32_t place, typename T::Raw raw) {
      const auto key = this->p.order.key(raw);
      take(key, [&] { return this->entry(place, key); });
    };
    const uint32_t step = this->p.task.inner;
    if (step != 1) {
      for (uint32_t i = range.x + threadIdx.x; i < range.y; i += kThreads) give(i, first[i * step]);
      return;
    }
    read_row<T>(first, range.x, range.y, give, [&](uint32_t place, const Packet<T>& packet) {
#pragma unroll
      for (uint32_t i = 0; i < Packet<T>::kSize; ++i) give(place + i, packet.e[i]);
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
    for (uint32_t i = threadIdx.x; i < count; i += kThreads) {
      const Entry e = first[i];
      take(this->key(e), [&] { return e; });
    }
  }
};

template <typename T>
__device__ void write_sorted(const SelectParams<T>& p, const Entries<T>& entries, uint32_t line,
                             typename EntryOf<T>::Type* found, uint32_t count) {
  sort_found(found, count);
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
  __shared__ Shared<typename T::Key> shared;
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
  // So few are cheaply sorted; of more the first k are found exactly.
  if (task.k <= kMostOfSamples) {
    const uint32_t count = select_first(source, task.k, p.room, shared, found);
    sort_found(found, count);
  } else {
    select_first(source, task.k, task.k, shared, found);
  }
  auto* to = static_cast<Entry*>(task.workspace) + static_cast<size_t>(blockIdx.x) * task.k;
  for (uint32_t j = threadIdx.x; j < task.k; j += kThreads) to[j] = found[j];
  allow_dependents();
}

// A block a line: the first k of what its parts have left.
template <typename T>
__global__ void __launch_bounds__(kThreads) join_kernel(const __grid_constant__ SelectParams<T> p) {
  using Entry = typename EntryOf<T>::Type;
  __shared__ Shared<typename T::Key> shared;
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
    launch_kernel(join_kernel<T>,
                  {.blocks = task.lines(),
                   .threads = kThreads,
                   .shared_bytes = shared,
                   .dependent = dependent_launches()},
                  params, stream);
  });
}

}  // namespace tenon::topk
