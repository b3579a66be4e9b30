#pragma once

#include "cuda/kernels/squeeze/squeeze_sums.cuh"

// Both layers of squeeze and excitation: constants may be read before what other kernels write.
namespace tenon::squeeze {

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

}  // namespace tenon::squeeze
