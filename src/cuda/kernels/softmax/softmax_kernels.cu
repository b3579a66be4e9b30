#include "cuda/kernels/softmax/softmax_kernels.h"

#include <algorithm>

#include "cuda/kernels/rows/block_reduce.cuh"
#include "cuda/kernels/rows/packets.cuh"

namespace tenon {
namespace {

using namespace rows;

constexpr float kHidden = -INFINITY;
constexpr int kThreads = 128;       // of blocks whose warps take a row each
constexpr int kBlockThreads = 256;  // of blocks that take a row, kept in registers
constexpr int kLongThreads = 1024;  // of blocks that read a row twice

// The softmax of one row that `Lanes` threads hold in registers, P packets each: the threads'
// number is `lane`. Elements behind the row's end are -inf.
template <typename T, int V, int P, typename Reduce>
__device__ void softmax_row(const T* x, T* y, int n, bool log, int lane, int lanes,
                            const Reduce& reduce) {
  float v[P][V];
  float peak = Largest::kStart;
#pragma unroll
  for (int p = 0; p < P; ++p) {
    const int at = (p * lanes + lane) * V;
    if (at < n) {
      load(x + at, v[p]);
    } else {
#pragma unroll
      for (int i = 0; i < V; ++i) v[p][i] = kHidden;
    }
#pragma unroll
    for (int i = 0; i < V; ++i) peak = fmaxf(peak, v[p][i]);
  }
  peak = reduce(peak, Largest{});
  float sum = 0;
#pragma unroll
  for (int p = 0; p < P; ++p) {
#pragma unroll
    for (int i = 0; i < V; ++i) {
      const float e = __expf(v[p][i] - peak);
      sum += e;
      v[p][i] = log ? v[p][i] - peak : e;
    }
  }
  sum = reduce(sum, Sum{});
  const float factor = log ? 1 : 1 / sum;
  const float offset = log ? -logf(sum) : 0;
#pragma unroll
  for (int p = 0; p < P; ++p) {
    const int at = (p * lanes + lane) * V;
    if (at >= n) break;
#pragma unroll
    for (int i = 0; i < V; ++i) v[p][i] = fmaf(v[p][i], factor, offset);
    store(y + at, v[p]);
  }
}

template <typename T, int V, int P>
__global__ void __launch_bounds__(kThreads)
    softmax_warps(const T* x, T* y, int64_t rows, int n, bool log) {
  const int64_t row = static_cast<int64_t>(blockIdx.x) * (kThreads / kWarp) + threadIdx.x / kWarp;
  if (row >= rows) return;
  softmax_row<T, V, P>(x + row * n, y + row * n, n, log, threadIdx.x % kWarp, kWarp,
                       [](float v, auto fold) { return reduce_warp(v, fold); });
}

template <typename T, int V, int P>
__global__ void __launch_bounds__(kBlockThreads) softmax_blocks(const T* x, T* y, int n, bool log) {
  __shared__ float scratch[kWarp];
  const int64_t row = blockIdx.x;
  softmax_row<T, V, P>(x + row * n, y + row * n, n, log, threadIdx.x, kBlockThreads,
                       [](float v, auto fold) { return reduce_block(v, fold, scratch); });
}

// The largest of the numbers seen so far and the sum of exp(x - peak).
struct Running {
  float peak = Largest::kStart;
  float sum = 0;

