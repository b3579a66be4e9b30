#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/transform_iterator.h>

#include <algorithm>
#include <cub/device/device_radix_sort.cuh>
#include <cub/device/device_segmented_radix_sort.cuh>

#include "cuda/kernels/topk/keys.cuh"

// Long lines of which much is wanted: keys and places, sorted by the toolkit's radix sort, which
// keeps equal keys in their order.
namespace tenon::topk {
namespace {

constexpr unsigned kThreads = 256;

template <typename T>
struct Arrays {
  using Key = typename T::Key;
  Key* keys[2];
  uint32_t* places[2];
  void* room;  // for the library

  Arrays(const Task& task, void* workspace) {
    auto* at = static_cast<std::byte*>(workspace);
    const auto next = [&](size_t element) {
      std::byte* const here = at;
      at += (size_t{task.n} * task.lines() * element + 255) / 256 * 256;
      return here;
    };
    for (Key*& k : keys) k = reinterpret_cast<Key*>(next(sizeof(Key)));
    for (uint32_t*& p : places) p = reinterpret_cast<uint32_t*>(next(sizeof(uint32_t)));
    room = at;
  }
};

struct Offset {
  int64_t n;
  __host__ __device__ int64_t operator()(int64_t line) const { return line * n; }
};

// Lines that are long enough to occupy the GPU alone are sorted one after the other.
bool one_by_one(const Task& task) { return task.n >= 32768 && task.lines() <= 64; }

// Sorts the pairs in `keys` and `places`, or, without room, tells how much it needs.
template <typename Key>
cudaError_t sort_pairs(const Task& task, int bits, void* room, size_t& bytes,
                       cub::DoubleBuffer<Key>& keys, cub::DoubleBuffer<uint32_t>& places,
                       cudaStream_t stream) {
  const auto n = static_cast<int>(task.n);
  const auto lines = static_cast<int>(task.lines());
  if (one_by_one(task)) {
    return cub::DeviceRadixSort::SortPairsDescending(room, bytes, keys, places, n, 0, bits, stream);
  }
  const auto begins =
      thrust::make_transform_iterator(thrust::counting_iterator<int64_t>(0), Offset{n});
  return cub::DeviceSegmentedRadixSort::SortPairsDescending(room, bytes, keys, places,
                                                            static_cast<int64_t>(n) * lines, lines,
                                                            begins, begins + 1, 0, bits, stream);
}

template <typename T>
__global__ void __launch_bounds__(kThreads)
    keys_kernel(const __grid_constant__ Task task, Order<T> order, typename T::Key* keys,
                uint32_t* places) {
  const uint32_t total = task.n * task.lines();
  for (uint32_t at = blockIdx.x * kThreads + threadIdx.x; at < total; at += gridDim.x * kThreads) {
    const uint32_t line = at / task.n;
    const uint32_t j = at - line * task.n;
    const uint32_t place = task.last_first ? task.n - 1 - j : j;
    const uint32_t o = line / task.inner;
    const uint32_t from = (o * task.n + place) * task.inner + (line - o * task.inner);
    keys[at] = order.key(static_cast<const typename T::Raw*>(task.in)[from]);
    places[at] = place;
  }
}

template <typename T>
__global__ void __launch_bounds__(kThreads)
    results_kernel(const __grid_constant__ Task task, const uint32_t* places) {
  const uint32_t total = task.k * task.lines();
  for (uint32_t at = blockIdx.x * kThreads + threadIdx.x; at < total; at += gridDim.x * kThreads) {
    const uint32_t line = at / task.k;
    const uint32_t j = at - line * task.k;
    write_result<T>(task, line, j, places[size_t{line} * task.n + j]);
  }
}

unsigned blocks_for(uint32_t elements) {
  return std::min((elements + kThreads - 1) / kThreads, 2048U);
}

}  // namespace

size_t sort_workspace_bytes(const Task& task) {
  size_t bytes = 0;
  with_type(task.type, [&](auto type) {
    using T = decltype(type);
    const Arrays<T> arrays(task, nullptr);
    cub::DoubleBuffer<typename T::Key> keys;
    cub::DoubleBuffer<uint32_t> places;
    sort_pairs(task, T::kBits, nullptr, bytes, keys, places, nullptr);
    bytes += reinterpret_cast<uintptr_t>(arrays.room);
  });
  return bytes;
}

void launch_sort(const Task& task, cudaStream_t stream) {
  with_type(task.type, [&](auto type) {
    using T = decltype(type);
    const Arrays<T> arrays(task, task.workspace);
    const auto used = static_cast<size_t>(static_cast<std::byte*>(arrays.room) -
                                          static_cast<std::byte*>(task.workspace));
    size_t bytes = sort_workspace_bytes(task) - used;
    keys_kernel<T><<<blocks_for(task.n * task.lines()), kThreads, 0, stream>>>(
        task, Order<T>(task), arrays.keys[0], arrays.places[0]);
    const uint32_t* sorted = nullptr;
    const uint32_t times = one_by_one(task) ? task.lines() : 1;
    for (uint32_t line = 0; line < times; ++line) {
      const size_t first = size_t{line} * task.n;
      cub::DoubleBuffer<typename T::Key> keys(arrays.keys[0] + first, arrays.keys[1] + first);
      cub::DoubleBuffer<uint32_t> places(arrays.places[0] + first, arrays.places[1] + first);
      sort_pairs(task, T::kBits, arrays.room, bytes, keys, places, stream);
      sorted = places.Current() - first;  // in the same array for every line
    }
    results_kernel<T><<<blocks_for(task.k * task.lines()), kThreads, 0, stream>>>(task, sorted);
  });
}

}  // namespace tenon::topk
