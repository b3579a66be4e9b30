#include <type_traits>

#include "cuda/dependent_launch.h"
#include "cuda/kernels/pool/pool_folds.cuh"

namespace tenon {
namespace {

using namespace pool;

constexpr int kThreads = 256;
constexpr int kRows = 4;                  // outputs of a thread, below each other
constexpr int64_t kFewOutputs = 1 << 20;  // which had better have a thread each

struct StripsParams {
  PoolShape s;
  FastDivisor strips;  // of a plane
  unsigned threads;
};

// A thread a strip of a column of outputs. What it made of a row of taps serves every window that
// has the row.
template <typename T, typename Fold, int kWindow, int kStride>
__global__ void __launch_bounds__(kThreads)
    pool_strips(const __grid_constant__ StripsParams p, const T* __restrict__ x,
                T* __restrict__ y) {
  follow_producers();
  const PoolShape& s = p.s;
  const unsigned thread = blockIdx.x * kThreads + threadIdx.x;
  if (thread >= p.threads) return;
  uint32_t ow = thread;
  uint32_t strip = s.out[2].divide(ow, ow);
  uint32_t channel = p.strips.divide(strip, strip);
  const uint32_t image = s.planes.divide(channel, channel);
  const int width = s.axis[2].in;
  const Taps w = taps_of(s.axis[2], static_cast<int>(ow));
  const T* from =
      x + image * s.in_stride + static_cast<int64_t>(channel) * s.axis[1].in * width + w.begin;
  const int first = static_cast<int>(strip) * kRows;
  T* to = y + image * s.out_stride +
          (static_cast<int64_t>(channel) * s.axis[1].out + first) * s.axis[2].out + ow;
  const auto fold_row = [&](int row) {
    Fold fold;
    if (row < 0 || row >= s.axis[1].in) return fold;
    Packet<T, 1> tap[kWindow];
#pragma unroll
    for (int t = 0; t < kWindow; ++t) {
      if (t >= w.first && t < w.last) tap[t] = load_packet<T, 1>(from + row * width + t);
    }
#pragma unroll
    for (int t = 0; t < kWindow; ++t) {
      if (t >= w.first && t < w.last) fold.add(tap[t]);
    }
    return fold;
  };
  constexpr int kKept = kWindow > kStride ? kWindow - kStride : 0;
  Fold rows[kWindow];
#pragma unroll
  for (int r = 0; r < kRows; ++r) {
    if (first + r >= s.axis[1].out) continue;
    const Taps h = taps_of(s.axis[1], first + r);
#pragma unroll
    for (int i = 0; i < kWindow; ++i) {
      rows[i] = r > 0 && i < kKept ? rows[i + kStride < kWindow ? i + kStride : i]
                                   : fold_row(h.begin + i);
    }
    Fold total = rows[0];
#pragma unroll
    for (int i = 1; i < kWindow; ++i) total.join(rows[i]);
    const int count =
        s.count_include_pad ? h.padded * w.padded : (h.last - h.first) * (w.last - w.first);
    store_packet(to + r * s.axis[2].out, total.result(count));
  }
}

template <typename T, int kWindow, int kStride>
void launch(const StripsParams& p, const T* x, T* y, cudaStream_t stream) {
  const unsigned blocks = (p.threads + kThreads - 1) / kThreads;
  if (p.s.max) {
    launch_dependent(pool_strips<T, Maximum<T, 1>, kWindow, kStride>, blocks, kThreads, 0, stream,
                     p, x, y);
  } else {
    launch_dependent(pool_strips<T, Average<T, 1>, kWindow, kStride>, blocks, kThreads, 0, stream,
                     p, x, y);
  }
}

}  // namespace

bool launch_pool_strips(const PoolShape& s, const void* x, void* y, cudaStream_t stream) {
  const PoolAxis& h = s.axis[1];
  const PoolAxis& w = s.axis[2];
  const bool flat = s.axis[0].in == 1 && s.axis[0].out == 1 && s.axis[0].window == 1;
  const bool square = h.window == w.window && h.dilation == 1 && w.dilation == 1;
  const bool known = (h.window == 2 || h.window == 3) && (h.stride == 1 || h.stride == 2);
  const int64_t outputs = s.images * s.channels * h.out * w.out;
  if (s.channels_last || !flat || !square || !known || outputs < kFewOutputs) return false;
  const int strips = (h.out + kRows - 1) / kRows;
  StripsParams p{s, FastDivisor(strips), 0};
  p.s.planes = FastDivisor(s.channels);
  p.threads = static_cast<unsigned>(s.images * s.channels * strips * w.out);
  with_float_type(s.type, [&](auto zero) {
    using T = decltype(zero);
    const auto* from = static_cast<const T*>(x);
    auto* to = static_cast<T*>(y);
    if (h.window == 2) {
      h.stride == 1 ? launch<T, 2, 1>(p, from, to, stream) : launch<T, 2, 2>(p, from, to, stream);
    } else {
      h.stride == 1 ? launch<T, 3, 1>(p, from, to, stream) : launch<T, 3, 2>(p, from, to, stream);
    }
  });
  return true;
}

}  // namespace tenon
