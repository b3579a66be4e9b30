#include "base/rounding.h"
#include "cuda/dependent_launch.h"
#include "cuda/kernels/softmax/softmax_kernels.h"

#include <algorithm>

#include "cuda/kernels/rows/block_reduce.cuh"
#include "cuda/kernels/rows/packets.cuh"

namespace tenon {
namespace {

using namespace rows;

constexpr float kHidden = -INFINITY;
constexpr int kThreads = 128;       // of blocks whose warps have rows, or columns, of their own
constexpr int kLongThreads = 1024;  // of blocks that read a row twice

// The softmax of one row that `lanes` threads hold in registers, P packets each; this thread is
// `lane`. Elements behind the row's end are -inf.
template <typename T, int V, int P, typename Reduce>
__device__ void softmax_row(const T* x, T* y, int n, bool log, int lane, int lanes,
                            const Reduce& reduce) {
  Packet<T, V> packets[P];
#pragma unroll
  for (int p = 0; p < P; ++p) {
    const int at = (p * lanes + lane) * V;
    if (at < n) packets[p] = load_packet<T, V>(x + at);
  }
  float v[P][V];
  float peak = Largest::kStart;
#pragma unroll
  for (int p = 0; p < P; ++p) {
    unpack(packets[p], v[p]);
#pragma unroll
    for (int i = 0; i < V; ++i) {
      if ((p * lanes + lane) * V >= n) v[p][i] = kHidden;
      peak = fmaxf(peak, v[p][i]);
    }
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
#pragma unroll
    for (int i = 0; i < V; ++i) v[p][i] = fmaf(v[p][i], factor, offset);
    if (at < n) store(y + at, v[p]);
  }
}

// Groups of `lanes` threads, a power of 2 up to a warp, have a row each.
template <typename T, int V, int P>
__global__ void __launch_bounds__(kThreads)
    softmax_lanes(const T* x, T* y, int64_t rows, int n, bool log, int lanes) {
  follow_producers();
  const int64_t row = static_cast<int64_t>(blockIdx.x) * (kThreads / lanes) + threadIdx.x / lanes;
  const int64_t first = row < rows ? row * n : 0;
  softmax_row<T, V, P>(x + first, y + first, row < rows ? n : 0, log, threadIdx.x % lanes, lanes,
                       [=](float v, auto fold) { return reduce_lanes(v, fold, lanes); });
}

template <typename T, int V, int P, int kBlock>
__global__ void __launch_bounds__(kBlock) softmax_blocks(const T* x, T* y, int n, bool log) {
  follow_producers();
  __shared__ float scratch[kWarp];
  const int64_t first = static_cast<int64_t>(blockIdx.x) * n;
  softmax_row<T, V, P>(x + first, y + first, n, log, threadIdx.x, kBlock,
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
  follow_producers();
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
  follow_producers();
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

// Lines of at most kHeld elements along another axis than the innermost: a thread has V of them
// side by side, in registers.
constexpr int kHeld = 32;
template <typename T, int V>
__global__ void __launch_bounds__(kThreads)
    softmax_short_columns(const T* x, T* y, int packets, int n, int inner, bool log) {
  follow_producers();
  const int packet = blockIdx.x * kThreads + threadIdx.x;
  if (packet >= packets) return;
  const int64_t first = static_cast<int64_t>(packet) * V / inner * n * inner + packet * V % inner;
  Packet<T, V> held[kHeld];
#pragma unroll
  for (int i = 0; i < kHeld; ++i) {
    if (i < n) held[i] = load_packet<T, V>(x + first + static_cast<int64_t>(i) * inner);
  }
  float peak[V];
  float sum[V];
#pragma unroll
  for (int j = 0; j < V; ++j) peak[j] = Largest::kStart, sum[j] = 0;
#pragma unroll
  for (int i = 0; i < kHeld; ++i) {
    if (i >= n) break;
#pragma unroll
    for (int j = 0; j < V; ++j) peak[j] = fmaxf(peak[j], to_float(held[i].e[j]));
  }
#pragma unroll
  for (int i = 0; i < kHeld; ++i) {
    if (i >= n) break;
#pragma unroll
    for (int j = 0; j < V; ++j) sum[j] += __expf(to_float(held[i].e[j]) - peak[j]);
  }
#pragma unroll
  for (int j = 0; j < V; ++j) sum[j] = log ? logf(sum[j]) : 1 / sum[j];
#pragma unroll
  for (int i = 0; i < kHeld; ++i) {
    if (i >= n) break;
    float v[V];
#pragma unroll
    for (int j = 0; j < V; ++j) {
      const float moved = to_float(held[i].e[j]) - peak[j];
      v[j] = log ? moved - sum[j] : __expf(moved) * sum[j];
    }
    store(y + first + static_cast<int64_t>(i) * inner, v);
  }
}

template <typename T, int V>
struct Launcher {
  const SoftmaxShape& s;
  const T* x;
  T* y;
  cudaStream_t stream;

  template <int P>
  void lanes() const {
    int lanes = 1;
    while (lanes < kWarp && lanes * V * P < s.n) lanes *= 2;
    launch_dependent(softmax_lanes<T, V, P>,
                     static_cast<unsigned>(ceil_div(s.outer, kThreads / lanes)), kThreads, 0,
                     stream, x, y, s.outer, static_cast<int>(s.n), s.log, lanes);
  }
  template <int kElements, int kBlock>
  void blocks() const {
    launch_dependent(softmax_blocks<T, V, std::max(kElements / V, 1), kBlock>,
                     static_cast<unsigned>(s.outer), kBlock, 0, stream, x, y, static_cast<int>(s.n),
                     s.log);
  }

  void rows() const {
    const bool few = s.outer < 2 * s.multiprocessors;
    if (s.n <= kWarp * std::max(V, 4)) return lanes<std::max(4 / V, 1)>();
    if (s.n <= kWarp * 16 && !few) return lanes<16 / V>();
    if (s.n <= kWarp * 32 && !few) return lanes<32 / V>();
    if (s.n <= 256 * 8) return blocks<8, 256>();
    if (s.n <= 256 * 32) return blocks<32, 256>();
    if (s.n <= 1024 * 32) return blocks<32, 1024>();
    launch_dependent(softmax_long<T, V>, static_cast<unsigned>(s.outer), kLongThreads, 0, stream, x,
                     y, static_cast<int>(s.n), s.log);
  }

  void columns() const {
    const int64_t packets = s.outer * s.inner / V;
    const auto n = static_cast<int>(s.n), inner = static_cast<int>(s.inner);
    if constexpr (V * sizeof(T) <= 4) {
      if (s.n <= kHeld) {
        const auto blocks = static_cast<unsigned>(ceil_div(packets, kThreads));
        launch_dependent(softmax_short_columns<T, V>, blocks, kThreads, 0, stream, x, y,
                         static_cast<int>(packets), n, inner, s.log);
        return;
      }
    }
    const bool few = packets / kWarp < 4 * s.multiprocessors;
    const dim3 threads(kWarp, few && s.n >= 128 ? 16 : 4);
    const auto blocks = static_cast<unsigned>(ceil_div(packets, kWarp));
    const size_t shared = threads.x * threads.y * V * sizeof(Running);
    launch_dependent(softmax_columns<T, V>, blocks, threads, shared, stream, x, y,
                     static_cast<int>(packets), n, inner, s.log);
  }
};

}  // namespace

void launch_softmax(const SoftmaxShape& s, const void* x, void* y, cudaStream_t stream) {
  with_float_type(s.type, [&](auto zero) {
    using T = decltype(zero);
    const auto* from = static_cast<const T*>(x);
    auto* to = static_cast<T*>(y);
    constexpr int kWide = kWidest<T>;
    const bool columns = s.inner > 1;
    if (columns && s.n <= kHeld && s.inner % (kWide / 4) == 0) {
      Launcher<T, kWide / 4>{s, from, to, stream}.columns();
    } else if (columns && s.inner % kWide == 0) {
      Launcher<T, kWide>{s, from, to, stream}.columns();
    } else if (columns) {
      Launcher<T, 1>{s, from, to, stream}.columns();
    } else if (s.n % kWide == 0) {
      Launcher<T, kWide>{s, from, to, stream}.rows();
    } else {
      Launcher<T, 1>{s, from, to, stream}.rows();
    }
  });
}

}  // namespace tenon
