#include "cuda/kernels/rows/block_reduce.cuh"
#include "cuda/kernels/rows/packets.cuh"
#include "cuda/kernels/squeeze/squeeze_params.h"

namespace tenon {
namespace {

using rows::load;
using rows::store;

constexpr int kMostThreads = 512;

// A block's image, and the region of it that the block sums up and multiplies.
struct Region {
  int image, block;
  int channel, channels;  // the first, and how many
  int pixel, pixel_end;
};

template <SqueezeForm kForm, SqueezeStage kStage>
__device__ inline Region region_of(const SqueezeParams& p) {
  const int number = static_cast<int>(blockIdx.x) / p.blocks;
  // What was read last is read first again: it may still be in the cache.
  const int image = kStage == SqueezeStage::kExcite ? p.images - 1 - number : number;
  const int block = blockIdx.x % p.blocks;
  if constexpr (kForm == SqueezeForm::kPixels) {
    const int part = (p.pixels + p.blocks - 1) / p.blocks;
    const int first = min(block * part, p.pixels);
    return {image, block, 0, p.channels, first, min(first + part, p.pixels)};
  }
  const int first = min(block * p.slice, p.channels);
  return {image, block, first, min(p.slice, p.channels - first), 0, p.pixels};
}

// ---- weights

__device__ inline void copy_packet(void* shared, const void* from) {
  const auto to = static_cast<uint32_t>(__cvta_generic_to_shared(shared));
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(to), "l"(from) : "memory");
}

// A block's rows of weights: its first element, and the distance of rows.
template <typename T>
struct Weights {
  const T* first;
  int pitch;
};

// Starts to copy the hidden layer's weights for the region's channels to shared memory, where they
// have room there.
template <typename T>
__device__ inline Weights<T> stage_hidden(const SqueezeParams& p, const Region& region,
                                          float* shared) {
  constexpr int kPacket = rows::kWidest<T>;
  const T* from = static_cast<const T*>(p.hidden_weights) + region.channel;
  if (p.staged_hidden == 0) return {from, p.channel_pitch};
  T* const to = reinterpret_cast<T*>(shared + p.staged_hidden);
  const int packets = (region.channels + kPacket - 1) / kPacket;  // of a row
  for (int i = threadIdx.x; i < p.hidden * packets; i += blockDim.x) {
    const int row = i / packets, column = i % packets * kPacket;
    copy_packet(to + row * p.slice + column, from + row * p.channel_pitch + column);
  }
  return {to, p.slice};
}

// The same of the gates' weights.
template <typename T>
__device__ inline Weights<T> stage_gate(const SqueezeParams& p, const Region& region,
                                        float* shared) {
  constexpr int kPacket = rows::kWidest<T>;
  const T* from =
      static_cast<const T*>(p.gate_weights) + static_cast<int64_t>(region.channel) * p.hidden_pitch;
  if (p.staged_gate == 0) return {from, p.hidden_pitch};
  T* const to = reinterpret_cast<T*>(shared + p.staged_gate);
  const int elements = region.channels * p.hidden_pitch;
  for (int i = threadIdx.x * kPacket; i < elements; i += blockDim.x * kPacket) {
    copy_packet(to + i, from + i);
  }
  return {to, p.hidden_pitch};
}
__device__ inline void wait_for_weights() { asm volatile("cp.async.wait_all;" ::: "memory"); }

// A row of weights times a vector, by `lanes` threads; each of them gets the sum.
template <typename T>
__device__ inline float dot(const T* row, const float* vector, int count, int lane, int lanes) {
  constexpr int kPacket = rows::kWidest<T>;
  float sum = 0;
#pragma unroll 4
  for (int i = lane * kPacket; i < count; i += lanes * kPacket) {
    float w[kPacket];
    load(row + i, w);
#pragma unroll
    for (int k = 0; k < kPacket; ++k) sum += w[k] * vector[i + k];
  }
  return rows::reduce_lanes(sum, rows::Sum(), lanes);
}

// ---- sums

// Adds up what the groups of `width` threads hold, in group 0.
template <int V>
__device__ inline void join_groups(float (&sums)[V], int group, int groups, int thread, int width,
                                   float* shared) {
  float* const own = shared + (group * width + thread) * V;
  for (int left = groups; left > 1;) {
    const int next = (left + 3) / 4;
    if (group < left) {
#pragma unroll
      for (int i = 0; i < V; ++i) own[i] = sums[i];
    }
    __syncthreads();
    for (int other = group + next; group < next && other < left; other += next) {
      const float* theirs = shared + (other * width + thread) * V;
#pragma unroll
      for (int i = 0; i < V; ++i) sums[i] += theirs[i];
    }
    left = next;
  }
  __syncthreads();
}

// The means of the region's channels over its pixels, as shares of the whole image's.
template <int V, typename T>
__device__ inline void sum_pixels(const SqueezeParams& p, const Region& region, const T* x,
                                  float* shared) {
  const int vectors = region.channels / V;
  for (int base = 0; base < vectors; base += blockDim.x) {
    const int width = min(vectors - base, static_cast<int>(blockDim.x));
    const int groups = blockDim.x / width;
    const int group = threadIdx.x / width, thread = threadIdx.x % width;
    const int channel = (base + thread) * V;  // of the region
    const T* from = x + region.channel + channel;
    float sums[V] = {};
    const int end = group < groups ? region.pixel_end : 0;
#pragma unroll 4
    for (int pixel = region.pixel + group; pixel < end; pixel += groups) {
      float v[V];
      load(from + static_cast<int64_t>(pixel) * p.channels, v);
#pragma unroll
      for (int i = 0; i < V; ++i) sums[i] += v[i];
    }
    join_groups(sums, group, groups, thread, width, shared);
#pragma unroll
    for (int i = 0; i < V && group == 0; ++i) shared[p.means + channel + i] = sums[i] * p.share;
  }
}

// Threads that share a plane: whole warps, as many as there are planes for.
__device__ inline int plane_team(int planes) {
  int team = blockDim.x;
  while (team > rows::kWarp && team * planes > static_cast<int>(blockDim.x)) team /= 2;
  return team;
}

// Calls each(plane, index in it) for packets of V elements of the region's planes, and for all
// threads of the block, after each round of planes, done(plane, thread of its team, team's
// threads); the plane may be one beyond the region.
template <int V, typename Each, typename Done>
__device__ inline void for_planes(const SqueezeParams& p, const Region& region, Each&& each,
                                  Done&& done) {
  const int team = plane_team(region.channels);
  const int teams = blockDim.x / team, thread = threadIdx.x % team;
  for (int base = 0; base < region.channels; base += teams) {
    const int plane = base + static_cast<int>(threadIdx.x) / team;
    const int end = plane < region.channels ? p.pixels : 0;
#pragma unroll 4
    for (int i = thread * V; i < end; i += team * V) each(plane, i);
    done(plane, thread, team);
  }
}

template <int V, typename T>
__device__ inline void sum_planes(const SqueezeParams& p, const Region& region, const T* x,
                                  float* shared) {
  float sum = 0;
  const auto add = [&](int plane, int i) {
    float v[V];
    load(x + static_cast<int64_t>(region.channel + plane) * p.pixels + i, v);
#pragma unroll
    for (int k = 0; k < V; ++k) sum += v[k];
  };
  for_planes<V>(p, region, add, [&](int plane, int thread, int team) {
    __syncwarp();
    sum = rows::reduce_warp(sum, rows::Sum());
    if (threadIdx.x % rows::kWarp == 0) shared[threadIdx.x / rows::kWarp] = sum;
    __syncthreads();
    if (thread == 0 && plane < region.channels) {
      float total = 0;
      const float* warps = shared + threadIdx.x / rows::kWarp;
      for (int w = 0; w < team / rows::kWarp; ++w) total += warps[w];
      shared[p.means + plane] = total * p.share;
    }
    __syncthreads();
    sum = 0;
  });
}

// ---- both layers

// The region's part of the hidden vector's sums.
template <typename T>
__device__ inline void make_part(const SqueezeParams& p, const Region& region,
                                 const Weights<T>& weights, const float* means, float* part) {
  const int lanes = p.hidden_lanes, lane = threadIdx.x % lanes;
  for (int base = 0; base < p.hidden; base += blockDim.x / lanes) {
    const int row = base + static_cast<int>(threadIdx.x) / lanes;
    const int count = row < p.hidden ? region.channels : 0;
    const float sum = dot(weights.first + row * weights.pitch, means, count, lane, lanes);
    if (lane == 0 && row < p.hidden) part[row] = sum;
  }
}

// The hidden vector from the parts of all of the image's blocks, with zeros up to its pitch.
__device__ inline void join_parts(const SqueezeParams& p, const float* parts, float* shared) {
  const int threads = blockDim.x;
  for (int base = 0; base < p.hidden_pitch; base += threads) {
    const int width = min(p.hidden_pitch - base, threads);
    const int groups = threads / width;
    const int group = threadIdx.x / width, thread = threadIdx.x % width;
    const int row = base + thread;
    float sum[1] = {};
    const int end = group < groups && row < p.hidden ? p.blocks : 0;
#pragma unroll 4
    for (int b = group; b < end; b += groups) sum[0] += parts[b * p.hidden_pitch + row];
    join_groups(sum, group, groups, thread, width, shared);
    if (group == 0) {
      if (row < p.hidden) {
        sum[0] += p.hidden_bias[row];
        activate(p.hidden_act, sum);
      }
      shared[p.hidden_vector + row] = sum[0];
    }
  }
}

// The gates of the region's channels: emit(channel of the region, gate), by one thread each.
template <typename T, typename Emit>
__device__ inline void make_gates(const SqueezeParams& p, const Region& region,
                                  const Weights<T>& weights, const float* hidden, Emit&& emit) {
  const int lanes = p.gate_lanes, lane = threadIdx.x % lanes;
  for (int base = 0; base < region.channels; base += blockDim.x / lanes) {
    const int row = base + static_cast<int>(threadIdx.x) / lanes;
    const int count = row < region.channels ? p.hidden_pitch : 0;
    float gate[1] = {dot(weights.first + row * weights.pitch, hidden, count, lane, lanes)};
    if (lane == 0 && row < region.channels) {
      gate[0] += p.gate_bias[region.channel + row];
      activate(p.gate_act, gate);
      emit(row, gate[0]);
    }
  }
}

template <int V, typename T>
__device__ inline void multiply_pixels(const SqueezeParams& p, const Region& region,
                                       const float* gates, const T* x, T* y) {
  const int vectors = region.channels / V;
  for (int base = 0; base < vectors; base += blockDim.x) {
    const int width = min(vectors - base, static_cast<int>(blockDim.x));
    const int groups = blockDim.x / width;
    const int group = threadIdx.x / width, thread = threadIdx.x % width;
    const int channel = (base + thread) * V;  // of the region
    float gate[V];
#pragma unroll
    for (int i = 0; i < V; ++i) gate[i] = gates[channel + i];
    const int end = group < groups ? region.pixel_end : 0;
#pragma unroll 4
    for (int pixel = region.pixel + group; pixel < end; pixel += groups) {
      const int64_t offset = static_cast<int64_t>(pixel) * p.channels + region.channel + channel;
      float v[V];
      load(x + offset, v);
#pragma unroll
      for (int i = 0; i < V; ++i) v[i] *= gate[i];
      store(y + offset, v);
    }
  }
}

template <int V, typename T>
__device__ inline void multiply_planes(const SqueezeParams& p, const Region& region,
                                       const float* gates, const T* x, T* y) {
  const auto scale = [&](int plane, int i) {
    const int64_t offset = static_cast<int64_t>(region.channel + plane) * p.pixels + i;
    float v[V];
    load(x + offset, v);
#pragma unroll
    for (int k = 0; k < V; ++k) v[k] *= gates[plane];
    store(y + offset, v);
  };
  for_planes<V>(p, region, scale, [](int, int, int) {});
}

// ---- the stages

// The region's part of the hidden vector's sums, at `part`.
template <SqueezeForm kForm, int V, typename T>
__device__ inline void squeeze(const SqueezeParams& p, const Region& region,
                               const Weights<T>& weights, float* shared, float* part) {
  const T* const x = static_cast<const T*>(p.x) + region.image * p.x_image;
  if constexpr (kForm == SqueezeForm::kPlanes) {
    sum_planes<V>(p, region, x, shared);
  } else {
    sum_pixels<V>(p, region, x, shared);
  }
  float* const means = shared + p.means;
  for (int i = region.channels + threadIdx.x; i < p.slice; i += blockDim.x) means[i] = 0;
  wait_for_weights();
  __syncthreads();
  make_part(p, region, weights, means, part);
}

// The region's gates, from the image's parts.
template <SqueezeForm kForm, int V, bool kMultiply, typename T>
__device__ inline void excite(const SqueezeParams& p, const Region& region,
                              const Weights<T>& weights, const float* parts, float* shared) {
  T* const y = static_cast<T*>(p.y) + region.image * p.y_image;
  float* const gates = shared + p.gates;
  join_parts(p, parts, shared);
  wait_for_weights();
  __syncthreads();
  make_gates(p, region, weights, shared + p.hidden_vector, [&](int row, float gate) {
    if constexpr (kMultiply) {
      gates[row] = gate;
    } else {
      y[region.channel + row] = rows::from_float<T>(gate);
    }
  });
  if constexpr (kMultiply) {
    __syncthreads();
    const T* const x = static_cast<const T*>(p.x) + region.image * p.x_image;
    if constexpr (kForm == SqueezeForm::kPlanes) {
      multiply_planes<V>(p, region, gates, x, y);
    } else {
      multiply_pixels<V>(p, region, gates, x, y);
    }
  }
}

template <typename T, int V, SqueezeForm kForm, SqueezeStage kStage, bool kMultiply>
__global__ void __launch_bounds__(kMostThreads, 2)
    squeeze_excite(const __grid_constant__ SqueezeParams p) {
  extern __shared__ __align__(16) float shared[];
  allow_dependents();
  const Region region = region_of<kForm, kStage>(p);
  Weights<T> hidden{}, gate{};
  if constexpr (kStage != SqueezeStage::kExcite) hidden = stage_hidden<T>(p, region, shared);
  if constexpr (kStage != SqueezeStage::kSqueeze) gate = stage_gate<T>(p, region, shared);
  wait_for_producers();
  float* parts = p.parts + static_cast<int64_t>(region.image) * p.blocks * p.hidden_pitch;
  if constexpr (kStage == SqueezeStage::kBoth) {
    float* const sums = shared + p.hidden_vector;  // in place of what becomes of them
    squeeze<kForm, V>(p, region, hidden, shared, sums);
    __syncthreads();
    excite<kForm, V, kMultiply>(p, region, gate, sums, shared);
  } else if constexpr (kStage == SqueezeStage::kSqueeze) {
    squeeze<kForm, V>(p, region, hidden, shared, parts + region.block * p.hidden_pitch);
  } else {
    excite<kForm, V, kMultiply>(p, region, gate, parts, shared);
  }
}

using Function = void (*)(SqueezeParams);

template <typename T, int V, SqueezeForm kForm>
Function with_stage(SqueezeStage stage, bool multiply) {
  using enum SqueezeStage;
  switch (stage) {
    case kSqueeze: return squeeze_excite<T, V, kForm, kSqueeze, false>;
    case kExcite:
      return multiply ? squeeze_excite<T, V, kForm, kExcite, true>
                      : squeeze_excite<T, V, kForm, kExcite, false>;
    default:
      return multiply ? squeeze_excite<T, V, kForm, kBoth, true>
                      : squeeze_excite<T, V, kForm, kBoth, false>;
  }
}

template <typename T, int V>
Function with_form(SqueezeForm form, SqueezeStage stage, bool multiply) {
  switch (form) {
    case SqueezeForm::kPixels: return with_stage<T, V, SqueezeForm::kPixels>(stage, multiply);
    case SqueezeForm::kChannels: return with_stage<T, V, SqueezeForm::kChannels>(stage, multiply);
    default: return with_stage<T, V, SqueezeForm::kPlanes>(stage, multiply);
  }
}

}  // namespace

Function squeeze_function(DataType type, SqueezeForm form, SqueezeStage stage, bool wide,
                          bool multiply) {
  Function function = nullptr;
  rows::with_float_type(type, [&](auto zero) {
    using T = decltype(zero);
    function = wide ? with_form<T, rows::kWidest<T>>(form, stage, multiply)
                    : with_form<T, 1>(form, stage, multiply);
  });
  return function;
}

void allow_shared(const SqueezeKernel& kernel) {
  cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel.function),
                       cudaFuncAttributeMaxDynamicSharedMemorySize,
                       static_cast<int>(kernel.shape.shared_bytes));
}

void launch_squeeze(const SqueezeKernel& kernel, const SqueezeParams& params, cudaStream_t stream) {
  launch_kernel(kernel.function, kernel.shape, params, stream);
}

}  // namespace tenon
