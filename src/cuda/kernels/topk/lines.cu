#include "cuda/kernels/topk/keys.cuh"

// Short lines without a gap between them, which a block stages in shared memory.
namespace tenon::topk {
namespace {

constexpr uint32_t kThreads = 128;
constexpr uint32_t kMostBytes = 48 << 10;  // of shared memory, what a block has without asking

template <typename T>
struct LinesParams {
  Task task;
  Order<T> order;
};

extern __shared__ uint4 staged_lines[];

// k <= K. A thread keeps the first K of its line in order; it may begin anywhere, because
// candidates know their places.
template <typename T, int K>
__global__ void __launch_bounds__(kThreads) lines_kernel(const __grid_constant__ LinesParams<T> p) {
  using Raw = typename T::Raw;
  using Found = Candidate<typename T::Key>;
  const Task& task = p.task;
  auto* staged = reinterpret_cast<Raw*>(staged_lines);
  const uint32_t first = blockIdx.x * kThreads;
  const uint32_t count = min(kThreads, task.lines() - first) * task.n;
  // Whole blocks of lines begin at multiples of 16 bytes.
  const auto* from = static_cast<const Raw*>(task.in) + first * task.n;
  const uint32_t packets = count / Packet<T>::kSize;
  for (uint32_t i = threadIdx.x; i < packets; i += kThreads) {
    staged_lines[i] = reinterpret_cast<const uint4*>(from)[i];
  }
  for (uint32_t i = packets * Packet<T>::kSize + threadIdx.x; i < count; i += kThreads) {
    staged[i] = from[i];
  }
  __syncthreads();
  const uint32_t line = first + threadIdx.x;
  if (line >= task.lines()) return;
  const Raw* mine = staged + threadIdx.x * task.n;
  // Lines of an even number of elements begin in few banks of the memory.
  uint32_t place = task.n % 2 == 0 ? threadIdx.x % task.n : 0;
  Found list[K];
#pragma unroll 4
  for (uint32_t i = 0; i < task.n; ++i) {
    Found next{p.order.key(mine[place]), p.order.rank(place)};
    place = place + 1 == task.n ? 0 : place + 1;
    if (K > 1 && !(next > list[K - 1])) continue;
#pragma unroll
    for (Found& kept : list) {
      if (!(next > kept)) continue;
      const Found pushed = kept;
      kept = next;
      next = pushed;
    }
  }
#pragma unroll
  for (uint32_t j = 0; j < K; ++j) {
    if (j >= task.k) continue;
    const uint32_t at = p.order.place(list[j].rank);
    write_result<T>(task, line, j, at, mine[at]);
  }
}

}  // namespace

bool lines_fit(const Task& task) {
  const uint64_t bytes = uint64_t{kThreads} * task.n * bytes_of(task.type, 1);
  return task.inner == 1 && task.k <= kColumnsMax && bytes <= kMostBytes && task.lines() >= 32768;
}

void launch_lines(const Task& task, cudaStream_t stream) {
  with_type(task.type, [&](auto type) {
    using T = decltype(type);
    const LinesParams<T> params{task, Order<T>(task)};
    const unsigned blocks = (task.lines() + kThreads - 1) / kThreads;
    const size_t bytes = kThreads * task.n * sizeof(typename T::Raw);
    if (task.k == 1) {
      lines_kernel<T, 1><<<blocks, kThreads, bytes, stream>>>(params);
    } else if (task.k <= 4) {
      lines_kernel<T, 4><<<blocks, kThreads, bytes, stream>>>(params);
    } else {
      lines_kernel<T, kColumnsMax><<<blocks, kThreads, bytes, stream>>>(params);
    }
  });
}

}  // namespace tenon::topk