  __device__ void add(float x) {
    const float higher = fmaxf(peak, x);
    sum = sum * __expf(peak - higher) + __expf(x - higher);
    peak = higher;
  }
  __device__ void add(const Running& other) {
    const float higher = fmaxf(peak, other.peak);
    sum = sum * __expf(peak - higher) + other.sum * __expf(other.peak - higher);
    peak = higher;
  }
  __device__ float result(float x, bool log) const {
    return log ? x - peak - logf(sum) : __expf(x - peak) / sum;
  }
};

// Rows too long for registers.
template <typename T, int V>
__global__ void __launch_bounds__(kLongThreads) softmax_long(const T* x, T* y, int n, bool log) {
  __shared__ float scratch[kWarp];
  x += static_cast<int64_t>(blockIdx.x) * n;
  y += static_cast<int64_t>(blockIdx.x) * n;
  Running running;
  for (int at = threadIdx.x * V; at < n; at += kLongThreads * V) {
    float v[V];
    load(x + at, v);
#pragma unroll
    for (int i = 0; i < V; ++i) running.add(v[i]);
  }
  const float peak = reduce_block(running.peak, Largest{}, scratch);
  running.sum = reduce_block(running.sum * __expf(running.peak - peak), Sum{}, scratch);
  running.peak = peak;
  for (int at = threadIdx.x * V; at < n; at += kLongThreads * V) {
    float v[V];
    load(x + at, v);
#pragma unroll
    for (int i = 0; i < V; ++i) v[i] = running.result(v[i], log);
    store(y + at, v);
  }
}

// Lines along another axis than the innermost: a thread has V lines side by side, and the threads
// of one x share the lines' elements.
template <typename T, int V>
__global__ void softmax_columns(const T* x, T* y, int packets, int n, int inner, bool log) {
  extern __shared__ Running shared[];  // [y][x][V]
  const int packet = blockIdx.x * blockDim.x + threadIdx.x;
  const bool inside = packet < packets;
  const int64_t first = static_cast<int64_t>(packet) * V / inner * n * inner + packet * V % inner;
  Running running[V];
  for (int i = threadIdx.y; inside && i < n; i += blockDim.y) {
    float v[V];
    load(x + first + static_cast<int64_t>(i) * inner, v);
#pragma unroll
    for (int j = 0; j < V; ++j) running[j].add(v[j]);
  }
  if (blockDim.y > 1) {
    Running* const mine = shared + threadIdx.x;
#pragma unroll
    for (int j = 0; j < V; ++j) mine[(threadIdx.y * V + j) * blockDim.x] = running[j];
    __syncthreads();
#pragma unroll
    for (int j = 0; j < V; ++j) {
      running[j] = mine[j * blockDim.x];
      for (int other = 1; other < blockDim.y; ++other) {
        running[j].add(mine[(other * V + j) * blockDim.x]);
      }
    }
  }
  for (int i = threadIdx.y; inside && i < n; i += blockDim.y) {
    const int64_t at = first + static_cast<int64_t>(i) * inner;
    float v[V];
    load(x + at, v);
#pragma unroll
    for (int j = 0; j < V; ++j) v[j] = running[j].result(v[j], log);
    store(y + at, v);
  }
}

template <typename T, int V>
struct Launcher {
  const SoftmaxShape& s;
  const T* x;
  T* y;
  cudaStream_t stream;

  template <int P>
  void warps() const {
    const int64_t a_block = kThreads / kWarp;
    const auto blocks = static_cast<unsigned>((s.outer + a_block - 1) / a_block);
    softmax_warps<T, V, P>
        <<<blocks, kThreads, 0, stream>>>(x, y, s.outer, static_cast<int>(s.n), s.log);
  }
  template <int P>
  void blocks() const {
    softmax_blocks<T, V, P><<<static_cast<unsigned>(s.outer), kBlockThreads, 0, stream>>>(
        x, y, static_cast<int>(s.n), s.log);
  }

  void rows() const {
    const int64_t a_lane = (s.n + kWarp - 1) / kWarp;  // elements
    const bool few = s.outer < 2 * s.multiprocessors;
    if (a_lane <= (few ? 8 : 32)) {
      if (a_lane <= std::max(V, 2)) return warps<std::max(2 / V, 1)>();
      if (a_lane <= 16) return warps<std::max(16 / V, 1)>();
      return warps<32 / V>();
    }
    const int64_t a_thread = (s.n + kBlockThreads - 1) / kBlockThreads;
    if (a_thread <= 8) return blocks<8 / V>();
    if (a_thread <= 32) return blocks<32 / V>();
    softmax_long<T, V><<<static_cast<unsigned>(s.outer), kLongThreads, 0, stream>>>(
        x, y, static_cast<int>(s.n), s.log);
  }

  void columns() const {
    const int64_t packets = s.outer * s.inner / V;
    const bool few = packets / kWarp < 4 * s.multiprocessors;
    unsigned sharing = s.n <= 16 ? 1 : few && s.n >= 128 ? 16 : 4;
    const dim3 threads(sharing == 1 ? kThreads : kWarp, sharing);
    const auto blocks = static_cast<unsigned>((packets + threads.x - 1) / threads.x);
    const size_t shared = sharing == 1 ? 0 : threads.x * threads.y * V * sizeof(Running);
    softmax_columns<T, V><<<blocks, threads, shared, stream>>>(
        x, y, static_cast<int>(packets), static_cast<int>(s.n), static_cast<int>(s.inner), s.log);
  }
};

}  // namespace

void launch_softmax(const SoftmaxShape& s, const void* x, void* y, cudaStream_t stream) {
  with_float_type(s.type, [&](auto zero) {
    using T = decltype(zero);
    const auto run = [&](const auto& launcher) {
      // Threads that have a short row each read whole packets between them, too.
      s.inner > 1 || s.n <= 4 ? launcher.columns() : launcher.rows();
    };
    const auto* from = static_cast<const T*>(x);
    auto* to = static_cast<T*>(y);
    const int64_t together = s.inner > 1 ? s.inner : s.n;
    const bool short_rows = s.inner == 1 && s.n <= 4;
    if (together % kWidest<T> == 0 && !short_rows) {
      run(Launcher<T, kWidest<T>>{s, from, to, stream});
    } else {
      run(Launcher<T, 1>{s, from, to, stream});
    }
  });
}

}  // namespace tenon
