#include "cuda/dependent_launch.h"
#include "cuda/kernels/resize/resize_kernels.h"

#include <algorithm>

#include "cuda/kernels/rows/packets.cuh"

namespace tenon {
namespace {

using namespace rows;

constexpr int kThreads = 256;
constexpr int kMostPlaces = 256;  // output places along x that a block has tables for

// The input places and weights behind one output place.
template <int kTaps>
struct Taps {
  int place[kTaps];
  float weight[kTaps];
};

// Without contractions, so that places are those of the host.
__device__ double line_at(const ResizeAxisShape& a, int out) {
  const double moved = __dmul_rn(__dadd_rn(out, a.shift), a.factor);
  return __dadd_rn(__dadd_rn(__ddiv_rn(moved, a.divisor), a.offset), a.centre);
}

__device__ double stepped(ResizeStep step, double x) {
  switch (step) {
    case ResizeStep::kPreferFloor: return ceil(x - 0.5);
    case ResizeStep::kPreferCeil: return floor(x + 0.5);
    case ResizeStep::kFloor: return floor(x);
    default: return ceil(x);
  }
}

// Keys' cubic convolution kernel near the place and one further.
__device__ double cubic_near(double d, double a) { return ((a + 2) * d - (a + 3)) * d * d + 1; }
__device__ double cubic_far(double d, double a) {
  return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
}

// Taps without weight are not to be looked at, since they may be infinite: each takes a part of the
// heaviest tap instead.
template <int kTaps>
__device__ void drop_weightless(Taps<kTaps>& taps) {
  int heaviest = 0;
  int parts = 1;
#pragma unroll
  for (int k = 0; k < kTaps; ++k) {
    if (fabsf(taps.weight[k]) > fabsf(taps.weight[heaviest])) heaviest = k;
    parts += taps.weight[k] == 0 ? 1 : 0;
  }
  if (parts == 1) return;
  const int place = taps.place[heaviest];
  const float weight = taps.weight[heaviest] / static_cast<float>(parts);
  taps.weight[heaviest] = weight;
#pragma unroll
  for (int k = 0; k < kTaps; ++k) {
    if (taps.weight[k] != 0) continue;
    taps.place[k] = place;
    taps.weight[k] = weight;
  }
}

template <int kTaps>
__device__ Taps<kTaps> taps_at(const ResizeShape& s, const ResizeAxisShape& a, int out) {
  const double at = line_at(a, out);
  Taps<kTaps> taps;
  if constexpr (kTaps == 1) {
    taps.place[0] = static_cast<int>(fmin(fmax(stepped(s.step, at), 0.0), a.in - 1.0));
    taps.weight[0] = 1;
    return taps;
  }
  const double whole = floor(at);
  const double t = at - whole;
  double weight[4] = {1 - t, t};
  if constexpr (kTaps == 4) {
    weight[0] = cubic_far(1 + t, s.cubic);
    weight[1] = cubic_near(t, s.cubic);
    weight[2] = cubic_near(1 - t, s.cubic);
    weight[3] = cubic_far(2 - t, s.cubic);
  }
  const int first = static_cast<int>(whole) - (kTaps / 2 - 1);
  double total = 0;
#pragma unroll
  for (int k = 0; k < kTaps; ++k) {
    const int place = first + k;
    if (s.exclude_outside && (place < 0 || place >= a.in)) weight[k] = 0;
    total += weight[k];
    taps.place[k] = min(max(place, 0), a.in - 1);
  }
  const double factor = s.exclude_outside && total != 0 ? 1 / total : 1;
#pragma unroll
  for (int k = 0; k < kTaps; ++k) taps.weight[k] = static_cast<float>(weight[k] * factor);
  drop_weightless(taps);
  return taps;
}

// The tables of a block: one row of output places, `places` of them from `first` on.
template <int kTaps>
struct Row {
  Taps<kTaps> z;
  Taps<kTaps> y;
  Taps<kTaps> x[kMostPlaces];
};

template <int kTaps>
__device__ void fill(Row<kTaps>& row, const ResizeShape& s, int z, int y, int first, int places) {
  const int thread = threadIdx.y * blockDim.x + threadIdx.x;
  const int threads = blockDim.x * blockDim.y;
  for (int i = thread; i < places + 2; i += threads) {
    const int axis = i < places ? 2 : i - places;
    const auto taps = taps_at<kTaps>(s, s.axis[axis], axis == 2 ? first + i : axis == 1 ? y : z);
    (axis == 2 ? row.x[i] : axis == 1 ? row.y : row.z) = taps;
  }
  __syncthreads();
}

// The weighted sum for V outputs whose elements lie `step` apart from place to place. An axis of
// extent 1 has one tap.
template <typename T, int V, int kTaps>
__device__ Packet<T, V> interpolate(const ResizeShape& s, const Row<kTaps>& row,
                                    const Taps<kTaps>& x, const T* from, int step) {
  if constexpr (kTaps == 1) {
    const int line = (row.z.place[0] * s.axis[1].in + row.y.place[0]) * s.axis[2].in;
    return load_packet<T, V>(from + static_cast<int64_t>(line + x.place[0]) * step);
  }
  float total[V] = {};
  const int z_taps = s.axis[0].in == 1 ? 1 : kTaps;
  const bool flat = s.axis[1].in == 1;
  for (int c = 0; c < z_taps; ++c) {
    const float z_weight = z_taps == 1 ? 1 : row.z.weight[c];
#pragma unroll
    for (int b = 0; b < kTaps; ++b) {
      if (flat && b > 0) break;
      const float weight = flat ? z_weight : z_weight * row.y.weight[b];
      const int line = (row.z.place[c] * s.axis[1].in + row.y.place[b]) * s.axis[2].in;
      Packet<T, V> tap[kTaps];
#pragma unroll
      for (int a = 0; a < kTaps; ++a) {
        tap[a] = load_packet<T, V>(from + static_cast<int64_t>(line + x.place[a]) * step);
      }
#pragma unroll
      for (int a = 0; a < kTaps; ++a) {
#pragma unroll
        for (int i = 0; i < V; ++i) {
          total[i] = fmaf(weight * x.weight[a], to_float(tap[a].e[i]), total[i]);
        }
      }
    }
  }
  Packet<T, V> result;
#pragma unroll
  for (int i = 0; i < V; ++i) result.e[i] = from_float<T>(total[i]);
  return result;
}

struct Tiling {
  int places;  // along x, a block
  FastDivisor segments;
  FastDivisor packets;
};

// Channels innermost: threads have packets of V channels of the places of a row.
template <typename T, int V, int kTaps>
__global__ void __launch_bounds__(kThreads)
    resize_channels_last(ResizeShape s, Tiling t, const T* __restrict__ x, T* __restrict__ y) {
  follow_producers();
  __shared__ Row<kTaps> row;
  uint32_t segment = blockIdx.x;
  const int oy = t.segments.divide(segment, segment);
  const int first = segment * t.places;
  const int places = min(t.places, s.axis[2].out - first);
  fill<kTaps>(row, s, blockIdx.y, oy, first, places);
  const int channels = static_cast<int>(s.channels);
  const T* from = x + blockIdx.z * s.in_stride;
  const int64_t line = (static_cast<int64_t>(blockIdx.y) * s.axis[1].out + oy) * s.axis[2].out;
  T* to = y + blockIdx.z * s.out_stride + (line + first) * channels;
  const unsigned items = places * t.packets.divisor;
#pragma unroll 2
  for (unsigned item = threadIdx.x; item < items; item += kThreads) {
    uint32_t packet = item;
    const uint32_t place = t.packets.divide(packet, packet);
    *reinterpret_cast<Packet<T, V>*>(to + static_cast<int64_t>(place) * channels + packet * V) =
        interpolate<T, V, kTaps>(s, row, row.x[place], from + packet * V, channels);
  }
}

// Planes: threads in x have the places of a row, those in y different planes.
template <typename T, int kTaps>
__global__ void __launch_bounds__(kThreads)
    resize_planes(ResizeShape s, Tiling t, const T* __restrict__ x, T* __restrict__ y) {
  follow_producers();
  __shared__ Row<kTaps> row;
  uint32_t segment = blockIdx.x;
  const int oy = t.segments.divide(segment, segment);
  const int first = segment * t.places;
  const int places = min(t.places, s.axis[2].out - first);
  fill<kTaps>(row, s, blockIdx.y, oy, first, places);
  if (threadIdx.x >= places) return;
  const int64_t in_plane = static_cast<int64_t>(s.axis[0].in) * s.axis[1].in * s.axis[2].in;
  const int64_t out_plane = static_cast<int64_t>(s.axis[0].out) * s.axis[1].out * s.axis[2].out;
  const int64_t at =
      (static_cast<int64_t>(blockIdx.y) * s.axis[1].out + oy) * s.axis[2].out + first + threadIdx.x;
  const auto planes = static_cast<unsigned>(s.images * s.channels);
  const Taps<kTaps> taps = row.x[threadIdx.x];
#pragma unroll 4
  for (unsigned plane = blockIdx.z * blockDim.y + threadIdx.y; plane < planes;
       plane += gridDim.z * blockDim.y) {
    uint32_t channel = plane;
    const uint32_t image = t.packets.divide(channel, channel);
    const T* from = x + image * s.in_stride + channel * in_plane;
    y[image * s.out_stride + channel * out_plane + at] =
        interpolate<T, 1, kTaps>(s, row, taps, from, 1).e[0];
  }
}

bool aligned(const void* p) { return reinterpret_cast<uintptr_t>(p) % 16 == 0; }

int64_t divide_up(int64_t n, int64_t by) { return (n + by - 1) / by; }

template <typename T, int V, int kTaps>
void launch_channels_last(const ResizeShape& s, const T* x, T* y, cudaStream_t stream) {
  const int64_t packets = s.channels / V;
  const int64_t rows = s.images * s.axis[0].out * s.axis[1].out;
  // Enough places that the table is worth its making, few enough that every multiprocessor has
  // some.
  int64_t places = std::clamp<int64_t>(4 * kThreads / packets, 4, kMostPlaces);
  while (places > 8 && rows * divide_up(s.axis[2].out, places) < 4 * s.multiprocessors) places /= 2;
  const int64_t segments = divide_up(s.axis[2].out, places);
  const Tiling t{static_cast<int>(places), FastDivisor(segments), FastDivisor(packets)};
  const dim3 grid(static_cast<unsigned>(segments * s.axis[1].out),
                  static_cast<unsigned>(s.axis[0].out), static_cast<unsigned>(s.images));
  launch_dependent(resize_channels_last<T, V, kTaps>, grid, kThreads, 0, stream, s, t, x, y);
}

template <typename T, int kTaps>
void launch_planes(const ResizeShape& s, const T* x, T* y, cudaStream_t stream) {
  int places = kWidest<T>;
  while (places < kMostPlaces && places < s.axis[2].out) places *= 2;
  const int64_t segments = divide_up(s.axis[2].out, places);
  const dim3 threads(static_cast<unsigned>(places), static_cast<unsigned>(kThreads / places));
  const int64_t rows = segments * s.axis[1].out * s.axis[0].out;
  const int64_t planes = divide_up(s.images * s.channels, threads.y);
  const int64_t wanted = std::max(divide_up(planes, 32), divide_up(8 * s.multiprocessors, rows));
  const Tiling t{places, FastDivisor(segments), FastDivisor(s.channels)};
  const dim3 grid(
      static_cast<unsigned>(segments * s.axis[1].out), static_cast<unsigned>(s.axis[0].out),
      static_cast<unsigned>(std::clamp<int64_t>(wanted, 1, std::min<int64_t>(planes, 65535))));
  launch_dependent(resize_planes<T, kTaps>, grid, threads, 0, stream, s, t, x, y);
}

template <typename T, int kTaps>
void launch(const ResizeShape& s, const T* x, T* y, cudaStream_t stream) {
  constexpr int kWide = kWidest<T>;
  if (!s.channels_last) return launch_planes<T, kTaps>(s, x, y, stream);
  const bool wide = s.channels % kWide == 0 && s.in_stride % kWide == 0 &&
                    s.out_stride % kWide == 0 && aligned(x) && aligned(y);
  if (wide) {
    launch_channels_last<T, kWide, kTaps>(s, x, y, stream);
  } else {
    launch_channels_last<T, 1, kTaps>(s, x, y, stream);
  }
}

}  // namespace

void launch_resize(const ResizeShape& s, const void* x, void* y, cudaStream_t stream) {
  with_float_type(s.type, [&](auto zero) {
    using T = decltype(zero);
    const auto* from = static_cast<const T*>(x);
    auto* to = static_cast<T*>(y);
    switch (s.taps) {
      case 1: launch<T, 1>(s, from, to, stream); break;
      case 2: launch<T, 2>(s, from, to, stream); break;
      default: launch<T, 4>(s, from, to, stream); break;
    }
  });
}

}  // namespace tenon
