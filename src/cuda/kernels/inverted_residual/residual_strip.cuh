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
    on_diagonal_ = column / 2 == lane % 4;
    even_ = column % 2 != 0 ? 0x1044 : 0x4410;
    odd_ = column % 2 != 0 ? 0x3244 : 0x4432;
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

  // Adds the share of a chunk: of 16 channels at a time, or of both halves side by side where there
  // are registers for it.
  __device__ void add(const char* memory, const char* weights, int groups) {
    const uint32_t region = shared_address(memory);
    if (kSideBySide && groups == 2) {
      const Weights first = load_weights(weights, 0), second = load_weights(weights, 1);
      add_group(region, first);
      add_group(region + 32, second);
      return;
    }
#pragma unroll 1
    for (int g = 0; g < groups; ++g) add_group(region + g * 32, load_weights(weights, g));
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
    uint32_t added[kTiles * 2][Shape::column_tiles] = {};  // all at once: they are far
#pragma unroll
    for (int row = 0; row < kTiles * 2; ++row) {
      if (p_.residual == nullptr || row >= rows_) continue;
#pragma unroll
      for (int c = 0; c < Shape::column_tiles; ++c) {
        if (c * 8 >= p_.columns) continue;
        added[row][c] = *reinterpret_cast<const uint32_t*>(residual + row * residual_pitch + c * 8);
      }
    }
#pragma unroll
    for (int row = 0; row < kTiles * 2; ++row) {
      if (row < rows_) write_pixel(y + row * pitch, added[row], sums_[row % kTiles], row / kTiles);
    }
  }

 private:
  static constexpr int kTaps = 9;
  static constexpr int kPairs = (Shape::column_tiles + 1) / 2;  // of tiles of columns
  static constexpr bool kSideBySide = kTiles == 1 && Shape::column_tiles <= 4;

  // Of 16 channels.
  struct Weights {
    uint32_t taps[2][kTaps];  // elements of diagonal matrices, for either 8 channels
    float2 bias[2];
    uint32_t projection[kPairs][4];
  };

  __device__ Weights load_weights(const char* weights, int group) const {
    Weights loaded;
    const int lane = static_cast<int>(threadIdx.x) % 32;
#pragma unroll
    for (int h = 0; h < 2; ++h) {
      const int channel = group * 16 + h * 8;
      uint4 first{};
      uint32_t last = 0;
      if (on_diagonal_) {
        const int lane_channel = channel + lane / 4;
        first = *reinterpret_cast<const uint4*>(weights + p_.chunk.depthwise + lane_channel * 16);
        last = *reinterpret_cast<const uint32_t*>(weights + p_.chunk.last_taps + lane_channel * 4);
      }
      const uint32_t words[5] = {first.x, first.y, first.z, first.w, last};
#pragma unroll
      for (int tap = 0; tap < kTaps; ++tap) {
        loaded.taps[h][tap] = __byte_perm(words[tap / 2], 0, tap % 2 != 0 ? odd_ : even_);
      }
      loaded.bias[h] =
          lane_bias(reinterpret_cast<const float*>(weights + p_.chunk.bias2) + channel);
    }
    const uint32_t columns = shared_address(weights) + p_.chunk.projection +
                             lane_of_columns(kResidualPitch) + group * 32;
#pragma unroll
    for (int c = 0; c < kPairs; ++c) {
      if (c * 16 < p_.columns)
        load_matrices(columns + c * 16 * kResidualPitch, loaded.projection[c]);
    }
    return loaded;
  }

  // Columns of windows, for either 8 channels: [upper row, lower row] of the first and the second
  // one, and of the third.
  struct WindowRow {
    uint32_t first_two[2][4], third[4];
  };
  __device__ WindowRow load_row(uint32_t region, int r) const {
    WindowRow row;
    load_matrices(region + first_two_ + r * p_.region_row_bytes, row.first_two[0]);
    load_matrices(region + first_two_ + r * p_.region_row_bytes + 16, row.first_two[1]);
    load_matrices(region + third_ + r * p_.region_row_bytes, row.third);
    return row;
  }
  // The lower row of one and the upper row of the other.
  __device__ static WindowRow between(const WindowRow& a, const WindowRow& b) {
    WindowRow row;
#pragma unroll
    for (int i = 0; i < 4; i += 2) {
#pragma unroll
      for (int h = 0; h < 2; ++h) {
        row.first_two[h][i] = a.first_two[h][i + 1];
        row.first_two[h][i + 1] = b.first_two[h][i];
      }
      row.third[i] = a.third[i + 1];
      row.third[i + 1] = b.third[i];
    }
    return row;
  }

  // Goes through the rows of the region, of which each belongs to up to three rows of y.
  __device__ void add_group(uint32_t region, const Weights& weights) {
    constexpr int kRows = (kTiles - 1) * kStride + 3;
    constexpr bool kNeighbours = kTiles == 1 && kStride == 1;  // rows 0 and 1, 1 and 2, 2 and 3
    float d[3][2][4];                                          // of row t at t % 3
    WindowRow row, next;
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      if (kNeighbours && r == 1) {
        next = load_row(region, 2);
        row = between(row, next);
      } else {
        row = kNeighbours && r == 2 ? next : load_row(region, r);
      }
#pragma unroll
      for (int tap_row = 2; tap_row >= 0; --tap_row) {
        const int t = (r - tap_row) / kStride;
        if (r < tap_row || (r - tap_row) % kStride != 0 || t >= kTiles) continue;
#pragma unroll
        for (int h = 0; h < 2; ++h) {
          float(&sum)[4] = d[t % 3][h];
#pragma unroll
          for (int i = 0; i < 4 && tap_row == 0; ++i)
            sum[i] = i % 2 == 0 ? weights.bias[h].x : weights.bias[h].y;
          const uint32_t(&taps)[kTaps] = weights.taps[h];
          multiply_add<T>(sum, row.first_two[h], taps[tap_row * 3], taps[tap_row * 3 + 1]);
          multiply_add_half<T>(sum, row.third[h * 2], row.third[h * 2 + 1], taps[tap_row * 3 + 2]);
        }
      }
      if (r >= 2 && (r - 2) % kStride == 0) {
        project(weights, d[(r - 2) / kStride % 3], sums_[(r - 2) / kStride]);
      }
    }
  }

  __device__ void project(const Weights& weights, float (&d)[2][4],
                          float (&sums)[Shape::column_tiles][4]) {
    uint32_t words[4];
    activate_tiles<T, Shape::curved>(p_.act2, d[0], d[1], words);
#pragma unroll
    for (int c = 0; c < Shape::column_tiles; ++c) {
      if (c * 8 >= p_.columns) continue;
      multiply_add<T>(sums[c], words, weights.projection[c / 2][c % 2 * 2],
                      weights.projection[c / 2][c % 2 * 2 + 1]);
    }
  }

  __device__ void write_pixel(T* y, const uint32_t (&added)[Shape::column_tiles],
                              const float (&sums)[Shape::column_tiles][4], int half) const {
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
  int rows_;               // that are in y
  int first_two_, third_;  // where the lane's rows of matrices begin in the region
  bool on_diagonal_;
  uint32_t even_, odd_;  // where taps of even and odd numbers go then
  float sums_[kTiles][Shape::column_tiles][4];
};

}  // namespace tenon
