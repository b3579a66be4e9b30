#include "base/rounding.h"
#include "cuda/dependent_launch.h"
#include "cuda/kernels/reduce/reduce_kernels.h"

#include <algorithm>

#include "cuda/kernels/reduce/totals.cuh"
#include "cuda/kernels/rows/packets.cuh"
#include "cuda/vector_access.h"

namespace tenon {
namespace {

using namespace rows;

// Every `lanes` threads (a power of 2 up to a warp, or a whole block) have an output; with
// `partial`, they have part blockIdx.y of it.
template <typename T, int V, ReduceFold kFold>
__global__ void __launch_bounds__(kReduceThreads)
    reduce_rows(ReduceShape s, FastDivisor row_packets, int lanes, const T* x, T* y,
                Total* partial) {
  follow_producers();
  const int64_t thread = static_cast<int64_t>(blockIdx.x) * kReduceThreads + threadIdx.x;
  const int64_t output = thread / lanes;
  const bool inside = output < s.kept;
  const T* from = x + offset(s.kept_axes, s.kept_axes.in, inside ? output : 0);
  const auto packets = static_cast<unsigned>(s.reduced * (s.length / V));
  const unsigned part = (packets + gridDim.y - 1) / gridDim.y;
  const unsigned end = inside ? min(packets, (blockIdx.y + 1) * part) : 0;
  Total total = start_of<kFold>();
#pragma unroll 4
  for (unsigned p = blockIdx.y * part + threadIdx.x % lanes; p < end; p += lanes) {
    uint32_t column = p;
    int64_t row = 0;
    if (s.reduced > 1) {
      const uint32_t number = row_packets.divide(column, column);
      row = offset(s.reduced_axes, s.reduced_axes.in, number);
    }
    float v[V];
    load(from + row + column * V, v);
    add<kFold>(total, v);
  }
  total =
      lanes == kReduceThreads ? reduce_threads<kFold>(total) : reduce_lanes<kFold>(total, lanes);
  if (!inside || threadIdx.x % lanes != 0) return;
  if (partial != nullptr) {
    partial[blockIdx.y * s.kept + output] = total;
  } else {
    y[offset(s.kept_axes, s.kept_axes.out, output)] = from_float<T>(finished(s, total));
  }
}

// Short rows behind each other, whose length is no multiple of packets: a block copies its rows to
// shared memory in packets.
constexpr int kStagedRows = 64;
constexpr int64_t kLongestStaged = 256;
template <typename T, ReduceFold kFold>
__global__ void __launch_bounds__(kReduceThreads)
    reduce_staged(ReduceShape s, const T* __restrict__ x, T* __restrict__ y) {
  follow_producers();
  extern __shared__ __align__(16) unsigned char memory[];
  T* const staged = reinterpret_cast<T*>(memory);
  constexpr int V = kWidest<T>;
  const int length = static_cast<int>(s.length);
  const int64_t first = static_cast<int64_t>(blockIdx.x) * kStagedRows;
  const int rows = static_cast<int>(min(static_cast<int64_t>(kStagedRows), s.kept - first));
  const int elements = rows * length;
  const T* from = x + first * length;
  for (int i = threadIdx.x * V; i < elements; i += kReduceThreads * V) {
    if (i + V <= elements) {
      *reinterpret_cast<Packet<T, V>*>(staged + i) = load_packet<T, V>(from + i);
    } else {
      for (int j = i; j < elements; ++j) staged[j] = from[j];
    }
  }
  __syncthreads();
  constexpr int kLanes = kReduceThreads / kStagedRows;
  const int row = threadIdx.x / kLanes;
  Total total = start_of<kFold>();
  for (int i = threadIdx.x % kLanes; row < rows && i < length; i += kLanes) {
    add<kFold>(total, {to_float(staged[row * length + i])});
  }
  total = reduce_lanes<kFold>(total, kLanes);
  if (row >= rows || threadIdx.x % kLanes != 0) return;
  y[offset(s.kept_axes, s.kept_axes.out, static_cast<uint32_t>(first + row))] =
      from_float<T>(finished(s, total));
}

// A thread has V outputs side by side; the threads of one x share their rows.
template <typename T, int V, ReduceFold kFold>
__global__ void reduce_columns(ReduceShape s, FastDivisor lane_packets, const T* x, T* y,
                               Total* partial) {
  follow_producers();
  extern __shared__ Total shared[];  // [y][x][V]
  const int64_t packet = static_cast<int64_t>(blockIdx.x) * kWarp + threadIdx.x;
  const bool inside = packet < s.kept * (s.length / V);
  uint32_t lane = inside ? packet : 0;
  const uint32_t output = lane_packets.divide(lane, lane);
  const T* from = x + offset(s.kept_axes, s.kept_axes.in, output) + lane * V;
  const auto rows = static_cast<unsigned>(s.reduced);
  const unsigned part = (rows + gridDim.y - 1) / gridDim.y;
  const unsigned end = inside ? min(rows, (blockIdx.y + 1) * part) : 0;
  Total total[V];
#pragma unroll
  for (int j = 0; j < V; ++j) total[j] = start_of<kFold>();
#pragma unroll 4
  for (unsigned r = blockIdx.y * part + threadIdx.y; r < end; r += blockDim.y) {
    float v[V];
    load(from + offset(s.reduced_axes, s.reduced_axes.in, r), v);
#pragma unroll
    for (int j = 0; j < V; ++j) add<kFold>(total[j], {v[j]});
  }
  // All threads sum up the columns of the block.
  const unsigned columns = kWarp * V;
#pragma unroll
  for (int j = 0; j < V; ++j) {
    shared[threadIdx.y * columns + threadIdx.x * V + j] = total[j];
  }
  __syncthreads();
  const unsigned threads = kWarp * blockDim.y;
  for (unsigned c = threadIdx.y * kWarp + threadIdx.x; c < columns; c += threads) {
    const int64_t number = static_cast<int64_t>(blockIdx.x) * columns + c;
    if (number >= s.kept * s.length) break;
    Total result = shared[c];
    for (unsigned other = 1; other < blockDim.y; ++other) {
      result = merged<kFold>(result, shared[other * columns + c]);
    }
    if (partial) {
      partial[blockIdx.y * s.kept * s.length + number] = result;
      continue;
    }
    uint32_t at = static_cast<uint32_t>(number) / V;
    const uint32_t kept = lane_packets.divide(at, at);
    y[offset(s.kept_axes, s.kept_axes.out, kept) + at * V + number % V] =
        from_float<T>(finished(s, result));
  }
}

// The parts of every output become one.
template <typename T, ReduceFold kFold>
__global__ void finish_parts(ReduceShape s, FastDivisor length, int parts, const Total* partial,
                             T* y) {
  follow_producers();
  __shared__ Total shared[8][kWarp];
  const int64_t outputs = s.lanes ? s.kept * s.length : s.kept;
  const int64_t output = static_cast<int64_t>(blockIdx.x) * kWarp + threadIdx.x;
  Total total = start_of<kFold>();
  for (int p = threadIdx.y; output < outputs && p < parts; p += 8) {
    total = merged<kFold>(total, partial[p * outputs + output]);
  }
  shared[threadIdx.y][threadIdx.x] = total;
  __syncthreads();
  if (threadIdx.y > 0 || output >= outputs) return;
  for (int other = 1; other < 8; ++other) {
    total = merged<kFold>(total, shared[other][threadIdx.x]);
  }
  uint32_t lane = output;
  const uint32_t kept = length.divide(lane, lane);
  y[offset(s.kept_axes, s.kept_axes.out, kept) + lane] = from_float<T>(finished(s, total));
}

// How the work is laid out.
struct Plan {
  dim3 grid;
  dim3 threads;
  int lanes = 1;  // threads of an output, of rows
};

Plan plan_rows(const ReduceShape& s, int v) {
  const int64_t packets = s.reduced * (s.length / v);
  Plan plan{.threads = dim3(kReduceThreads)};
  const bool few = s.kept < 16 * s.multiprocessors;
  while (plan.lanes < kWarp && packets >= (few ? 2 : 8) * plan.lanes) plan.lanes *= 2;
  if (packets >= (few ? 4 : 32) * kWarp) plan.lanes = kReduceThreads;
  int64_t parts = 1;
  if (plan.lanes == kReduceThreads && s.kept < s.multiprocessors) {
    parts = std::clamp<int64_t>(packets / (8 * kReduceThreads), 1,
                                ceil_div(2 * s.multiprocessors, s.kept));
  }
  plan.grid = dim3(static_cast<unsigned>(ceil_div(s.kept * plan.lanes, kReduceThreads)),
                   static_cast<unsigned>(parts));
  return plan;
}

Plan plan_columns(const ReduceShape& s, int v) {
  const int64_t blocks = std::max<int64_t>(ceil_div(s.kept * (s.length / v), kWarp), 1);
  const bool few = blocks < 4 * s.multiprocessors;
  Plan plan;
  plan.threads = dim3(kWarp, few && s.reduced >= 16 ? 16 : s.reduced >= 8 ? 8 : 2);
  int64_t parts = 1;
  if (blocks < s.multiprocessors) {
    parts = std::clamp<int64_t>(s.reduced / (8 * plan.threads.y), 1,
                                ceil_div(2 * s.multiprocessors, blocks));
  }
  plan.grid = dim3(static_cast<unsigned>(blocks), static_cast<unsigned>(parts));
  return plan;
}

bool in_packets(const ReduceAxes& axes, int v) {
  for (int a = 0; a < axes.count; ++a) {
    if (axes.in[a] % v != 0) return false;
  }
  return true;
}

// Whether the rows are short and lie behind each other.
bool can_stage(const ReduceShape& s) {
  const bool together = s.kept_axes.count == 1 && s.kept_axes.in[0] == s.length;
  return !s.lanes && together && s.reduced == 1 && s.length > 4 && s.length <= kLongestStaged &&
         s.kept >= 8 * kStagedRows;
}

template <typename T, ReduceFold kFold>
void launch_staged(const ReduceShape& s, const T* x, T* y, cudaStream_t stream) {
  const auto blocks = static_cast<unsigned>(ceil_div(s.kept, kStagedRows));
  const size_t shared = static_cast<size_t>(kStagedRows * s.length) * sizeof(T);
  launch_dependent(reduce_staged<T, kFold>, blocks, kReduceThreads, shared, stream, s, x, y);
}

template <typename T, int V, ReduceFold kFold>
void launch(const ReduceShape& s, const T* x, T* y, Total* workspace, cudaStream_t stream) {
  const Plan plan = s.lanes ? plan_columns(s, V) : plan_rows(s, V);
  Total* partial = plan.grid.y > 1 ? workspace : nullptr;
  const FastDivisor packets(s.length / V);
  if (s.lanes) {
    const size_t shared = sizeof(Total) * V * kWarp * plan.threads.y;
    launch_dependent(reduce_columns<T, V, kFold>, plan.grid, plan.threads, shared, stream, s,
                     packets, x, y, partial);
  } else {
    launch_dependent(reduce_rows<T, V, kFold>, plan.grid, plan.threads, 0, stream, s, packets,
                     plan.lanes, x, y, partial);
  }
  if (partial == nullptr) return;
  const int64_t outputs = s.lanes ? s.kept * s.length : s.kept;
  launch_dependent(finish_parts<T, kFold>, static_cast<unsigned>(ceil_div(outputs, kWarp)),
                   dim3(kWarp, 8), 0, stream, s, FastDivisor(s.lanes ? s.length : 1),
                   static_cast<int>(plan.grid.y), partial, y);
}

}  // namespace

size_t reduce_workspace_bytes(const ReduceShape& s) {
  int64_t parts = 1;
  for (const int v : {1, 4, 8}) {
    const Plan plan = s.lanes ? plan_columns(s, v) : plan_rows(s, v);
    parts = std::max<int64_t>(parts, plan.grid.y);
  }
  return parts == 1
             ? 0
             : static_cast<size_t>(parts * s.kept * (s.lanes ? s.length : 1)) * sizeof(Total);
}

// Calls fn with the fold as a constant.
template <typename Fn>
void with_fold(ReduceFold fold, Fn&& fn) {
  using enum ReduceFold;
  switch (fold) {
    case kSum: return fn(std::integral_constant<ReduceFold, kSum>{});
    case kProd: return fn(std::integral_constant<ReduceFold, kProd>{});
    case kMax: return fn(std::integral_constant<ReduceFold, kMax>{});
    case kMin: return fn(std::integral_constant<ReduceFold, kMin>{});
    case kSquares: return fn(std::integral_constant<ReduceFold, kSquares>{});
    case kAbs: return fn(std::integral_constant<ReduceFold, kAbs>{});
    case kLogSumExp: return fn(std::integral_constant<ReduceFold, kLogSumExp>{});
  }
}

void launch_reduce(const ReduceShape& s, const void* x, void* y, void* workspace,
                   cudaStream_t stream) {
  with_float_type(s.type, [&](auto zero) {
    using T = decltype(zero);
    constexpr int kWide = kWidest<T>;
    const bool wide = s.length % kWide == 0 && begins_aligned(x) &&
                      in_packets(s.kept_axes, kWide) && in_packets(s.reduced_axes, kWide);
    const auto* from = static_cast<const T*>(x);
    auto* to = static_cast<T*>(y);
    auto* total = static_cast<Total*>(workspace);
    with_fold(s.fold, [&](auto fold) {
      if (wide) {
        launch<T, kWide, fold.value>(s, from, to, total, stream);
      } else if (begins_aligned(x) && can_stage(s) && s.length * sizeof(T) <= 512) {
        launch_staged<T, fold.value>(s, from, to, stream);
      } else {
        launch<T, 1, fold.value>(s, from, to, total, stream);
      }
    });
  });
}

}  // namespace tenon
