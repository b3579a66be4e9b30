#include <algorithm>

#include "base/rounding.h"
#include "cuda/dependent_launch.h"
#include "cuda/kernels/normalization/moments.cuh"
#include "cuda/kernels/normalization/normalization_kernels.h"
#include "cuda/kernels/rows/packets.cuh"

namespace tenon {
namespace {

using namespace rows;

constexpr int kThreads = 128;      // of blocks whose warps have rows of their own
constexpr int kLongThreads = 512;  // of blocks that read a row, or a part of it, twice
constexpr int64_t kPart = 8192;    // least elements of a part

struct Parameters {
  NormalizationParameter scale;
  NormalizationParameter bias;
};

// The elements of a parameter for V elements of a row, `otherwise` where it is absent.
template <typename T, int V>
__device__ void fetch(const NormalizationParameter& p, int row_place, int at, float otherwise,
                      float (&to)[V]) {
  const T* data = static_cast<const T*>(p.data) + row_place;
  const bool one = p.data == nullptr || p.elements.step.divisor % V == 0;
  if (p.data != nullptr && p.together) {
    load(data + at, to);
  } else if (one) {
    const float value = p.data == nullptr ? otherwise : to_float(data[place(p.elements, at)]);
#pragma unroll
    for (int i = 0; i < V; ++i) to[i] = value;
  } else {
#pragma unroll
    for (int i = 0; i < V; ++i) to[i] = to_float(data[place(p.elements, at + i)]);
  }
}

template <int V>
__device__ void normalize(float (&v)[V], float mean, float factor, const float (&scale)[V],
                          const float (&bias)[V]) {
#pragma unroll
  for (int i = 0; i < V; ++i) v[i] = fmaf((v[i] - mean) * factor, scale[i], bias[i]);
}

template <typename T, int V>
__device__ void apply(float (&v)[V], float mean, float factor, const Parameters& p, int scale_place,
                      int bias_place, int at) {
  float scale[V];
  float bias[V];
  fetch<T>(p.scale, scale_place, at, 1, scale);
  fetch<T>(p.bias, bias_place, at, 0, bias);
  normalize(v, mean, factor, scale, bias);
}

// One row that `lanes` threads hold in registers, P packets each; this thread is `lane`. Parameters
// that lie as a row does are asked for before the sums, so that they are there after them.
template <typename T, int V, int P, typename Reduce>
__device__ void normalize_row(const NormalizationShape& s, const T* x, T* y, const Parameters& p,
                              int64_t row, int n, int lane, int lanes, const Reduce& reduce) {
  constexpr int kMostAhead = 4;  // packets, for which there are registers
  Packet<T, V> packets[P];
  Packet<T, V> scales[P];
  Packet<T, V> biases[P];
  const int scale_place = place(p.scale.rows, static_cast<uint32_t>(row));
  const int bias_place = place(p.bias.rows, static_cast<uint32_t>(row));
  const auto is_row = [](const NormalizationParameter& q) {
    return q.data != nullptr && q.together;
  };
  const bool ahead = P <= kMostAhead && is_row(p.scale) && is_row(p.bias);
#pragma unroll
  for (int k = 0; k < P; ++k) {
    const int at = (k * lanes + lane) * V;
    if (at < n) packets[k] = load_packet<T, V>(x + row * s.n + at);
  }
#pragma unroll
  for (int k = 0; k < P; ++k) {
    const int at = (k * lanes + lane) * V;
    if (!ahead || at >= n) continue;
    scales[k] = load_packet<T, V>(static_cast<const T*>(p.scale.data) + scale_place + at);
    biases[k] = load_packet<T, V>(static_cast<const T*>(p.bias.data) + bias_place + at);
  }
  const auto each_packet = [&](auto&& visit) {
#pragma unroll
    for (int k = 0; k < P; ++k) {
      const int at = (k * lanes + lane) * V;
      float v[V];
      unpack(packets[k], v);
      if (at < n) visit(k, at, v);
    }
  };
  const float count = static_cast<float>(s.n);
  float mean = 0;
  if (!s.rms) {
    float sum = 0;
    each_packet([&](int, int, const float(&v)[V]) {
#pragma unroll
      for (int i = 0; i < V; ++i) sum += v[i];
    });
    mean = reduce(sum) / count;
  }
  float squares = 0;
  each_packet([&](int, int, const float(&v)[V]) {
#pragma unroll
    for (int i = 0; i < V; ++i) squares = fmaf(v[i] - mean, v[i] - mean, squares);
  });
  const float factor = rsqrtf(reduce(squares) / count + s.epsilon);
  each_packet([&](int k, int at, float(&v)[V]) {
    if (ahead) {
      float scale[V], bias[V];
      unpack(scales[k], scale);
      unpack(biases[k], bias);
      normalize(v, mean, factor, scale, bias);
    } else {
      apply<T>(v, mean, factor, p, scale_place, bias_place, at);
    }
    store(y + row * s.n + at, v);
  });
}

// Groups of `lanes` threads, a power of 2 up to a warp, have a row each.
template <typename T, int V, int P>
__global__ void __launch_bounds__(kThreads)
    normalize_lanes(NormalizationShape s, const T* x, T* y, Parameters p, int lanes) {
  follow_producers();
  const int64_t row = static_cast<int64_t>(blockIdx.x) * (kThreads / lanes) + threadIdx.x / lanes;
  const bool inside = row < s.rows;
  normalize_row<T, V, P>(s, x, y, p, inside ? row : 0, inside ? static_cast<int>(s.n) : 0,
                         threadIdx.x % lanes, lanes,
                         [=](float v) { return reduce_lanes(v, Sum{}, lanes); });
}

template <typename T, int V, int P, int kBlock>
__global__ void __launch_bounds__(kBlock)
    normalize_blocks(NormalizationShape s, const T* x, T* y, Parameters p) {
  follow_producers();
  __shared__ float scratch[kWarp];
  normalize_row<T, V, P>(s, x, y, p, blockIdx.x, static_cast<int>(s.n), threadIdx.x, kBlock,
                         [](float v) { return reduce_block(v, Sum{}, scratch); });
}

// Part blockIdx.y of row blockIdx.x, `part` elements long.
template <typename T, int V>
__device__ Moments moments_of_part(const NormalizationShape& s, const T* x, int64_t part,
                                   Moments* scratch) {
  const T* row = x + blockIdx.x * s.n;
  const int64_t end = min(s.n, (blockIdx.y + 1) * part);
  Moments m = no_moments();
#pragma unroll 4
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
  follow_producers();
  __shared__ Moments scratch[kWarp];
  const Moments m = moments_of_part<T, V>(s, x, s.n, scratch);
  apply_to_part<T, V>(s, x, y, p, s.n, m);
}

template <typename T, int V>
__global__ void __launch_bounds__(kLongThreads)
    parts_moments(NormalizationShape s, const T* x, int64_t part, Moments* to) {
  follow_producers();
  __shared__ Moments scratch[kWarp];
  const Moments m = moments_of_part<T, V>(s, x, part, scratch);
  if (threadIdx.x == 0) to[blockIdx.x * gridDim.y + blockIdx.y] = m;
}

template <typename T, int V>
__global__ void __launch_bounds__(kLongThreads)
    normalize_parts(NormalizationShape s, const T* x, T* y, Parameters p, int64_t part,
                    const Moments* from) {
  follow_producers();
  __shared__ Moments scratch[kWarp];
  Moments m = no_moments();
  for (unsigned i = threadIdx.x; i < gridDim.y; i += kLongThreads) {
    m = merged(m, from[blockIdx.x * gridDim.y + i]);
  }
  apply_to_part<T, V>(s, x, y, p, part, reduce_block(m, scratch));
}

// Elements of the longest row that a block holds in registers, 32 a thread.
constexpr int64_t kLongest = 1024 * 32;

// Into how many parts a row is split so that every multiprocessor has work.
int64_t parts_of(const NormalizationShape& s) {
  if (s.n <= 2 * kPart || s.rows >= s.multiprocessors) return 1;
  return std::clamp<int64_t>(s.n / kPart, 1, ceil_div(2 * s.multiprocessors, s.rows));
}

template <typename T, int V>
struct Launcher {
  const NormalizationShape& s;
  const T* x;
  const Parameters& p;
  T* y;
  Moments* workspace;
  cudaStream_t stream;

