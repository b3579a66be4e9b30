#pragma once

#include "cuda/kernels/inverted_residual/residual_tile.cuh"

namespace tenon {

// A warp's strip of the tile, up to kTiles * 2 rows of 8 columns. The depthwise convolution is a
// product, too, of pixels by diagonal matrices: it takes the narrow type as it is and sums in FP32.
// A product's 16 rows are 8 pixels of a row of y and those as many rows below as there are tiles:
// what is read of a row of the region serves all windows that have it, as it was read.
template <typename Shape>
class ResidualStrip {
 public:
  using T = typename Shape::Element;
  static constexpr int kTiles = Shape::tiles, kStride = Shape::stride;

  __device__ ResidualStrip(const InvertedResidualParams& p, const ResidualTile& tile) : p_(p) {
    const int warp = static_cast<int>(threadIdx.x) / 32, lane = static_cast<int>(threadIdx.x) % 32;
    const int strip = warp / p.tile_groups, group = warp - strip * p.tile_groups;
    const int first_row = strip * kTiles * 2;
    row_ = tile.out_row + first_row;
    column_ = tile.out_column + group * 8 + lane / 4;
    rows_ = min(p.tile_rows, p.out_height - tile.out_row) - first_row;
    const int lower = lane / 8 % 2 * kTiles;
    const int from = (first_row + lower) * kStride * p.region_row_bytes +
                     (group * 8 + lane % 8) * kResidualPitch;
    const int second = kStride == 1 ? 1 : p.odd_columns;
    first_two_ = from + lane / 16 * second * kResidualPitch;
    third_ = from + (kStride == 1 ? 2 : 1) * kResidualPitch + lane / 16 * 16;
    // Of a diagonal matrix a lane has the element of its column and that beside it, if any.
    const int column = lane / 4;
    const bool any = column / 2 == lane % 4;
    even_ = !any ? 0x4444 : column % 2 != 0 ? 0x1044 : 0x4410;
    odd_ = !any ? 0x4444 : column % 2 != 0 ? 0x3244 : 0x4432;
#pragma unroll
    for (int c = 0; c < Shape::column_tiles; ++c) {
      if (c * 8 >= p.columns) continue;
      const float2 bias = lane_bias(p.bias + c * 8);
#pragma unroll
      for (int t = 0; t < kTiles; ++t) {
        sums_[t][c][0] = sums_[t][c][2] = bias.x;
        sums_[t][c][1] = sums_[t][c][3] = bias.y;
      }
    }
  }

  // Adds the share of a chunk.
  __device__ void add(const char* memory, const char* weights, int groups) {
    const uint32_t region = shared_address(memory);
#pragma unroll 1
    for (int g = 0; g < groups; ++g) {
      load_weights(weights, g);
      add_group(region + g * 32);
    }
  }

  __device__ void write(const ResidualTile& tile, const char* memory) const {
    if (column_ >= p_.out_width) return;
    const int lane_column = static_cast<int>(threadIdx.x) % 4 * 2;
    const int64_t first = (static_cast<int64_t>(tile.image) * p_.out_height + row_) * p_.out_width;
    const int64_t pixel = (first + column_) * p_.columns + lane_column;
    T* y = static_cast<T*>(p_.y) + pixel;
    const T* residual = static_cast<const T*>(p_.residual) + pixel;
    const int pitch = p_.out_width * p_.columns;
    const int residual_pitch = p_.residual_is_x ? tile.columns() * p_.x_pitch / 2 : pitch;
    if (p_.residual_is_x) {
      const int place = (row_ - tile.top - tile.first_row) * tile.columns() + column_ - tile.left -
                        tile.first_column;
      residual =
          reinterpret_cast<const T*>(memory + p_.x_pixels + place * p_.x_pitch) + lane_column;
    }
#pragma unroll
    for (int t = 0; t < kTiles; ++t) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const int row = t + half * kTiles;
        if (row >= rows_) continue;
        write_pixel(y + row * pitch,
                    p_.residual != nullptr ? residual + row * residual_pitch : nullptr, sums_[t],
                    half);
      }
    }
  }

 private:
  static constexpr int kTaps = 9;
  static constexpr int kPairs = (Shape::column_tiles + 1) / 2;  // of tiles of columns

  __device__ void load_weights(const char* weights, int group) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
