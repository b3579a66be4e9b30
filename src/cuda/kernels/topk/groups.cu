#include <algorithm>

#include "cuda/kernels/topk/keys.cuh"

namespace tenon::topk {
namespace {

constexpr int kMostThreads = 128;

template <typename T>
struct GroupsParams {
  Task task;
  Order<T> order;
  int lanes;  // that hold a line
};

// A line's elements that one lane holds, every `lanes`-th from `lane` on, in stretches whose
// greatest keys it keeps.
template <typename T, int E>
class Held {
 public:
  using Key = typename T::Key;
  __device__ Held(const GroupsParams<T>& p, const typename T::Raw* line, int lane)
      : p_(p), lane_(lane) {
    typename T::Raw raw[E];
#pragma unroll
    for (int e = 0; e < E; ++e) {
      const uint32_t place = place_of(e);
      if (place < p.task.n) raw[e] = line[place * p.task.inner];
    }
#pragma unroll
    for (int e = 0; e < E; ++e) {
      if (place_of(e) >= p.task.n) continue;
      keys_[e] = p.order.key(raw[e]);
      left_ |= 1U << e;
    }
#pragma unroll
    for (int s = 0; s < kStretches; ++s) peaks_[s] = peak_of(s);
  }
  // The greatest key; 0 where nothing is left.
  __device__ Key greatest() const {
    Key key = peaks_[0];
#pragma unroll
    for (int s = 1; s < kStretches; ++s) key = max(key, peaks_[s]);
    return key;
  }
  // The greatest rank of the elements of this key; 0 where there are none.
  __device__ uint32_t rank_of(Key key) const {
    uint32_t equal = 0;
#pragma unroll
    for (int s = 0; s < kStretches; ++s) {
      if (peaks_[s] != key) continue;
#pragma unroll
      for (int e = s * kStretch; e < (s + 1) * kStretch; ++e) {
        if (keys_[e] == key) equal |= 1U << e;
      }
    }
    equal &= left_;
    if (equal == 0) return 0;
    return p_.order.rank(place_of(p_.order.last ? 31 - __clz(equal) : __ffs(equal) - 1));
  }
  __device__ void drop(uint32_t place) {
    const uint32_t dropped = (place - static_cast<uint32_t>(lane_)) / p_.lanes;
    left_ &= ~(1U << dropped);
#pragma unroll
    for (int s = 0; s < kStretches; ++s) {
      if (dropped / kStretch != s) continue;
#pragma unroll
      for (int e = s * kStretch; e < (s + 1) * kStretch; ++e) {
        if (dropped == e) keys_[e] = 0;
      }
      peaks_[s] = peak_of(s);
    }
  }

 private:
  static constexpr int kStretch = E < 8 ? E : 8;
  static constexpr int kStretches = E / kStretch;
  static_assert(E % kStretch == 0 && E <= 32);

  __device__ uint32_t place_of(int e) const { return static_cast<uint32_t>(e * p_.lanes + lane_); }
  __device__ Key peak_of(int s) const {
    Key key = keys_[s * kStretch];
#pragma unroll
    for (int e = 1; e < kStretch; ++e) key = max(key, keys_[s * kStretch + e]);
    return key;
  }

  const GroupsParams<T>& p_;
  int lane_;
  Key keys_[E] = {};  // 0 where there is no element, or none any more
  Key peaks_[kStretches];
  uint32_t left_ = 0;  // bit e: element e is there and was not taken yet
};

// Takes the best element k times.
template <typename T, int E>
__global__ void __launch_bounds__(kMostThreads)
    groups_kernel(const __grid_constant__ GroupsParams<T> p) {
  const Task& task = p.task;
  const int lane = static_cast<int>(threadIdx.x) % p.lanes;
  const uint32_t line = (blockIdx.x * blockDim.x + threadIdx.x) / p.lanes;
  const bool there = line < task.lines();
  const uint32_t o = there && task.inner != 1 ? line / task.inner : line;
  const uint32_t first = o * task.n * task.inner + (line - o * task.inner);
  // A group behind the last line holds the first one, for shuffles to be whole, and writes nothing.
  Held<T, E> held(p, static_cast<const typename T::Raw*>(task.in) + (there ? first : 0), lane);
  // Lane l keeps the places of results l, l + lanes, .. and writes them in the end: a read of the
  // input in every round would hold it up.
  constexpr int kKept = E == 4 ? 4 : 1;
  uint32_t kept[kKept] = {};
  for (uint32_t j = 0; j < task.k; ++j) {
    const auto key = greatest_of_lanes(held.greatest(), p.lanes);
    const uint32_t mine = held.rank_of(key);
    const uint32_t rank = greatest_of_lanes(mine, p.lanes);
    const uint32_t place = p.order.place(rank);
#pragma unroll
    for (int i = 0; i < kKept; ++i) {
      if (j == static_cast<uint32_t>(i * p.lanes + lane)) kept[i] = place;
    }
    if (mine == rank && j + 1 < task.k) held.drop(place);
  }
#pragma unroll
  for (int i = 0; i < kKept; ++i) {
    const auto j = static_cast<uint32_t>(i * p.lanes + lane);
    if (there && j < task.k) write_result<T>(task, line, j, kept[i]);
  }
}

}  // namespace

void launch_groups(const Task& task, cudaStream_t stream) {
  with_type(task.type, [&](auto type) {
    using T = decltype(type);
    GroupsParams<T> params{task, Order<T>(task), 1};
    while (params.lanes < kWarp && static_cast<uint32_t>(4 * params.lanes) < task.n) {
      params.lanes *= 2;
    }
    const uint64_t threads = uint64_t{task.lines()} * static_cast<uint64_t>(params.lanes);
    // Few lines get blocks, and so multiprocessors, of their own.
    const uint64_t size = threads < 132 * kMostThreads ? kWarp : kMostThreads;
    const auto blocks = static_cast<unsigned>((threads + size - 1) / size);
    const auto launch = [&](auto kernel) {
      kernel<<<blocks, static_cast<unsigned>(size), 0, stream>>>(params);
    };
    if (task.n <= 4 * kWarp) {
      launch(groups_kernel<T, 4>);
    } else if (task.n <= 8 * kWarp) {
      launch(groups_kernel<T, 8>);
    } else {
      launch(groups_kernel<T, 32>);
    }
  });
}

}  // namespace tenon::topk
