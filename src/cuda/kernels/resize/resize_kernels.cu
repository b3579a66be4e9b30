#include "cuda/kernels/resize/resize_kernels.h"

#include <algorithm>

#include "base/rounding.h"
#include "cuda/dependent_launch.h"
#include "cuda/kernels/rows/packets.cuh"
#include "cuda/vector_access.h"

namespace tenon {
namespace {

using namespace rows;

constexpr int kThreads = 256;
constexpr int kMostPlaces = 256;  // output places along x that a block has tables for
constexpr int kMostLines = 16;    // and rows of them

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

// The output places of a block: `places` along x and `lines` along y.
struct Tile {
  int z;
  int line;
  int lines;
  int place;
  int places;
};

// Their taps.
template <int kTaps>
struct Tables {
  Taps<kTaps> z;
  Taps<kTaps> y[kMostLines];
  Taps<kTaps> x[kMostPlaces];
};

template <int kTaps>
__device__ void fill(Tables<kTaps>& tables, const ResizeShape& s, const Tile& tile) {
  const int thread = threadIdx.y * blockDim.x + threadIdx.x;
  const int threads = blockDim.x * blockDim.y;
  for (int i = thread; i < tile.places + tile.lines + 1; i += threads) {
    const int line = i - tile.places;
    const int axis = line < 0 ? 2 : line < tile.lines ? 1 : 0;
    const int out = axis == 2 ? tile.place + i : axis == 1 ? tile.line + line : tile.z;
    const auto taps = taps_at<kTaps>(s, s.axis[axis], out);
    (axis == 2 ? tables.x[i] : axis == 1 ? tables.y[line] : tables.z) = taps;
  }
  __syncthreads();
}

// The weighted sum for V outputs whose elements lie `step` apart from place to place. An axis of
// extent 1 has one tap.
template <typename T, int V, int kTaps>
__device__ Packet<T, V> interpolate(const ResizeShape& s, const Taps<kTaps>& z,
                                    const Taps<kTaps>& y, const Taps<kTaps>& x, const T* from,
                                    int step) {
  if constexpr (kTaps == 1) {
    const int line = (z.place[0] * s.axis[1].in + y.place[0]) * s.axis[2].in;
    return load_packet<T, V>(from + static_cast<int64_t>(line + x.place[0]) * step);
  }
  float total[V] = {};
  const int z_taps = s.axis[0].in == 1 ? 1 : kTaps;
  const bool flat = s.axis[1].in == 1;
  for (int c = 0; c < z_taps; ++c) {
    const float z_weight = z_taps == 1 ? 1 : z.weight[c];
#pragma unroll
    for (int b = 0; b < kTaps; ++b) {
      if (flat && b > 0) break;
      const float weight = flat ? z_weight : z_weight * y.weight[b];
      const int line = (z.place[c] * s.axis[1].in + y.place[b]) * s.axis[2].in;
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

// The same for one output of a plane of several rows.
template <typename T, int kTaps>
__device__ T interpolate_image(const T* plane, int width, const Taps<kTaps>& y,
                               const Taps<kTaps>& x) {
  T tap[kTaps][kTaps];
#pragma unroll
  for (int b = 0; b < kTaps; ++b) {
#pragma unroll
    for (int a = 0; a < kTaps; ++a) tap[b][a] = plane[y.place[b] * width + x.place[a]];
  }
  if constexpr (kTaps == 1) return tap[0][0];
  float total = 0;
#pragma unroll
  for (int b = 0; b < kTaps; ++b) {
#pragma unroll
    for (int a = 0; a < kTaps; ++a) {
      total = fmaf(y.weight[b] * x.weight[a], to_float(tap[b][a]), total);
    }
  }
  return from_float<T>(total);
}

struct Tiling {
  int places;  // along x, a block
  FastDivisor segments;
  FastDivisor packets;
};

__device__ Tile tile_of(const ResizeShape& s, const Tiling& t, int lines) {
  uint32_t segment = blockIdx.x;
  const int line = static_cast<int>(t.segments.divide(segment, segment)) * lines;
  const int place = static_cast<int>(segment) * t.places;
  return {static_cast<int>(blockIdx.y), line, min(lines, s.axis[1].out - line), place,
          min(t.places, s.axis[2].out - place)};
}
// The first place of a tile within a plane.
__device__ int64_t start_of(const ResizeShape& s, const Tile& tile) {
  return (static_cast<int64_t>(tile.z) * s.axis[1].out + tile.line) * s.axis[2].out + tile.place;
}

// Channels innermost: threads have packets of V channels of the places of a row.
template <typename T, int V, int kTaps>
__global__ void __launch_bounds__(kThreads)
    resize_channels_last(ResizeShape s, Tiling t, const T* __restrict__ x, T* __restrict__ y) {
  follow_producers();
  __shared__ Tables<kTaps> tables;
  const Tile tile = tile_of(s, t, 1);
  fill<kTaps>(tables, s, tile);
  const T* from = x + blockIdx.z * s.in_stride;
  T* to = y + blockIdx.z * s.out_stride + start_of(s, tile) * s.out_pixel;
  const unsigned items = tile.places * t.packets.divisor;
#pragma unroll 2
  for (unsigned item = threadIdx.x; item < items; item += kThreads) {
    uint32_t packet = item;
    const uint32_t place = t.packets.divide(packet, packet);
    *reinterpret_cast<Packet<T, V>*>(to + static_cast<int64_t>(place) * s.out_pixel + packet * V) =
        interpolate<T, V, kTaps>(s, tables.z, tables.y[0], tables.x[place], from + packet * V,
                                 s.in_pixel);
  }
}

// Planes: threads in x have the places of a row, those in y different rows.
template <typename T, int kTaps>
__global__ void __launch_bounds__(kThreads)
    resize_planes(ResizeShape s, Tiling t, const T* __restrict__ x, T* __restrict__ y) {
  follow_producers();
  __shared__ Tables<kTaps> tables;
  const Tile tile = tile_of(s, t, kMostLines);
  fill<kTaps>(tables, s, tile);
  if (threadIdx.x >= tile.places) return;
  const int64_t in_plane = static_cast<int64_t>(s.axis[0].in) * s.axis[1].in * s.axis[2].in;
  const int64_t out_plane = static_cast<int64_t>(s.axis[0].out) * s.axis[1].out * s.axis[2].out;
  const int64_t at = start_of(s, tile) + threadIdx.x;
  const auto planes = static_cast<unsigned>(s.images * s.channels);
  const Taps<kTaps> taps = tables.x[threadIdx.x];
  const bool image = s.axis[0].in == 1 && s.axis[1].in > 1;
  for (unsigned plane = blockIdx.z; plane < planes; plane += gridDim.z) {
    uint32_t channel = plane;
    const uint32_t n = t.packets.divide(channel, channel);
    const T* from = x + n * s.in_stride + channel * in_plane;
    T* to = y + n * s.out_stride + channel * out_plane + at;
    const auto write = [&](const auto& make) {
#pragma unroll 4
      for (int line = threadIdx.y; line < tile.lines; line += blockDim.y) {
        to[line * s.axis[2].out] = make(tables.y[line]);
      }
    };
    if (image) {
      write([&](const Taps<kTaps>& rows) {
        return interpolate_image<T, kTaps>(from, s.axis[2].in, rows, taps);
      });
    } else {
      write([&](const Taps<kTaps>& rows) {
        return interpolate<T, 1, kTaps>(s, tables.z, rows, taps, from, 1).e[0];
      });
    }
  }
}

template <typename T, int V, int kTaps>
void launch_channels_last(const ResizeShape& s, const T* x, T* y, cudaStream_t stream) {
  const int64_t packets = s.channels / V;
  const int64_t rows = s.images * s.axis[0].out * s.axis[1].out;
  // Enough places that the table is worth its making, few enough that every multiprocessor has
  // some.
  int64_t places = std::clamp<int64_t>(4 * kThreads / packets, 4, kMostPlaces);
  while (places > 8 && rows * ceil_div(s.axis[2].out, places) < 4 * s.multiprocessors) places /= 2;
  const int64_t segments = ceil_div(s.axis[2].out, places);
  const Tiling t{static_cast<int>(places), FastDivisor(segments), FastDivisor(packets)};
  const dim3 grid(static_cast<unsigned>(segments * s.axis[1].out),
                  static_cast<unsigned>(s.axis[0].out), static_cast<unsigned>(s.images));
  launch_dependent(resize_channels_last<T, V, kTaps>, grid, kThreads, 0, stream, s, t, x, y);
}

template <typename T, int kTaps>
void launch_planes(const ResizeShape& s, const T* x, T* y, cudaStream_t stream) {
  int places = kWidest<T>;
  while (places < kMostPlaces && places < s.axis[2].out) places *= 2;
  const int64_t segments = ceil_div(s.axis[2].out, places);
  const dim3 threads(static_cast<unsigned>(places), static_cast<unsigned>(kThreads / places));
  const int64_t tiles = segments * ceil_div(s.axis[1].out, kMostLines) * s.axis[0].out;
  const int64_t planes = s.images * s.channels;
  // Several planes a block, that the tables are worth their making.
  const int64_t wanted = ceil_div(16 * s.multiprocessors, tiles);
  const Tiling t{places, FastDivisor(segments), FastDivisor(s.channels)};
  const dim3 grid(static_cast<unsigned>(segments * ceil_div(s.axis[1].out, kMostLines)),
                  static_cast<unsigned>(s.axis[0].out),
                  static_cast<unsigned>(std::min(wanted, std::min<int64_t>(planes, 65535))));
  launch_dependent(resize_planes<T, kTaps>, grid, threads, 0, stream, s, t, x, y);
}

template <typename T, int kTaps>
void launch(const ResizeShape& s, const T* x, T* y, cudaStream_t stream) {
  constexpr int kWide = kWidest<T>;
  if (!s.channels_last) return launch_planes<T, kTaps>(s, x, y, stream);
  const bool wide = s.channels % kWide == 0 && s.in_pixel % kWide == 0 &&
                    s.out_pixel % kWide == 0 && begins_aligned(x) && begins_aligned(y);
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
