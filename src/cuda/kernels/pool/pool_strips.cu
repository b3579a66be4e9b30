#include <cmath>
#include <type_traits>

#include "cuda/dependent_launch.h"
#include "cuda/kernels/pool/pool_folds.cuh"
#include "cuda/vector_access.h"

namespace tenon {
namespace {

using namespace pool;

constexpr int kThreads = 128;
constexpr int kRows = 4;  // outputs of a thread, below each other
// Where there would be fewer, outputs had better have threads of their own.
constexpr int64_t kLeastThreads = 16384;

struct StripsParams {
  PoolShape s;
  FastDivisor across;  // threads that share a row of outputs
  FastDivisor strips;  // of rows, in a plane
  unsigned threads;
  bool packed;  // whole packets of every row of the input are aligned
  bool stores;  // and of the output
};

// What is made of the elements of windows: of no element, of two, and in the end.
template <typename T>
struct Greatest {
  using Number = T;
  __device__ static T nothing() { return from_float<T>(-INFINITY); }
  __device__ static T of(T x) { return x; }
  __device__ static T join(T a, T b) { return larger(a, b); }
  __device__ static T result(T total, float) { return total; }
};
template <typename T>
struct Mean {
  using Number = float;
  __device__ static float nothing() { return 0; }
  __device__ static float of(T x) { return to_float(x); }
  __device__ static float join(float a, float b) { return a + b; }
  __device__ static T result(float total, float factor) { return from_float<T>(total * factor); }
};

// Windows of kWindow by kWindow elements, kStride apart, the first of which begin kPad before the
// input. A thread has V outputs side by side in kRows rows.
template <typename T, typename Fold, int kWindow, int kStride, int kPad>
class Strip {
 public:
  static constexpr int V = kWidest<T>;
  using Number = typename Fold::Number;

  __device__ Strip(const StripsParams& p, const T* plane, int row, int column)
      : p_(p), plane_(plane), row_(row), column_(column) {
    whole_ = p.packed && (column + V) * kStride <= p.s.axis[2].in;
  }

  __device__ void run(T* to) {
    constexpr int kKept = kWindow > kStride ? kWindow - kStride : 0;
    float across[V];
#pragma unroll
    for (int i = 0; i < V; ++i) across[i] = factor_of(taps_of(p_.s.axis[2], column_ + i));
    Number rows[kWindow][V];
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      if (row_ + r >= p_.s.axis[1].out) continue;
#pragma unroll
      for (int i = 0; i < kWindow; ++i) {
        if (r > 0 && i < kKept) {
#pragma unroll
          for (int c = 0; c < V; ++c) rows[i][c] = rows[(i + kStride) % kWindow][c];
        } else {
          fold_row((row_ + r) * kStride - kPad + i, rows[i]);
        }
      }
      const float down = factor_of(taps_of(p_.s.axis[1], row_ + r));
      Packet<T, V> y;
#pragma unroll
      for (int c = 0; c < V; ++c) {
        Number total = rows[0][c];
#pragma unroll
        for (int i = 1; i < kWindow; ++i) total = Fold::join(total, rows[i][c]);
        y.e[c] = Fold::result(total, down * across[c]);
      }
      store(to + r * p_.s.axis[2].out, y);
    }
  }

 private:
  static constexpr int kSpan = (V - 1) * kStride + kWindow;  // elements of a row that it reads

  // One part of 1 / the number of elements that count.
  __device__ float factor_of(const Taps& taps) const {
    if (std::is_same_v<Fold, Greatest<T>>) return 1;
    const int count = p_.s.count_include_pad ? taps.padded : taps.last - taps.first;
    return 1 / static_cast<float>(max(count, 1));
  }

  // What each of the V windows makes of one row of the input.
  __device__ void fold_row(int row, Number (&to)[V]) const {
    Number x[kSpan];
#pragma unroll
    for (Number& n : x) n = Fold::nothing();
    if (row >= 0 && row < p_.s.axis[1].in) read_row(row, x);
#pragma unroll
    for (int c = 0; c < V; ++c) {
      to[c] = x[c * kStride];
#pragma unroll
      for (int t = 1; t < kWindow; ++t) to[c] = Fold::join(to[c], x[c * kStride + t]);
    }
  }

