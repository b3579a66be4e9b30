#include <algorithm>

#include "cuda/dependent_launch.h"
#include "cuda/kernels/normalization/moments.cuh"
#include "cuda/kernels/normalization/normalization_kernels.h"
#include "cuda/kernels/rows/packets.cuh"

namespace tenon {
namespace {

using namespace rows;

constexpr int kMostThreads = 256;
constexpr int kMergeThreads = 128;
constexpr int64_t kMostParts = 512;  // of an image

// A block has a part of an image's positions and all channels: threads in x have a packet of V
// channels each, those in y every so many positions.
struct Tiling {
  int packets;
  int part;  // positions
  dim3 grid;
  dim3 threads;
};

template <typename T, int V>
__global__ void __launch_bounds__(kMostThreads)
    image_moments(NormalizationImages s, int part, const T* x, Moments* to) {
  follow_producers();
  extern __shared__ Moments shared[];  // [y][channels]
  const int channels = static_cast<int>(s.channels);
  const int channel = threadIdx.x * V;
  const int64_t image = blockIdx.y * s.positions;
  const int64_t end = min(s.positions, (blockIdx.x + 1) * static_cast<int64_t>(part));
  float mean[V] = {};
  float squares[V] = {};
  float count = 0;
#pragma unroll 4
  for (int64_t at = blockIdx.x * static_cast<int64_t>(part) + threadIdx.y; at < end;
       at += blockDim.y) {
    float v[V];
    load(x + (image + at) * channels + channel, v);
    count += 1;
    const float share = s.rms ? 0 : __fdividef(1, count);
#pragma unroll
    for (int i = 0; i < V; ++i) {
      const float apart = v[i] - mean[i];
      mean[i] = fmaf(apart, share, mean[i]);
      squares[i] = fmaf(apart, v[i] - mean[i], squares[i]);
    }
  }
#pragma unroll
  for (int i = 0; i < V; ++i) {
    shared[threadIdx.y * channels + channel + i] = {mean[i], squares[i], count};
  }
  __syncthreads();
  // A warp a group.
  const int thread = threadIdx.y * blockDim.x + threadIdx.x;
  const int warps = blockDim.x * blockDim.y / kWarp;
  const int together = channels / static_cast<int>(s.groups);
  if (thread / kWarp >= warps) return;
  for (int group = thread / kWarp; group < s.groups; group += warps) {
    Moments m = no_moments();
    for (int i = thread % kWarp; i < together * static_cast<int>(blockDim.y); i += kWarp) {
      m = merged(m, shared[i / together * channels + group * together + i % together]);
    }
    m = reduce_warp(m);
    const int64_t place = (blockIdx.y * s.groups + group) * gridDim.x + blockIdx.x;
    if (thread % kWarp == 0) to[place] = m;
  }
}

// A block sums up the parts of one group of one image.
__global__ void __launch_bounds__(kMergeThreads) merge_parts(int parts, Moments* moments) {
  follow_producers();
  __shared__ Moments scratch[kWarp];
  Moments* const own = moments + static_cast<int64_t>(blockIdx.x) * parts;
  Moments m = no_moments();
  for (int p = threadIdx.x; p < parts; p += kMergeThreads) m = merged(m, own[p]);
  m = reduce_block(m, scratch);
  if (threadIdx.x == 0) own[0] = m;
}

template <typename T, int V>
__global__ void __launch_bounds__(kMostThreads)
    normalize_image(NormalizationImages s, int part, const T* x, const T* scale, const T* bias,
                    T* y, const Moments* from) {
  follow_producers();
  const int together = static_cast<int>(s.channels / s.groups);
  const int channels = static_cast<int>(s.channels);
  const int channel = threadIdx.x * V;
  float mean[V];
  float factor[V];
  float shift[V];
#pragma unroll
  for (int i = 0; i < V; ++i) {
    const int group = (channel + i) / together;
    const Moments own = from[(blockIdx.y * s.groups + group) * gridDim.x];
    mean[i] = own.mean;
    factor[i] = factor_of(own, s.epsilon);
    if (scale != nullptr) factor[i] *= to_float(scale[channel + i]);
    shift[i] = bias == nullptr ? 0 : to_float(bias[channel + i]);
  }
  const int64_t image = blockIdx.y * s.positions;
  const int64_t end = min(s.positions, (blockIdx.x + 1) * static_cast<int64_t>(part));
  constexpr int kAtOnce = 4;
  const int64_t first = blockIdx.x * static_cast<int64_t>(part) + threadIdx.y;
  for (int64_t at = first; at < end; at += kAtOnce * blockDim.y) {
    Packet<T, V> packets[kAtOnce];
#pragma unroll
    for (int k = 0; k < kAtOnce; ++k) {
      const int64_t position = at + k * blockDim.y;
      if (position < end)
        packets[k] = load_packet<T, V>(x + (image + position) * channels + channel);
    }
#pragma unroll
    for (int k = 0; k < kAtOnce; ++k) {
      const int64_t position = at + k * blockDim.y;
      float v[V];
      unpack(packets[k], v);
#pragma unroll
      for (int i = 0; i < V; ++i) v[i] = fmaf(v[i] - mean[i], factor[i], shift[i]);
      if (position < end) store(y + (image + position) * channels + channel, v);
    }
  }
}

int packet_of(const NormalizationImages& s) {
  const int widest = s.type == DataType::kF32 ? kWidest<float> : kWidest<__half>;
  return s.channels % widest == 0 ? widest : 1;
}

Tiling tiling_of(const NormalizationImages& s) {
  const auto packets = static_cast<unsigned>(s.channels / packet_of(s));
  const unsigned rows = std::max(1U, kMostThreads / packets);
  const int64_t wanted = (4 * s.multiprocessors + s.images - 1) / s.images;
  const int64_t parts =
      std::clamp<int64_t>(std::min(wanted, s.positions / (4 * rows)), 1, kMostParts);
  const int64_t part = (s.positions + parts - 1) / parts;
  const int64_t used = (s.positions + part - 1) / part;
  return {static_cast<int>(packets), static_cast<int>(part),
          dim3(static_cast<unsigned>(used), static_cast<unsigned>(s.images)), dim3(packets, rows)};
}

template <typename T, int V>
void launch_images(const NormalizationImages& s, const T* x, const T* scale, const T* bias, T* y,
                   Moments* workspace, cudaStream_t stream) {
  const Tiling t = tiling_of(s);
  const size_t moments = static_cast<size_t>(s.channels) * t.threads.y * sizeof(Moments);
  launch_dependent(image_moments<T, V>, t.grid, t.threads, moments, stream, s, t.part, x,
                   workspace);
  if (t.grid.x > 1) {
    launch_dependent(merge_parts, static_cast<unsigned>(s.images * s.groups), kMergeThreads, 0,
                     stream, static_cast<int>(t.grid.x), workspace);
  }
  launch_dependent(normalize_image<T, V>, t.grid, t.threads, 0, stream, s, t.part, x, scale, bias,
                   y, workspace);
}

}  // namespace

bool can_normalize_images(const NormalizationImages& s) {
  const int64_t packets = s.channels / packet_of(s);
  return packets <= kMostThreads && s.images <= 65535;
}

int64_t normalization_image_moments(const NormalizationImages& s) {
  return static_cast<int64_t>(tiling_of(s).grid.x) * s.images * s.groups;
}

void launch_normalize_images(const NormalizationImages& s, const void* x, const void* scale,
                             const void* bias, void* y, Moments* workspace, cudaStream_t stream) {
  with_float_type(s.type, [&](auto zero) {
    using T = decltype(zero);
    const auto run = [&](auto elements) {
      launch_images<T, decltype(elements)::value>(
          s, static_cast<const T*>(x), static_cast<const T*>(scale), static_cast<const T*>(bias),
          static_cast<T*>(y), workspace, stream);
    };
    if (packet_of(s) == 1) {
      run(std::integral_constant<int, 1>{});
    } else {
      run(std::integral_constant<int, kWidest<T>>{});
    }
  });
}

}  // namespace tenon