  template <int kElements>
  void lanes() const {
    constexpr int P = std::max(kElements / V, 1);
    int lanes = 1;
    while (lanes < kWarp && lanes * V * P < s.n) lanes *= 2;
    const auto blocks = static_cast<unsigned>(ceil_div(s.rows, kThreads / lanes));
    launch_dependent(normalize_lanes<T, V, P>, blocks, kThreads, 0, stream, s, x, y, p, lanes);
  }
  template <int kElements, int kBlock>
  void blocks() const {
    constexpr int P = std::max(kElements / V, 1);
    const auto rows = static_cast<unsigned>(s.rows);
    launch_dependent(normalize_blocks<T, V, P, kBlock>, rows, kBlock, 0, stream, s, x, y, p);
  }

  void rows() const {
    const bool few = s.rows < 2 * s.multiprocessors;
    const int64_t parts = parts_of(s);
    if (parts > 1) return split(parts);
    if (s.n <= kWarp * 8) return lanes<8>();
    if (s.n <= kWarp * 32 && !few) return lanes<32>();
    if (s.n <= 256 * 8) return blocks<8, 256>();
    if (s.n <= 256 * 16) return blocks<16, 256>();
    if (s.n <= 256 * 32) return blocks<32, 256>();
    if (s.n <= kLongest) return blocks<32, 1024>();
    launch_dependent(normalize_long<T, V>, static_cast<unsigned>(s.rows), kLongThreads, 0, stream,
                     s, x, y, p);
  }

  void split(int64_t parts) const {
    const int64_t part = ceil_div(s.n / V, parts) * V;
    const dim3 grid(static_cast<unsigned>(s.rows), static_cast<unsigned>(parts));
    launch_dependent(parts_moments<T, V>, grid, kLongThreads, 0, stream, s, x, part, workspace);
    launch_dependent(normalize_parts<T, V>, grid, kLongThreads, 0, stream, s, x, y, p, part,
                     workspace);
  }
};

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
      Launcher<T, kWide>{s, from, p, to, workspace, stream}.rows();
    } else {
      Launcher<T, 1>{s, from, p, to, workspace, stream}.rows();
    }
  });
}

}  // namespace tenon