  __device__ void read_row(int row, Number (&x)[kSpan]) const {
    const int width = p_.s.axis[2].in;
    const int begin = column_ * kStride - kPad;
    const T* from = plane_ + row * width + begin;
    constexpr int kPackets = kStride * V;  // elements from kPad on that come in packets
    if (whole_) {
#pragma unroll
      for (int i = 0; i < kStride; ++i) {
        const auto packet = load_packet<T, V>(from + kPad + i * V);
#pragma unroll
        for (int e = 0; e < V; ++e) {
          if (kPad + i * V + e < kSpan) x[kPad + i * V + e] = Fold::of(packet.e[e]);
        }
      }
    }
#pragma unroll
    for (int i = 0; i < kSpan; ++i) {
      if (i >= kPad && i < kPad + kPackets && whole_) continue;
      if (begin + i >= 0 && begin + i < width) x[i] = Fold::of(from[i]);
    }
  }

  __device__ void store(T* to, const Packet<T, V>& y) const {
    const int width = p_.s.axis[2].out;
    if (p_.stores && column_ + V <= width) {
      store_packet(to, y);
      return;
    }
#pragma unroll
    for (int c = 0; c < V; ++c) {
      if (column_ + c < width) to[c] = y.e[c];
    }
  }

  const StripsParams& p_;
  const T* plane_;
  int row_;
  int column_;
  bool whole_;
};

template <typename T, typename Fold, int kWindow, int kStride, int kPad>
__global__ void __launch_bounds__(kThreads)
    pool_strips(const __grid_constant__ StripsParams p, const T* __restrict__ x,
                T* __restrict__ y) {
  follow_producers();
  const PoolShape& s = p.s;
  uint32_t group = blockIdx.x * kThreads + threadIdx.x;
  if (group >= p.threads) return;
  uint32_t strip = p.across.divide(group, group);
  uint32_t channel = p.strips.divide(strip, strip);
  const uint32_t image = s.planes.divide(channel, channel);
  const int row = static_cast<int>(strip) * kRows;
  const int column = static_cast<int>(group) * kWidest<T>;
  const T* plane =
      x + image * s.in_stride + static_cast<int64_t>(channel) * s.axis[1].in * s.axis[2].in;
  T* to = y + image * s.out_stride +
          (static_cast<int64_t>(channel) * s.axis[1].out + row) * s.axis[2].out + column;
  Strip<T, Fold, kWindow, kStride, kPad>(p, plane, row, column).run(to);
}

// Whether the windows are such, on both axes.
bool windows_are(const PoolShape& s, int window, int stride, int pad) {
  const auto is = [&](const PoolAxis& a) {
    return a.window == window && a.stride == stride && a.pad_begin == pad && a.dilation == 1;
  };
  return is(s.axis[1]) && is(s.axis[2]);
}

template <typename T, int kWindow, int kStride, int kPad>
bool launch_if(const StripsParams& p, const T* x, T* y, cudaStream_t stream) {
  if (!windows_are(p.s, kWindow, kStride, kPad)) return false;
  const unsigned blocks = (p.threads + kThreads - 1) / kThreads;
  if (p.s.max) {
    launch_dependent(pool_strips<T, Greatest<T>, kWindow, kStride, kPad>, blocks, kThreads, 0,
                     stream, p, x, y);
  } else {
    launch_dependent(pool_strips<T, Mean<T>, kWindow, kStride, kPad>, blocks, kThreads, 0, stream,
                     p, x, y);
  }
  return true;
}

}  // namespace

bool launch_pool_strips(const PoolShape& s, const void* x, void* y, cudaStream_t stream) {
  const PoolAxis& h = s.axis[1];
  const PoolAxis& w = s.axis[2];
  const bool flat = s.axis[0].in == 1 && s.axis[0].out == 1 && s.axis[0].window == 1;
  if (s.channels_last || !flat) return false;
  bool done = false;
  with_float_type(s.type, [&](auto zero) {
    using T = decltype(zero);
    constexpr int kWide = kWidest<T>;
    const int across = (w.out + kWide - 1) / kWide;
    const int strips = (h.out + kRows - 1) / kRows;
    const int64_t threads = s.images * s.channels * strips * across;
    if (threads < kLeastThreads) return;
    StripsParams p{s, FastDivisor(across), FastDivisor(strips), static_cast<unsigned>(threads)};
    p.s.planes = FastDivisor(s.channels);
    p.packed = w.in % kWide == 0 && s.in_stride % kWide == 0 && begins_aligned(x);
    p.stores = w.out % kWide == 0 && s.out_stride % kWide == 0 && begins_aligned(y);
    const auto* from = static_cast<const T*>(x);
    auto* to = static_cast<T*>(y);
    done = launch_if<T, 3, 2, 1>(p, from, to, stream) ||
           launch_if<T, 3, 1, 1>(p, from, to, stream) ||
           launch_if<T, 2, 2, 0>(p, from, to, stream) || launch_if<T, 3, 2, 0>(p, from, to, stream);
  });
  return done;
}

}  // namespace tenon
