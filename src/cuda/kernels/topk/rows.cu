#include "cuda/dependent_launch.h"
#include "cuda/kernels/topk/keys.cuh"

namespace tenon::topk {
namespace {

constexpr int kThreads = 256;  // at the most

// What a thread has found of the elements that it has seen, in ascending order of their places: the
// best key, and the packet, which is looked through once, at the end.
template <typename T>
class Best {
 public:
  using Key = typename T::Key;
  __device__ explicit Best(const Order<T>& order) : order_(order) {}

  __device__ void take(uint32_t place, const Packet<T>& packet) {
    Key key = order_.key(packet.e[0]);
#pragma unroll
    for (uint32_t i = 1; i < Packet<T>::kSize; ++i) key = max(key, order_.key(packet.e[i]));
    if (!improves(key)) return;
    settle(key, place, Packet<T>::kSize);
    packet_ = packet;
  }
  __device__ void take(uint32_t place, typename T::Raw raw) {
    const Key key = order_.key(raw);
    if (!improves(key)) return;
    settle(key, place, 1);
    packet_.e[0] = raw;
  }
  __device__ Candidate<Key> candidate() const {
    Candidate<Key> best;
#pragma unroll
    for (uint32_t i = 0; i < Packet<T>::kSize; ++i) {
      const Candidate<Key> c{order_.key(packet_.e[i]), order_.rank(place_ + i)};
      if (i < size_ && c > best) best = c;
    }
    return best;
  }
  // The element of a candidate.
  __device__ typename T::Raw raw(uint32_t place) const {
    typename T::Raw raw = packet_.e[0];
#pragma unroll
    for (uint32_t i = 1; i < Packet<T>::kSize; ++i) {
      if (place_ + i == place) raw = packet_.e[i];
    }
    return raw;
  }

 private:
  __device__ bool improves(Key key) const {
    return key > key_ || (key == key_ && (order_.last || size_ == 0));
  }
  __device__ void settle(Key key, uint32_t place, uint32_t size) {
    key_ = key;
    place_ = place;
    size_ = size;
  }

  const Order<T>& order_;
  Packet<T> packet_{};
  Key key_ = 0;
  uint32_t place_ = 0;
  uint32_t size_ = 0;  // elements of the packet that count
};

template <typename T>
struct RowsParams {
  Task task;
  Order<T> order;
};

// A block a part of a row.
template <typename T>
__global__ void __launch_bounds__(kThreads) rows_kernel(const __grid_constant__ RowsParams<T> p) {
  using Raw = typename T::Raw;
  using Found = Candidate<typename T::Key>;
  __shared__ Found of_warps[kThreads / kWarp];
  const uint32_t line = blockIdx.x / p.task.parts;
  const uint2 range = part_of(p.task, blockIdx.x % p.task.parts);
  const auto* row = static_cast<const Raw*>(p.task.in) + line * p.task.n;
  Best<T> best(p.order);
  const auto take = [&](uint32_t place, const auto& elements) { best.take(place, elements); };
  read_row<T>(row, range.x, range.y, take, take);
  allow_dependents();
  const Found mine = best.candidate();
  Found found = best_of_warp(mine);
  if (threadIdx.x % kWarp == 0) of_warps[threadIdx.x / kWarp] = found;
  __syncthreads();
  found = best_of_warp(threadIdx.x % kWarp < blockDim.x / kWarp ? of_warps[threadIdx.x % kWarp]
                                                                : Found{});
  if (p.task.parts == 1) {
    // The thread that has it writes it; no two ranks are equal.
    if (mine.rank != found.rank) return;
    const uint32_t place = p.order.place(found.rank);
    write_result<T>(p.task, line, 0, place, best.raw(place));
  } else if (threadIdx.x == 0) {
    static_cast<Found*>(p.task.workspace)[blockIdx.x] = found;
  }
}

// The best of a row's parts: a warp a row.
template <typename T>
__global__ void __launch_bounds__(kThreads) join_kernel(const __grid_constant__ RowsParams<T> p) {
  using Found = Candidate<typename T::Key>;
  wait_for_producers();
  const uint32_t line = (blockIdx.x * kThreads + threadIdx.x) / kWarp;
  if (line >= p.task.outer) return;
  const auto* parts = static_cast<const Found*>(p.task.workspace) + line * p.task.parts;
  Found best;
  for (uint32_t i = threadIdx.x % kWarp; i < p.task.parts; i += kWarp) {
    if (parts[i] > best) best = parts[i];
  }
  best = best_of_warp(best);
  if (threadIdx.x % kWarp == 0) write_result<T>(p.task, line, 0, p.order.place(best.rank));
}

}  // namespace

size_t rows_workspace_bytes(const Task& task) {
  return task.parts == 1 ? 0 : size_t{16} * task.parts * task.outer;
}

void launch_rows(const Task& task, cudaStream_t stream) {
  with_type(task.type, [&](auto type) {
    using T = decltype(type);
    const RowsParams<T> params{task, Order<T>(task)};
    // Each thread has four packets in flight.
    unsigned threads = 64;
    while (threads < kThreads && threads * 4 * Packet<T>::kSize < task.n / task.parts) threads *= 2;
    rows_kernel<T><<<task.outer * task.parts, threads, 0, stream>>>(params);
    if (task.parts == 1) return;
    const unsigned blocks = (task.outer + kThreads / kWarp - 1) / (kThreads / kWarp);
    launch_kernel(join_kernel<T>,
                  {.blocks = blocks, .threads = kThreads, .dependent = dependent_launches()},
                  params, stream);
  });
}

}  // namespace tenon::topk
