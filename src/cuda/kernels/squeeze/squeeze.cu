#include "cuda/kernels/igemm/narrow.cuh"
#include "cuda/kernels/igemm/tensor_core.cuh"
#include "cuda/kernels/rows/block_reduce.cuh"
#include "cuda/kernels/rows/packets.cuh"
#include "cuda/kernels/squeeze/squeeze_params.h"

namespace tenon {
namespace {

using rows::load;
using rows::store;

constexpr int kMostThreads = 512;

// The part of an image whose sums a block makes, and that it multiplies.
struct Region {
  int channel, channel_end;
  int pixel, pixel_end;
};

struct Place {
  int image, block;  // of the cluster
  int first, count;  // channels of the block's slice
};

__device__ inline Place place_of(const SqueezeParams& p) {
  const int block = blockIdx.x % p.cluster;
  const int first = min(block * p.slice, p.channels);
  return {static_cast<int>(blockIdx.x) / p.cluster, block, first, min(p.slice, p.channels - first)};
}

template <SqueezeForm kForm>
__device__ inline Region region_of(const SqueezeParams& p, const Place& at) {
  if constexpr (kForm != SqueezeForm::kPixels) {
    return {at.first, at.first + at.count, 0, p.pixels};
  }
  const int part = (p.pixels + p.cluster - 1) / p.cluster;
  const int first = min(at.block * part, p.pixels);
  return {0, p.channels, first, min(first + part, p.pixels)};
}

// ---- between blocks

// To the same place in the shared memory of another block of the cluster.
template <int V>
__device__ inline void store_to_block(float* at, unsigned block, const float (&v)[V]) {
#if __CUDA_ARCH__ >= 900
  uint32_t there;
  const auto here = static_cast<uint32_t>(__cvta_generic_to_shared(at));
  asm volatile("mapa.shared::cluster.u32 %0, %1, %2;" : "=r"(there) : "r"(here), "r"(block));
  if constexpr (V % 4 == 0) {
#pragma unroll
    for (int i = 0; i < V; i += 4) {
      asm volatile("st.shared::cluster.v4.f32 [%0], {%1, %2, %3, %4};" ::"r"(there + i * 4),
                   "f"(v[i]), "f"(v[i + 1]), "f"(v[i + 2]), "f"(v[i + 3])
                   : "memory");
    }
  } else {
#pragma unroll
    for (int i = 0; i < V; ++i) {
      asm volatile("st.shared::cluster.f32 [%0], %1;" ::"r"(there + i * 4), "f"(v[i]) : "memory");
    }
  }
#else
#pragma unroll
  for (int i = 0; i < V; ++i) at[i] = v[i];
#endif
}

// Everything that blocks of the cluster have written to one another is there.
__device__ inline void meet(const SqueezeParams& p) {
  if (p.cluster == 1) return __syncthreads();
  arrive_at_cluster();
  wait_for_cluster();
}

// ---- weights

__device__ inline void copy_packet(void* shared, const void* from) {
  const auto to = static_cast<uint32_t>(__cvta_generic_to_shared(shared));
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(to), "l"(from) : "memory");
}

// A block's part of both matrices: where its first element is, and the distance of rows.
template <typename T>
struct Weights {
  const T* hidden;  // [p.hidden][the block's channels]
  const T* gate;    // [the block's channels][p.hidden_pitch]
  int hidden_pitch;
};

// Starts to copy the weights to shared memory, where they have room there.
template <typename T>
__device__ inline Weights<T> stage_weights(const SqueezeParams& p, const Place& at, float* shared) {
  constexpr int kPacket = rows::kWidest<T>;
  const T* hidden = static_cast<const T*>(p.hidden_weights) + at.first;
  const T* gate =
      static_cast<const T*>(p.gate_weights) + static_cast<int64_t>(at.first) * p.hidden_pitch;
  if (p.weights == 0) return {hidden, gate, p.channel_pitch};
  T* const to_hidden = reinterpret_cast<T*>(shared + p.weights);
  T* const to_gate = to_hidden + p.hidden * p.slice;
  const int packets = (at.count + kPacket - 1) / kPacket;  // of a row
  for (int i = threadIdx.x; i < p.hidden * packets; i += blockDim.x) {
    const int row = i / packets, column = i % packets * kPacket;
    copy_packet(to_hidden + row * p.slice + column, hidden + row * p.channel_pitch + column);
  }
  for (int i = threadIdx.x * kPacket; i < at.count * p.hidden_pitch; i += blockDim.x * kPacket) {
    copy_packet(to_gate + i, gate + i);
  }
  return {to_hidden, to_gate, p.slice};
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

// The sums of the region's pixels, channel by channel: emit(first channel, V sums).
template <int V, typename T, typename Emit>
__device__ inline void sum_pixels(const SqueezeParams& p, const T* x, const Region& region,
                                  float* shared, Emit&& emit) {
  const int vectors = (region.channel_end - region.channel) / V;
  for (int base = 0; base < vectors; base += blockDim.x) {
    const int width = min(vectors - base, static_cast<int>(blockDim.x));
    const int groups = blockDim.x / width;
    const int group = threadIdx.x / width, thread = threadIdx.x % width;
    const int channel = region.channel + (base + thread) * V;
    float sums[V] = {};
    const int end = group < groups ? region.pixel_end : 0;
#pragma unroll 4
    for (int pixel = region.pixel + group; pixel < end; pixel += groups) {
      float v[V];
      load(x + static_cast<int64_t>(pixel) * p.channels + channel, v);
#pragma unroll
      for (int i = 0; i < V; ++i) sums[i] += v[i];
    }
    join_groups(sums, group, groups, thread, width, shared);
    if (group == 0) emit(channel, sums);
  }
}

// Threads that share a plane: whole warps, as many as there are planes for.
__device__ inline int plane_team(int planes) {
  int team = blockDim.x;
  while (team > rows::kWarp && team * planes > static_cast<int>(blockDim.x)) team /= 2;
  return team;
}

// Calls each(plane, index in it) for packets of V elements of the slice's planes, and for all
// threads of the block, after each round of planes, done(plane, thread of its team, team's
// threads); the plane may be one beyond the slice.
template <int V, typename Each, typename Done>
__device__ inline void for_planes(const SqueezeParams& p, const Place& at, Each&& each,
                                  Done&& done) {
  const int team = plane_team(at.count);
  const int teams = blockDim.x / team, thread = threadIdx.x % team;
  for (int base = 0; base < at.count; base += teams) {
    const int plane = base + static_cast<int>(threadIdx.x) / team;
    const int end = plane < at.count ? p.pixels : 0;
#pragma unroll 4
    for (int i = thread * V; i < end; i += team * V) each(plane, i);
    done(plane, thread, team);
  }
}

template <int V, typename T>
__device__ inline void sum_planes(const SqueezeParams& p, const Place& at, const T* x,
                                  float* shared, float* means) {
  float sum = 0;
  const auto add = [&](int plane, int i) {
    float v[V];
    load(x + static_cast<int64_t>(at.first + plane) * p.pixels + i, v);
#pragma unroll
    for (int k = 0; k < V; ++k) sum += v[k];
  };
  for_planes<V>(p, at, add, [&](int plane, int thread, int team) {
    sum = rows::reduce_warp(sum, rows::Sum());
    if (threadIdx.x % rows::kWarp == 0) shared[threadIdx.x / rows::kWarp] = sum;
    __syncthreads();
    if (thread == 0 && plane < at.count) {
      float total = 0;
      const float* warps = shared + threadIdx.x / rows::kWarp;
      for (int w = 0; w < team / rows::kWarp; ++w) total += warps[w];
      means[plane] = total * p.share;
    }
    __syncthreads();
    sum = 0;
  });
}

// The means of the block's slice, in shared memory behind p.means.
template <SqueezeForm kForm, int V, typename T>
__device__ inline void squeeze(const SqueezeParams& p, const Place& at, const T* x, float* shared) {
  float* const means = shared + p.means;
  if constexpr (kForm == SqueezeForm::kPlanes) {
    sum_planes<V>(p, at, x, shared, means);
  } else if constexpr (kForm == SqueezeForm::kChannels) {
    const Region region = region_of<kForm>(p, at);
    sum_pixels<V>(p, x, region, shared, [&](int channel, const float(&sums)[V]) {
#pragma unroll
      for (int i = 0; i < V; ++i) means[channel - at.first + i] = sums[i] * p.share;
    });
  } else {
    const Region region = region_of<kForm>(p, at);
    float* const parts = shared + p.parts;
    sum_pixels<V>(p, x, region, shared, [&](int channel, const float(&sums)[V]) {
      const int owner = channel / p.slice;
      store_to_block(parts + at.block * p.slice + channel - owner * p.slice, owner, sums);
    });
    meet(p);
    for (int i = threadIdx.x; i < at.count; i += blockDim.x) {
      float total = 0;
      for (int b = 0; b < p.cluster; ++b) total += parts[b * p.slice + i];
      means[i] = total * p.share;
    }
  }
  for (int i = at.count + threadIdx.x; i < p.slice; i += blockDim.x) means[i] = 0;
}

// ---- both layers

// The hidden vector in every block's shared memory.
template <typename T>
__device__ inline void make_hidden(const SqueezeParams& p, const Place& at,
                                   const Weights<T>& weights, float* shared) {
  const int lanes = p.hidden_lanes, lane = threadIdx.x % lanes;
  float* const parts = shared + p.hidden_parts;
  for (int base = 0; base < p.hidden; base += blockDim.x / lanes) {
    const int row = base + static_cast<int>(threadIdx.x) / lanes;
    const int count = row < p.hidden ? at.count : 0;
    const float sum[1] = {
        dot(weights.hidden + row * weights.hidden_pitch, shared + p.means, count, lane, lanes)};
    for (int b = lane; b < p.cluster && row < p.hidden; b += lanes) {
      store_to_block(parts + at.block * p.hidden_pitch + row, b, sum);
    }
  }
  meet(p);
  for (int row = threadIdx.x; row < p.hidden_pitch; row += blockDim.x) {
    float v[1] = {0};
    if (row < p.hidden) {
      v[0] = p.hidden_bias[row];
      for (int b = 0; b < p.cluster; ++b) v[0] += parts[b * p.hidden_pitch + row];
      activate(p.hidden_act, v);
    }
    shared[p.hidden_vector + row] = v[0];
  }
  __syncthreads();
}

// The gates of the slice: emit(channel of the slice, gate, lane, lanes).
template <typename T, typename Emit>
__device__ inline void make_gates(const SqueezeParams& p, const Place& at,
                                  const Weights<T>& weights, const float* shared, Emit&& emit) {
  const int lanes = p.gate_lanes, lane = threadIdx.x % lanes;
  for (int base = 0; base < at.count; base += blockDim.x / lanes) {
    const int row = base + static_cast<int>(threadIdx.x) / lanes;
    const int count = row < at.count ? p.hidden_pitch : 0;
    float v[1] = {
        dot(weights.gate + row * p.hidden_pitch, shared + p.hidden_vector, count, lane, lanes)};
    if (row >= at.count) continue;
    v[0] += p.gate_bias[at.first + row];
    activate(p.gate_act, v);
    emit(row, v, lane, lanes);
  }
}

template <int V, typename T>
__device__ inline void multiply_pixels(const SqueezeParams& p, const Region& region,
                                       const float* gates, const T* x, T* y) {
  const int vectors = (region.channel_end - region.channel) / V;
  for (int base = 0; base < vectors; base += blockDim.x) {
    const int width = min(vectors - base, static_cast<int>(blockDim.x));
    const int groups = blockDim.x / width;
    const int group = threadIdx.x / width, thread = threadIdx.x % width;
    const int channel = (base + thread) * V;
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
__device__ inline void multiply_planes(const SqueezeParams& p, const Place& at, const float* gates,
                                       const T* x, T* y) {
  const auto scale = [&](int plane, int i) {
    const int64_t offset = static_cast<int64_t>(at.first + plane) * p.pixels + i;
    float v[V];
    load(x + offset, v);
#pragma unroll
    for (int k = 0; k < V; ++k) v[k] *= gates[plane];
    store(y + offset, v);
  };
  for_planes<V>(p, at, scale, [](int, int, int) {});
}

template <typename T, int V, SqueezeForm kForm, bool kMultiply>
__global__ void __launch_bounds__(kMostThreads, 2)
    squeeze_excite(const __grid_constant__ SqueezeParams p) {
  extern __shared__ __align__(16) float shared[];
  allow_dependents();
  if (p.cluster > 1) arrive_at_cluster();
  const Place at = place_of(p);
  const Weights<T> weights = stage_weights<T>(p, at, shared);
  wait_for_producers();
  if (p.cluster > 1) wait_for_cluster();  // the others have begun
  const T* const x = static_cast<const T*>(p.x) + at.image * p.x_image;
  T* const y = static_cast<T*>(p.y) + at.image * p.y_image;
  squeeze<kForm, V>(p, at, x, shared);
  wait_for_weights();
  __syncthreads();
  make_hidden(p, at, weights, shared);
  float* const gates = shared + p.gates;
  if constexpr (!kMultiply) {
    make_gates(p, at, weights, shared, [&](int row, const float(&gate)[1], int lane, int) {
      if (lane == 0) y[at.first + row] = narrowed<T>(gate[0]);
    });
  } else if constexpr (kForm == SqueezeForm::kPixels) {
    make_gates(p, at, weights, shared, [&](int row, const float(&gate)[1], int lane, int lanes) {
      for (int b = lane; b < p.cluster; b += lanes) {
        store_to_block(gates + at.first + row, b, gate);
      }
    });
    meet(p);
    multiply_pixels<V>(p, region_of<kForm>(p, at), gates, x, y);
  } else {
    make_gates(p, at, weights, shared, [&](int row, const float(&gate)[1], int lane, int) {
      if (lane == 0) gates[row] = gate[0];
    });
    __syncthreads();
    if constexpr (kForm == SqueezeForm::kChannels) {
      multiply_pixels<V>(p, region_of<kForm>(p, at), gates, x, y);
    } else {
      multiply_planes<V>(p, at, gates, x, y);
    }
  }
}

using Function = void (*)(SqueezeParams);

template <typename T, int V, SqueezeForm kForm>
Function with_multiply(bool multiply) {
  return multiply ? squeeze_excite<T, V, kForm, true> : squeeze_excite<T, V, kForm, false>;
}

template <typename T, int V>
Function with_form(SqueezeForm form, bool multiply) {
  switch (form) {
    case SqueezeForm::kPixels: return with_multiply<T, V, SqueezeForm::kPixels>(multiply);
    case SqueezeForm::kChannels: return with_multiply<T, V, SqueezeForm::kChannels>(multiply);
    default: return with_multiply<T, V, SqueezeForm::kPlanes>(multiply);
  }
}

}  // namespace

Function squeeze_function(DataType type, SqueezeForm form, bool wide, bool multiply) {
  Function function = nullptr;
  rows::with_float_type(type, [&](auto zero) {
    using T = decltype(zero);
    function =
        wide ? with_form<T, rows::kWidest<T>>(form, multiply) : with_form<T, 1>(form, multiply);
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
