#include "cuda/kernels/pool/pool_kernels.h"

#include "cuda/kernels/rows/packets.cuh"

namespace tenon {
namespace {

using namespace rows;

constexpr int kThreads = 256;

// The taps of a window that lie inside the input, and how many count when padding does.
struct Taps {
  int begin;  // place of tap 0
  int first;
  int last;
  int padded;
};

__device__ int steps_to(int distance, int step) {
  return step == 1 ? distance : (distance + step - 1) / step;
}

__device__ Taps taps_of(const PoolAxis& a, int out) {
  const int begin = out * a.stride - a.pad_begin;
  const int first = begin < 0 ? steps_to(-begin, a.dilation) : 0;
  const int inside = a.in <= begin ? 0 : steps_to(a.in - begin, a.dilation);
  const int end = a.in + a.pad_end;
  const int within = end <= begin ? 0 : steps_to(end - begin, a.dilation);
  return {begin, first, max(first, min(a.window, inside)), min(a.window, within)};
}

// The larger number, or NaN when there is one.
__device__ float larger(float a, float b) {
  float c;
  asm("max.NaN.f32 %0, %1, %2;" : "=f"(c) : "f"(a), "f"(b));
  return c;
}

// V outputs side by side, whose elements are `step` channels apart from tap to tap.
template <typename T, int V, bool kMax>
__device__ void pool_window(const PoolShape& s, const T* x, int step, const Taps& z, const Taps& y,
                            const Taps& w, float (&total)[V]) {
#pragma unroll
  for (int i = 0; i < V; ++i) total[i] = kMax ? -INFINITY : 0;
  for (int d = z.first; d < z.last; ++d) {
    const int plane = (z.begin + d * s.axis[0].dilation) * s.axis[1].in;
    for (int h = y.first; h < y.last; ++h) {
      const int row = (plane + y.begin + h * s.axis[1].dilation) * s.axis[2].in + w.begin;
#pragma unroll 3
      for (int t = w.first; t < w.last; ++t) {
        float v[V];
        load(x + (row + t * s.axis[2].dilation) * step, v);
#pragma unroll
        for (int i = 0; i < V; ++i) total[i] = kMax ? larger(total[i], v[i]) : total[i] + v[i];
      }
    }
  }
  if (kMax) return;
  int count = (z.last - z.first) * (y.last - y.first) * (w.last - w.first);
  if (s.count_include_pad) count = z.padded * y.padded * w.padded;
  // A dilated window may step over all of a short input.
  const float n = static_cast<float>(max(count, 1));
#pragma unroll
  for (int i = 0; i < V; ++i) total[i] = total[i] / n;
}

// A thread an output place and V channels, the channels innermost.
template <typename T, int V, bool kMax>
__global__ void __launch_bounds__(kThreads)
    pool_channels_last(PoolShape s, unsigned outputs, const T* x, T* y) {
  const unsigned thread = blockIdx.x * kThreads + threadIdx.x;
  if (thread >= outputs) return;
  uint32_t packet = thread;
  const uint32_t place = s.planes.split(packet);
  uint32_t ow = place;
  uint32_t oh = s.out[2].split(ow);
  uint32_t od = s.out[1].split(oh);
  const uint32_t image = s.out[0].split(od);
  const uint32_t in_image = place - image * s.out[0].divisor * s.out[1].divisor * s.out[2].divisor;
  const int channels = static_cast<int>(s.channels);
  float total[V];
  pool_window<T, V, kMax>(s, x + image * s.in_stride + packet * V, channels, taps_of(s.axis[0], od),
                          taps_of(s.axis[1], oh), taps_of(s.axis[2], ow), total);
  store(y + image * s.out_stride + in_image * channels + packet * V, total);
}

// A thread an output.
template <typename T, bool kMax>
__global__ void __launch_bounds__(kThreads)
    pool_planes(PoolShape s, unsigned outputs, const T* x, T* y) {
  const unsigned thread = blockIdx.x * kThreads + threadIdx.x;
  if (thread >= outputs) return;
  uint32_t ow = thread;
  uint32_t oh = s.out[2].split(ow);
  uint32_t od = s.out[1].split(oh);
  uint32_t plane = s.out[0].split(od);
  const int in_plane = s.axis[0].in * s.axis[1].in * s.axis[2].in;
  const uint32_t out_plane = s.out[0].divisor * s.out[1].divisor * s.out[2].divisor;
  const uint32_t in_image = thread - s.planes.quotient(plane) * s.planes.divisor * out_plane;
  const uint32_t image = s.planes.split(plane);
  float total[1];
  pool_window<T, 1, kMax>(s, x + image * s.in_stride + static_cast<int64_t>(plane) * in_plane, 1,
                          taps_of(s.axis[0], od), taps_of(s.axis[1], oh), taps_of(s.axis[2], ow),
                          total);
  store(y + image * s.out_stride + in_image, total);
}

bool aligned(const void* p) { return reinterpret_cast<uintptr_t>(p) % 16 == 0; }

template <typename T, int V, bool kMax>
void launch(PoolShape s, const T* x, T* y, cudaStream_t stream) {
  const int64_t places =
      s.images * s.out[0].divisor * s.out[1].divisor * static_cast<int64_t>(s.out[2].divisor);
  const auto outputs = static_cast<unsigned>(places * (s.channels / V));
  const unsigned blocks = (outputs + kThreads - 1) / kThreads;
  s.planes = FastDivide(s.channels / V);
  if (s.channels_last) {
    pool_channels_last<T, V, kMax><<<blocks, kThreads, 0, stream>>>(s, outputs, x, y);
  } else if constexpr (V == 1) {
    pool_planes<T, kMax><<<blocks, kThreads, 0, stream>>>(s, outputs, x, y);
  }
}

}  // namespace

void launch_pool(const PoolShape& s, const void* x, void* y, cudaStream_t stream) {
  with_float_type(s.type, [&](auto zero) {
    using T = decltype(zero);
    constexpr int kWide = kWidest<T>;
    const auto* from = static_cast<const T*>(x);
    auto* to = static_cast<T*>(y);
    const bool wide = s.channels_last && s.channels % kWide == 0 && s.in_stride % kWide == 0 &&
                      s.out_stride % kWide == 0 && aligned(x) && aligned(y);
    const auto run = [&](auto elements) {
      constexpr int V = decltype(elements)::value;
      s.max ? launch<T, V, true>(s, from, to, stream) : launch<T, V, false>(s, from, to, stream);
    };
    if (wide) {
      run(std::integral_constant<int, kWide>{});
    } else {
      run(std::integral_constant<int, 1>{});
    }
  });
}

}  // namespace tenon
