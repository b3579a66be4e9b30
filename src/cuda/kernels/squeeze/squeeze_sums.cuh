#pragma once

#include "cuda/kernels/rows/block_reduce.cuh"
#include "cuda/kernels/rows/packets.cuh"
#include "cuda/kernels/squeeze/squeeze_params.h"

namespace tenon::squeeze {

using rows::load;

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

}  // namespace tenon::squeeze
