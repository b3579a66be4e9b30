#include "cuda/kernels/pool/pool_kernels.h"

#include "cuda/dependent_launch.h"
#include "cuda/kernels/pool/pool_folds.cuh"
#include "cuda/vector_access.h"

namespace tenon {
namespace {

using namespace pool;

constexpr int kThreads = 256;

// A window's output for V channels; places are `step` elements apart. kWindow: the extent of a
// square window without dilation, whose loads need not wait for each other; 0 for any other.
template <typename T, int V, typename Fold, int kWindow>
__device__ Packet<T, V> pool_window(const PoolShape& s, const T* x, int step, int od, int oh,
                                    int ow) {
  const Taps z = taps_of(s.axis[0], od), y = taps_of(s.axis[1], oh), w = taps_of(s.axis[2], ow);
  Fold fold;
  if constexpr (kWindow > 0) {
    const T* from = x + (y.begin * s.axis[2].in + w.begin) * static_cast<int64_t>(step);
    Packet<T, V> tap[kWindow][kWindow];
#pragma unroll
    for (int h = 0; h < kWindow; ++h) {
#pragma unroll
      for (int t = 0; t < kWindow; ++t) {
        const bool inside = h >= y.first && h < y.last && t >= w.first && t < w.last;
        const T* at = from + (h * s.axis[2].in + t) * step;
        if (inside) tap[h][t] = load_packet<T, V>(at);
      }
    }
#pragma unroll
    for (int h = 0; h < kWindow; ++h) {
#pragma unroll
      for (int t = 0; t < kWindow; ++t) {
        const bool inside = h >= y.first && h < y.last && t >= w.first && t < w.last;
        if (inside) fold.add(tap[h][t]);
      }
    }
  } else {
    for (int d = z.first; d < z.last; ++d) {
      const int plane = (z.begin + d * s.axis[0].dilation) * s.axis[1].in;
      for (int h = y.first; h < y.last; ++h) {
        const int row = (plane + y.begin + h * s.axis[1].dilation) * s.axis[2].in + w.begin;
#pragma unroll 4
        for (int t = w.first; t < w.last; ++t) {
          fold.add(load_packet<T, V>(x + (row + t * s.axis[2].dilation) * step));
        }
      }
    }
  }
  int count = (z.last - z.first) * (y.last - y.first) * (w.last - w.first);
  if (s.count_include_pad) count = z.padded * y.padded * w.padded;
  return fold.result(count);
}

// A thread an output place and V channels, the channels innermost.
template <typename T, int V, typename Fold, int kWindow>
__global__ void __launch_bounds__(kThreads)
    pool_channels_last(PoolShape s, unsigned outputs, const T* __restrict__ x, T* __restrict__ y) {
  follow_producers();
  const unsigned thread = blockIdx.x * kThreads + threadIdx.x;
  if (thread >= outputs) return;
  uint32_t packet = thread;
  const uint32_t place = s.planes.divide(packet, packet);
  uint32_t ow = place;
  uint32_t oh = s.out[2].divide(ow, ow);
  uint32_t od = s.out[1].divide(oh, oh);
  const uint32_t image = s.out[0].divide(od, od);
  const uint32_t in_image = place - image * s.out[0].divisor * s.out[1].divisor * s.out[2].divisor;
  store_packet(y + image * s.out_stride + in_image * s.out_pixel + packet * V,
               pool_window<T, V, Fold, kWindow>(s, x + image * s.in_stride + packet * V, s.in_pixel,
                                                od, oh, ow));
}

// A thread an output.
template <typename T, typename Fold, int kWindow>
__global__ void __launch_bounds__(kThreads)
    pool_planes(PoolShape s, unsigned outputs, const T* __restrict__ x, T* __restrict__ y) {
  follow_producers();
  const unsigned thread = blockIdx.x * kThreads + threadIdx.x;
  if (thread >= outputs) return;
  uint32_t ow = thread;
  uint32_t oh = s.out[2].divide(ow, ow);
  uint32_t od = s.out[1].divide(oh, oh);
  uint32_t plane = s.out[0].divide(od, od);
  const int in_plane = s.axis[0].in * s.axis[1].in * s.axis[2].in;
  const uint32_t out_plane = s.out[0].divisor * s.out[1].divisor * s.out[2].divisor;
  const uint32_t in_image = thread - s.planes.quotient(plane) * s.planes.divisor * out_plane;
  const uint32_t image = s.planes.divide(plane, plane);
  const T* from = x + image * s.in_stride + static_cast<int64_t>(plane) * in_plane;
  store_packet(y + image * s.out_stride + in_image,
               pool_window<T, 1, Fold, kWindow>(s, from, 1, od, oh, ow));
}

// The extent of a square window without dilation.
int window_of(const PoolShape& s) {
  const bool square = s.axis[0].in == 1 && s.axis[1].window == s.axis[2].window;
  return square && s.axis[1].dilation == 1 && s.axis[2].dilation == 1 ? s.axis[1].window : 0;
}

template <typename T, int V, typename Fold, int kWindow>
void launch(const PoolShape& s, const T* x, T* y, cudaStream_t stream) {
  const int64_t places =
      s.images * s.out[0].divisor * s.out[1].divisor * static_cast<int64_t>(s.out[2].divisor);
  const auto outputs = static_cast<unsigned>(places * (s.channels / V));
  const unsigned blocks = (outputs + kThreads - 1) / kThreads;
  if (s.channels_last) {
    launch_dependent(pool_channels_last<T, V, Fold, kWindow>, blocks, kThreads, 0, stream, s,
                     outputs, x, y);
  } else if constexpr (V == 1) {
    launch_dependent(pool_planes<T, Fold, kWindow>, blocks, kThreads, 0, stream, s, outputs, x, y);
  }
}

template <typename T, int V>
void launch_fold(PoolShape s, const T* x, T* y, cudaStream_t stream) {
  s.planes = FastDivisor(s.channels / V);
  const auto run = [&](auto window) {
    constexpr int kWindow = decltype(window)::value;
    if (s.max) {
      launch<T, V, Maximum<T, V>, kWindow>(s, x, y, stream);
    } else {
      launch<T, V, Average<T, V>, kWindow>(s, x, y, stream);
    }
  };
  switch (window_of(s)) {
    case 2: return run(std::integral_constant<int, 2>{});
    case 3: return run(std::integral_constant<int, 3>{});
    default: return run(std::integral_constant<int, 0>{});
  }
}

}  // namespace

void launch_pool(const PoolShape& s, const void* x, void* y, cudaStream_t stream) {
  if (launch_pool_strips(s, x, y, stream)) return;
  with_float_type(s.type, [&](auto zero) {
    using T = decltype(zero);
    constexpr int kWide = kWidest<T>;
    const auto* from = static_cast<const T*>(x);
    auto* to = static_cast<T*>(y);
    const bool wide = s.channels_last && s.channels % kWide == 0 && s.in_pixel % kWide == 0 &&
                      s.out_pixel % kWide == 0 && begins_aligned(x) && begins_aligned(y);
    if (wide) {
      launch_fold<T, kWide>(s, from, to, stream);
    } else {
      launch_fold<T, 1>(s, from, to, stream);
    }
  });
}

}  // namespace tenon
