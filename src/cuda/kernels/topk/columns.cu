#include <algorithm>

#include "cuda/dependent_launch.h"
#include "cuda/kernels/topk/keys.cuh"

// Lines whose elements are `inner` apart, neighbours by neighbouring threads.
namespace tenon::topk {
namespace {

constexpr int kThreads = 256;

template <typename T>
struct ColumnsParams {
  Task task;
  Order<T> order;
  uint32_t groups;  // of columns that a thread reads at once
  int slices;       // threads that share a group
};

template <typename Raw, int V>
struct alignas(sizeof(Raw) * V) Columns {
  Raw e[V];
};

template <int V>
__device__ void store_places(const Task& task, uint32_t to, const uint32_t (&places)[V]) {
  if (task.wide) {
    Columns<int64_t, V == 1 ? 1 : 2> pair;
#pragma unroll
    for (int i = 0; i < V; ++i) {
      constexpr int kPair = V == 1 ? 1 : 2;
      pair.e[i % kPair] = places[i];
      if (i % kPair + 1 < kPair) continue;
      auto* at = static_cast<int64_t*>(task.indices) + to + i + 1 - kPair;
      *reinterpret_cast<Columns<int64_t, kPair>*>(at) = pair;
    }
  } else {
#pragma unroll
    for (int i = 0; i < V; ++i) {
      static_cast<int32_t*>(task.indices)[to + i] = static_cast<int32_t>(places[i]);
    }
  }
}

// The first of V neighbouring columns.
template <typename T, int V>
class Bests {
 public:
  using Raw = typename T::Raw;
  using Key = typename T::Key;
  using Found = Candidate<Key>;

  __device__ Bests() {
#pragma unroll
    for (uint32_t& place : places_) place = kNothing;
  }
  __device__ void take(const Order<T>& order, uint32_t place, const Columns<Raw, V>& row) {
#pragma unroll
    for (int i = 0; i < V; ++i) {
      const Key key = order.key(row.e[i]);
      if (key > keys_[i] || (key == keys_[i] && (order.last || places_[i] == kNothing))) {
        keys_[i] = key;
        places_[i] = place;
        raws_.e[i] = row.e[i];
      }
    }
  }
  // Joins what the block's slices found, which the threads of slice 0 get.
  __device__ void join(const Order<T>& order, int slice, int slices, int width) {
    __shared__ Found found[kThreads * V];
    __shared__ Raw raws[kThreads * V];
    const int mine = static_cast<int>(threadIdx.x) * V;
    for (int half = slices / 2; half > 0; half /= 2) {
      // Those that were just joined hand on what they have.
      if (slice >= half && slice < 2 * half) {
#pragma unroll
        for (int i = 0; i < V; ++i) {
          found[mine + i] = candidate(order, i);
          raws[mine + i] = raws_.e[i];
        }
      }
      __syncthreads();
      if (slice >= half) continue;
#pragma unroll
      for (int i = 0; i < V; ++i) {
        const int at = mine + half * width * V + i;
        if (!(found[at] > candidate(order, i))) continue;
        keys_[i] = found[at].key;
        places_[i] = order.place(found[at].rank);
        raws_.e[i] = raws[at];
      }
    }
  }
  __device__ void write(const Task& task, uint32_t to) const {
    *reinterpret_cast<Columns<Raw, V>*>(static_cast<Raw*>(task.values) + to) = raws_;
    store_places<V>(task, to, places_);
  }
  __device__ Found candidate(const Order<T>& order, int i) const {
    return places_[i] == kNothing ? Found{} : Found{keys_[i], order.rank(places_[i])};
  }

 private:
  static constexpr uint32_t kNothing = 0xffffffffU;