#pragma unroll
    for (int h = 0; h < 2; ++h) {
      const int channel = group * 16 + h * 8;
      const char* from = weights + p_.chunk.depthwise + (channel + lane / 4) * 32;
      const uint4 first = *reinterpret_cast<const uint4*>(from);
      const uint32_t words[5] = {first.x, first.y, first.z, first.w,
                                 *reinterpret_cast<const uint32_t*>(from + 16)};
#pragma unroll
      for (int tap = 0; tap < kTaps; ++tap) {
        taps_[h][tap] = __byte_perm(words[tap / 2], 0, tap % 2 != 0 ? odd_ : even_);
      }
      bias_[h] = lane_bias(reinterpret_cast<const float*>(weights + p_.chunk.bias2) + channel);
    }
    const uint32_t columns = shared_address(weights) + p_.chunk.projection +
                             lane_of_columns(kResidualPitch) + group * 32;
#pragma unroll
    for (int c = 0; c < kPairs; ++c) {
      if (c * 16 < p_.columns) load_matrices(columns + c * 16 * kResidualPitch, projection_[c]);
    }
  }

  // Goes through the rows of the region, of which each belongs to up to three rows of y.
  __device__ void add_group(uint32_t region) {
    constexpr int kRows = (kTiles - 1) * kStride + 3;
    float d[3][2][4];  // of row t at t % 3
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      uint32_t first_two[2][4], third[4];  // columns of windows, for either 8 channels
      load_matrices(region + first_two_ + r * p_.region_row_bytes, first_two[0]);
      load_matrices(region + first_two_ + r * p_.region_row_bytes + 16, first_two[1]);
      load_matrices(region + third_ + r * p_.region_row_bytes, third);
#pragma unroll
      for (int tap_row = 2; tap_row >= 0; --tap_row) {
        const int t = (r - tap_row) / kStride;
        if (r < tap_row || (r - tap_row) % kStride != 0 || t >= kTiles) continue;
#pragma unroll
        for (int h = 0; h < 2; ++h) {
          float(&sum)[4] = d[t % 3][h];
#pragma unroll
          for (int i = 0; i < 4 && tap_row == 0; ++i) sum[i] = i % 2 == 0 ? bias_[h].x : bias_[h].y;
          const uint32_t(&taps)[kTaps] = taps_[h];
          multiply_add<T>(sum, first_two[h], taps[tap_row * 3], taps[tap_row * 3 + 1]);
          multiply_add_half<T>(sum, third[h * 2], third[h * 2 + 1], taps[tap_row * 3 + 2]);
        }
      }
      if (r >= 2 && (r - 2) % kStride == 0) {
        project(d[(r - 2) / kStride % 3], sums_[(r - 2) / kStride]);
      }
    }
  }

  __device__ void project(float (&d)[2][4], float (&sums)[Shape::column_tiles][4]) {
    uint32_t words[4];
    activate_tiles<T, Shape::curved>(p_.act2, d[0], d[1], words);
#pragma unroll
    for (int c = 0; c < Shape::column_tiles; ++c) {
      if (c * 8 >= p_.columns) continue;
      multiply_add<T>(sums[c], words, projection_[c / 2][c % 2 * 2],
                      projection_[c / 2][c % 2 * 2 + 1]);
    }
  }

  __device__ void write_pixel(T* y, const T* residual, const float (&sums)[Shape::column_tiles][4],
                              int half) const {
    uint32_t added[Shape::column_tiles] = {};
#pragma unroll
    for (int c = 0; c < Shape::column_tiles; ++c) {
      if (residual == nullptr || c * 8 >= p_.columns) continue;
      added[c] = *reinterpret_cast<const uint32_t*>(residual + c * 8);
    }
#pragma unroll
    for (int c = 0; c < Shape::column_tiles; ++c) {
      if (c * 8 >= p_.columns) continue;
      const float2 r = widen_pair<T>(added[c]);
      float a = sums[c][half * 2] + r.x, b = sums[c][half * 2 + 1] + r.y;
      if (p_.act3.code != kActIdentity) {
        a = activated(p_.act3, a);
        b = activated(p_.act3, b);
      }
      *reinterpret_cast<uint32_t*>(y + c * 8) = narrow_pair<T>(a, b);
    }
  }

  const InvertedResidualParams& p_;
  int row_, column_;       // of y: the lane's pixel of the first row
  int rows_, tiles_;       // that are in y
  int first_two_, third_;  // where the lane's rows of matrices begin in the region
  uint32_t even_, odd_;
  uint32_t taps_[2][kTaps];
  float2 bias_[2];
  uint32_t projection_[kPairs][4];
  float sums_[kTiles][Shape::column_tiles][4];
};

}  // namespace tenon
