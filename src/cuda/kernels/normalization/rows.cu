#include <algorithm>

#include "cuda/kernels/normalization/moments.cuh"
#include "cuda/kernels/normalization/normalization_kernels.h"
#include "cuda/kernels/rows/packets.cuh"

namespace tenon {
namespace {

using namespace rows;

constexpr int kThreads = 128;       // of blocks whose warps take a row each
constexpr int kBlockThreads = 256;  // of blocks that take a row, kept in registers
constexpr int kLongThreads = 512;   // of blocks that read a row, or a part of it, twice
constexpr int64_t kLongest = 32 * kBlockThreads;  // elements of a row in registers

struct Parameters {
  NormalizationParameter scale;
  NormalizationParameter bias;
};

// The elements of a parameter for V elements of a row, `otherwise` where it is absent.
template <typename T, int V>
__device__ void fetch(const NormalizationParameter& p, int row_place, int at, float otherwise,
                      float (&to)[V]) {
  const T* data = static_cast<const T*>(p.data) + row_place;
  if (p.data == nullptr) {
#pragma unroll
    for (int i = 0; i < V; ++i) to[i] = otherwise;
  } else if (p.together) {
    load(data + at, to);
  } else {
#pragma unroll
    for (int i = 0; i < V; ++i) to[i] = to_float(data[place(p.elements, at + i)]);
  }
}

template <typename T, int V>
__device__ void apply(float (&v)[V], float mean, float factor, const Parameters& p, int scale_place,
                      int bias_place, int at) {
  float scale[V];
  float bias[V];
  fetch<T>(p.scale, scale_place, at, 1, scale);
  fetch<T>(p.bias, bias_place, at, 0, bias);
#pragma unroll
  for (int i = 0; i < V; ++i) v[i] = fmaf((v[i] - mean) * factor, scale[i], bias[i]);
}

// One row that threads hold in registers, P packets each.
template <typename T, int V, int P, typename Reduce>
__device__ void normalize_row(const NormalizationShape& s, const T* x, T* y, const Parameters& p,
                              int64_t row, int lane, int lanes, const Reduce& reduce) {
  const int n = static_cast<int>(s.n);
  float v[P][V];
  float sum = 0;
#pragma unroll
  for (int k = 0; k < P; ++k) {
    const int at = (k * lanes + lane) * V;
    if (at >= n) break;
    load(x + row * n + at, v[k]);
#pragma unroll
    for (int i = 0; i < V; ++i) sum += v[k][i];
  }
  const float mean = s.rms ? 0 : reduce(sum) / static_cast<float>(n);
  float squares = 0;
#pragma unroll
  for (int k = 0; k < P; ++k) {
    if ((k * lanes + lane) * V >= n) break;
#pragma unroll
    for (int i = 0; i < V; ++i) squares = fmaf(v[k][i] - mean, v[k][i] - mean, squares);
  }
  const float factor = rsqrtf(reduce(squares) / static_cast<float>(n) + s.epsilon);
  const int scale_place = place(p.scale.rows, static_cast<uint32_t>(row));
  const int bias_place = place(p.bias.rows, static_cast<uint32_t>(row));
#pragma unroll
  for (int k = 0; k < P; ++k) {
    const int at = (k * lanes + lane) * V;
    if (at >= n) break;
    apply<T>(v[k], mean, factor, p, scale_place, bias_place, at);
    store(y + row * n + at, v[k]);
  }
}

template <typename T, int V, int P>
__global__ void __launch_bounds__(kThreads)
    normalize_warps(NormalizationShape s, const T* x, T* y, Parameters p) {
  const int64_t row = static_cast<int64_t>(blockIdx.x) * (kThreads / kWarp) + threadIdx.x / kWarp;
  if (row >= s.rows) return;
  normalize_row<T, V, P>(s, x, y, p, row, threadIdx.x % kWarp, kWarp,
                         [](float v) { return reduce_warp(v, Sum{}); });
}

template <typename T, int V, int P>
__global__ void __launch_bounds__(kBlockThreads)
    normalize_blocks(NormalizationShape s, const T* x, T* y, Parameters p) {
  __shared__ float scratch[kWarp];
  normalize_row<T, V, P>(s, x, y, p, blockIdx.x, threadIdx.x, kBlockThreads,
                         [](float v) { return reduce_block(v, Sum{}, scratch); });
}

// Part blockIdx.y of row blockIdx.x, `part` elements long.
template <typename T, int V>
__device__ Moments moments_of_part(const NormalizationShape& s, const T* x, int64_t part,
                                   Moments* scratch) {
  const T* row = x + blockIdx.x * s.n;
  const int64_t end = min(s.n, (blockIdx.y + 1) * part);
  Moments m = no_moments();
  for (int64_t at = blockIdx.y * part + threadIdx.x * V; at < end; at += kLongThreads * V) {
    float v[V];
    load(row + at, v);
    add(m, v, s.rms);
  }
  return reduce_block(m, scratch);
}

template <typename T, int V>
__device__ void apply_to_part(const NormalizationShape& s, const T* x, T* y, const Parameters& p,
                              int64_t part, const Moments& m) {
  const int64_t first = blockIdx.x * s.n;
  const int64_t end = min(s.n, (blockIdx.y + 1) * part);
  const float factor = factor_of(m, s.epsilon);
  const int scale_place = place(p.scale.rows, blockIdx.x);
  const int bias_place = place(p.bias.rows, blockIdx.x);
  for (int64_t at = blockIdx.y * part + threadIdx.x * V; at < end; at += kLongThreads * V) {
    float v[V];
    load(x + first + at, v);
    apply<T>(v, m.mean, factor, p, scale_place, bias_place, static_cast<int>(at));
    store(y + first + at, v);
  }
}

template <typename T, int V>
__global__ void __launch_bounds__(kLongThreads)
    normalize_long(NormalizationShape s, const T* x, T* y, Parameters p) {
  __shared__ Moments scratch[kWarp];
  const Moments m = moments_of_part<T, V>(s, x, s.n, scratch);
  apply_to_part<T, V>(s, x, y, p, s.n, m);
}

template <typename T, int V>
__global__ void __launch_bounds__(kLongThreads)
    parts_moments(NormalizationShape s, const T* x, int64_t part, Moments* to) {
  __shared__ Moments scratch[kWarp];
  const Moments m = moments_of_part<T, V>(s, x, part, scratch);
  if (threadIdx.x == 0) to[blockIdx.x * gridDim.y + blockIdx.y] = m;
}

template <typename T, int V>
__global__ void __launch_bounds__(kLongThreads)
    normalize_parts(NormalizationShape s, const T* x, T* y, Parameters p, int64_t part,
                    const Moments* from) {
  __shared__ Moments scratch[kWarp];
  Moments m = no_moments();
  for (unsigned i = threadIdx.x; i < gridDim.y; i += kLongThreads) {
    m = merged(m, from[blockIdx.x * gridDim.y + i]);
  }
  apply_to_part<T, V>(s, x, y, p, part, reduce_block(m, scratch));
}

// Into how many parts a row is split so that every multiprocessor has work.
int64_t parts_of(const NormalizationShape& s) {
  if (s.n <= 2 * kLongest || s.rows >= s.multiprocessors) return 1;
  const int64_t wanted = (2 * s.multiprocessors + s.rows - 1) / s.rows;
  return std::clamp<int64_t>(s.n / kLongest, 1, wanted);
}

template <typename T, int V>
void launch_rows(const NormalizationShape& s, const T* x, const Parameters& p, T* y,
                 Moments* workspace, cudaStream_t stream) {
  const auto rows = static_cast<unsigned>(s.rows);
  const auto warps = [&](auto packets) {
    constexpr int kPackets = std::max(decltype(packets)::value / V, 1);
    constexpr unsigned kRows = kThreads / kWarp;
    normalize_warps<T, V, kPackets>
        <<<(rows + kRows - 1) / kRows, kThreads, 0, stream>>>(s, x, y, p);
  };
  const auto blocks = [&](auto packets) {
    constexpr int kPackets = std::max(decltype(packets)::value / V, 1);
    normalize_blocks<T, V, kPackets><<<rows, kBlockThreads, 0, stream>>>(s, x, y, p);
  };
  const bool few = s.rows < 2 * s.multiprocessors;
  const int64_t a_lane = (s.n + kWarp - 1) / kWarp;
  const int64_t a_thread = (s.n + kBlockThreads - 1) / kBlockThreads;
  if (a_lane <= 8) return warps(std::integral_constant<int, 8>{});
  if (a_lane <= 32 && !few) return warps(std::integral_constant<int, 32>{});
  if (a_thread <= 8) return blocks(std::integral_constant<int, 8>{});
  if (a_thread <= 32) return blocks(std::integral_constant<int, 32>{});
  const int64_t parts = parts_of(s);
  if (parts == 1) {
    normalize_long<T, V><<<rows, kLongThreads, 0, stream>>>(s, x, y, p);
    return;
  }
  const int64_t part = (s.n / V + parts - 1) / parts * V;
  const dim3 grid(rows, static_cast<unsigned>(parts));
  parts_moments<T, V><<<grid, kLongThreads, 0, stream>>>(s, x, part, workspace);
  normalize_parts<T, V><<<grid, kLongThreads, 0, stream>>>(s, x, y, p, part, workspace);
}

// Whether every packet of V elements of every row of a parameter can be loaded.
bool in_packets(const NormalizationParameter& p, int v) {
  return p.data == nullptr || !p.together || p.rows.stride % v == 0;
}

}  // namespace

int64_t normalization_row_moments(const NormalizationShape& s) {
  const int64_t parts = parts_of(s);
  return parts == 1 ? 0 : parts * s.rows;
}

void launch_normalize_rows(const NormalizationShape& s, const void* x,
                           const NormalizationParameter& scale, const NormalizationParameter& bias,
                           void* y, Moments* workspace, cudaStream_t stream) {
  with_float_type(s.type, [&](auto zero) {
    using T = decltype(zero);
    constexpr int kWide = kWidest<T>;
    const auto* from = static_cast<const T*>(x);
    auto* to = static_cast<T*>(y);
    const Parameters p{scale, bias};
    if (s.n % kWide == 0 && in_packets(scale, kWide) && in_packets(bias, kWide)) {
      launch_rows<T, kWide>(s, from, p, to, workspace, stream);
    } else {
      launch_rows<T, 1>(s, from, p, to, workspace, stream);
    }
  });
}

}  // namespace tenon