  Key keys_[V] = {};
  uint32_t places_[V];
  Columns<Raw, V> raws_{};
};

// k = 1. A thread reads every `slices`-th row of its part of V columns.
template <typename T, int V>
__global__ void __launch_bounds__(kThreads)
    first_kernel(const __grid_constant__ ColumnsParams<T> p) {
  using Raw = typename T::Raw;
  constexpr int kInFlight = 4;
  const Task& task = p.task;
  const int width = kThreads / p.slices;
  const int slice = static_cast<int>(threadIdx.x) / width;
  const uint32_t group = blockIdx.x * width + threadIdx.x % width;
  const uint32_t across = task.inner / V;
  const uint32_t o = group / across;
  const uint32_t i = (group - o * across) * V;
  const uint2 range = part_of(task, blockIdx.y);
  Bests<T, V> best;
  const auto* column = static_cast<const Raw*>(task.in) + o * task.n * task.inner + i;
  for (uint32_t row = range.x + slice; row < range.y && group < p.groups;
       row += kInFlight * p.slices) {
    Columns<Raw, V> held[kInFlight];
#pragma unroll
    for (int f = 0; f < kInFlight; ++f) {
      const uint32_t at = row + f * p.slices;
      if (at < range.y) {
        held[f] = *reinterpret_cast<const Columns<Raw, V>*>(column + at * task.inner);
      }
    }
#pragma unroll
    for (int f = 0; f < kInFlight; ++f) {
      const uint32_t at = row + f * p.slices;
      if (at < range.y) best.take(p.order, at, held[f]);
    }
  }
  allow_dependents();
  if (p.slices > 1) best.join(p.order, slice, p.slices, width);
  if (slice != 0 || group >= p.groups) return;
  const uint32_t to = o * task.inner + i;
  if (task.parts == 1) {
    best.write(task, to);
    return;
  }
  auto* found = static_cast<Candidate<typename T::Key>*>(task.workspace) +
                static_cast<size_t>(blockIdx.y) * task.lines() + to;
#pragma unroll
  for (int c = 0; c < V; ++c) found[c] = best.candidate(p.order, c);
}

// The best of a column's parts: a thread a column.
template <typename T>
__global__ void __launch_bounds__(kThreads)
    join_kernel(const __grid_constant__ ColumnsParams<T> p) {
  using Found = Candidate<typename T::Key>;
  wait_for_producers();
  const uint32_t line = blockIdx.x * kThreads + threadIdx.x;
  if (line >= p.task.lines()) return;
  const auto* found = static_cast<const Found*>(p.task.workspace) + line;
  Found best = found[0];
  for (uint32_t part = 1; part < p.task.parts; ++part) {
    const Found next = found[static_cast<size_t>(part) * p.task.lines()];
    if (next > best) best = next;
  }
  write_result<T>(p.task, line, 0, p.order.place(best.rank));
}

// k <= K. A thread keeps the first K of its column in order.
template <typename T, int K>
__global__ void __launch_bounds__(kThreads)
    lists_kernel(const __grid_constant__ ColumnsParams<T> p) {
  using Raw = typename T::Raw;
  using Key = typename T::Key;
  constexpr int kInFlight = 4;
  const Task& task = p.task;
  const uint32_t line = blockIdx.x * kThreads + threadIdx.x;
  if (line >= task.lines()) return;
  const uint32_t o = line / task.inner;
  const auto* column =
      static_cast<const Raw*>(task.in) + o * task.n * task.inner + (line - o * task.inner);
  Key keys[K] = {};
  uint32_t places[K] = {};
  for (uint32_t row = 0; row < task.n; row += kInFlight) {
    Raw held[kInFlight];
#pragma unroll
    for (int f = 0; f < kInFlight; ++f) {
      if (row + f < task.n) held[f] = column[(row + f) * task.inner];
    }
#pragma unroll
    for (int f = 0; f < kInFlight; ++f) {
      uint32_t place = row + f;
      if (place >= task.n) continue;
      Key key = p.order.key(held[f]);
      bool in = false;  // from here on everything moves by one
#pragma unroll
      for (uint32_t j = 0; j < K; ++j) {
        // As many are there as there were rows before.
        in = in || key > keys[j] || row + f <= j || (p.order.last && key == keys[j]);
        const Key other_key = keys[j];
        const uint32_t other_place = places[j];
        keys[j] = in ? key : other_key;
        places[j] = in ? place : other_place;
        key = in ? other_key : key;
        place = in ? other_place : place;
      }
    }
  }
#pragma unroll
  for (uint32_t j = 0; j < K; ++j) {
    if (j < task.k) write_result<T>(task, line, j, places[j]);
  }
}

template <typename T, int V>
void launch_first(const Task& task, cudaStream_t stream) {
  ColumnsParams<T> params{task, Order<T>(task), task.lines() / V, 1};
  // Few columns are read by many threads each.
  while (params.slices < 32 && uint64_t{params.groups} * params.slices * task.parts < 65536 &&
         static_cast<uint32_t>(params.slices) * task.parts * 8 < task.n) {
    params.slices *= 2;
  }
  const unsigned width = kThreads / params.slices;
  const dim3 blocks((params.groups + width - 1) / width, task.parts);
  first_kernel<T, V><<<blocks, kThreads, 0, stream>>>(params);
  if (task.parts == 1) return;
  launch_kernel(join_kernel<T>,
                {.blocks = (task.lines() + kThreads - 1) / kThreads,
                 .threads = kThreads,
                 .dependent = dependent_launches()},
                params, stream);
}

}  // namespace

size_t columns_workspace_bytes(const Task& task) {
  return task.parts == 1 ? 0 : size_t{16} * task.parts * task.lines();
}

void launch_columns(const Task& task, cudaStream_t stream) {
  with_type(task.type, [&](auto type) {
    using T = decltype(type);
    constexpr int kWide = 16 / sizeof(typename T::Raw);
    if (task.k == 1) {
      // Threads that read one column each, where wider ones would be too few.
      if (task.inner % kWide == 0 && task.lines() >= 65536)
        return launch_first<T, kWide>(task, stream);
      return launch_first<T, 1>(task, stream);
    }
    const ColumnsParams<T> params{task, Order<T>(task), task.lines(), 1};
    const unsigned blocks = (task.lines() + kThreads - 1) / kThreads;
    if (task.k == 2) {
      lists_kernel<T, 2><<<blocks, kThreads, 0, stream>>>(params);
    } else if (task.k <= 4) {
      lists_kernel<T, 4><<<blocks, kThreads, 0, stream>>>(params);
    } else {
      lists_kernel<T, kColumnsMax><<<blocks, kThreads, 0, stream>>>(params);
    }
  });
}

}  // namespace tenon::topk
