#pragma once

#include "cuda/kernels/inverted_residual/residual_tile.cuh"

namespace tenon {

// Expands the pixels of x in shared memory by a chunk of channels.
template <typename Shape>
class Expansion {
 public:
  using T = typename Shape::Element;

  __device__ Expansion(const InvertedResidualParams& p, char* memory, int pixels)
      : p_(p),
        places_(reinterpret_cast<const int*>(memory + p.places)),
        region_(shared_address(memory)),
        rows_((pixels + 15) / 16) {}

  __device__ void run(const char* weights) {
    switch (p_.channels) {
      case 16: return run_few<2>(weights);
      case 24: return run_few<3>(weights);
      case 32: return run_few<4>(weights);
      default: break;
    }
    if (rows_ <= warps_of_block()) {
      run_many<1>(weights);
    } else {
      run_many<2>(weights);
    }
  }

 private:
  static constexpr int kGroups = kResidualChunk / 16, kTiles = kGroups * 2;  // of columns

  // With 8 * kEighths channels: their weights stay in registers.
  template <int kEighths>
  __device__ void run_few(const char* weights) {
    constexpr int kRows = 2;  // of 16 pixels at a time
    constexpr int kSteps = (kEighths + 1) / 2;
    uint32_t right[kSteps][kGroups][4];
#pragma unroll
    for (int step = 0; step < kSteps; ++step) load_right(weights, step, right[step]);
    for (int row = warp_of_block(); row < rows_; row += warps_of_block() * kRows) {
      float d[kRows][kTiles][4];
      begin(weights, d);
#pragma unroll
      for (int step = 0; step < kSteps; ++step) {
        uint32_t left[kRows][4];
        load_left(row, step, left);
        if constexpr (kEighths % 2 == 1) {
          if (step + 1 == kSteps) {
            multiply<true>(left, right[step], d);
            continue;
          }
        }
        multiply<false>(left, right[step], d);
      }
      finish(row, d);
    }
  }

  template <int kRows>
  __device__ void run_many(const char* weights) {
    const int steps = (p_.channels + 15) / 16;
    for (int row = warp_of_block(); row < rows_; row += warps_of_block() * kRows) {
      float d[kRows][kTiles][4];
      begin(weights, d);
#pragma unroll 2
      for (int step = 0; step < steps; ++step) {
        uint32_t left[kRows][4], right[kGroups][4];
        load_left(row, step, left);
        load_right(weights, step, right);
        if (step * 16 + 8 == p_.channels) clear_upper(left, right);
        multiply<false>(left, right, d);
      }
      finish(row, d);
    }
  }

  template <int kRows>
  __device__ void begin(const char* weights, float (&d)[kRows][kTiles][4]) {
    const auto* bias = reinterpret_cast<const float*>(weights + p_.chunk.bias1);
#pragma unroll
    for (int i = 0; i < kTiles; ++i) {
      const float2 b = lane_bias(bias + i * 8);
#pragma unroll
      for (int r = 0; r < kRows; ++r) {
        d[r][i][0] = d[r][i][2] = b.x;
        d[r][i][1] = d[r][i][3] = b.y;
      }
    }
  }

  // The sides of products over 16 channels.
  template <int kRows>
  __device__ void load_left(int row, int step, uint32_t (&to)[kRows][4]) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      const int pixel = min(row + r * warps_of_block(), rows_ - 1) * 16 + lane % 16;
      load_matrices(region_ + p_.x_pixels + pixel * p_.x_pitch + step * 32 + lane / 16 * 16, to[r]);
    }
  }
  __device__ void load_right(const char* weights, int step, uint32_t (&to)[kGroups][4]) {
    const uint32_t from = shared_address(weights) + lane_of_columns(p_.x_pitch) + step * 32;
#pragma unroll
    for (int g = 0; g < kGroups; ++g) load_matrices(from + g * 16 * p_.x_pitch, to[g]);
  }
  // What was read behind the last channel: of other pixels and columns.
  template <int kRows>
  __device__ static void clear_upper(uint32_t (&left)[kRows][4], uint32_t (&right)[kGroups][4]) {
#pragma unroll
    for (auto& side : left) side[2] = side[3] = 0;
#pragma unroll
    for (auto& side : right) side[1] = side[3] = 0;
  }

  // Of all 16 channels or the lower 8.
  template <bool kHalf, int kRows>
  __device__ static void multiply(const uint32_t (&left)[kRows][4],
                                  const uint32_t (&right)[kGroups][4],
                                  float (&d)[kRows][kTiles][4]) {
#pragma unroll
    for (int i = 0; i < kTiles; ++i) {
      const uint32_t lower = right[i / 2][i % 2 * 2], upper = right[i / 2][i % 2 * 2 + 1];
#pragma unroll
      for (int r = 0; r < kRows; ++r) {
        if constexpr (kHalf) {
          multiply_add_half<T>(d[r][i], left[r][0], left[r][1], lower);
        } else {
          multiply_add<T>(d[r][i], left[r], lower, upper);
        }
      }
    }
  }

  template <int kRows>
  __device__ void finish(int row, float (&d)[kRows][kTiles][4]) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      const int pixels = row + r * warps_of_block();
      if (pixels >= rows_) return;
      const uint32_t to = region_ + places_[pixels * 16 + lane % 16] + lane / 16 * 16;
#pragma unroll
      for (int i = 0; i < kTiles; i += 2) {
        uint32_t words[4];
        activate_tiles<T, Shape::curved>(p_.act1, d[r][i], d[r][i + 1], words);
        store_matrices(to + i * 16, words);
      }
    }
  }

  const InvertedResidualParams& p_;
  const int* places_;
  uint32_t region_;
  int rows_;
};

}  // namespace tenon
