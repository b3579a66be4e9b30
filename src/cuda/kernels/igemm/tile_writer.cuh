#pragma once

#include "cuda/kernels/igemm/igemm_stage.cuh"
#include "cuda/kernels/igemm/narrow.cuh"

namespace tenon {

// The tile on its way out: staged in shared memory in FP32, so that threads get eight neighbouring
// columns each. With the depth split, each block of the cluster finishes a share of the rows and is
// sent the others' sums of those: [splits][rows / splits] rows.
template <typename Shape>
class TileWriter {
 public:
  using T = typename Shape::Element;
  static constexpr int kRowBits = __builtin_ctz(Shape::rows);
  static constexpr int kPieces = Shape::columns / 8;
  static constexpr int kItems = (Shape::rows * kPieces + Shape::threads - 1) / Shape::threads;
  // Few enough to fetch their residuals before the product.
  static constexpr int kEarly = kItems <= 4 ? kItems : 0;
  static constexpr int kBatch = kItems <= 4 ? kItems : 2;

  __device__ TileWriter(const IgemmParams& p, int first_row, int first_column, int split)
      : p_(p),
        split_(split),
        rows_(Shape::rows >> p.split_shift),
        first_row_(first_row + split * rows_),
        first_column_(first_column),
        whole_pieces_(p.columns % 8 == 0) {}

  __device__ void fetch_residuals(uint4 (&residuals)[kBatch], int first) const {
    if (p_.residual == nullptr || !whole_pieces_) return;
#pragma unroll
    for (int i = 0; i < kBatch; ++i) {
      const Place at = place_of(first + i);
      if (!at.wanted) continue;
      residuals[i] = *reinterpret_cast<const uint4*>(static_cast<const T*>(p_.residual) +
                                                     static_cast<int64_t>(at.row) * p_.columns +
                                                     at.column);
    }
  }

  __device__ void stage(const WarpTile<Shape>& tile, float* staging) const {
    const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
    const int row = warp / Shape::warp_columns * Shape::warp_tile_rows + lane / 4;
    const int column = warp % Shape::warp_columns * Shape::warp_tile_columns + lane % 4 * 2;
#pragma unroll
    for (int i = 0; i < Shape::row_steps * 2; ++i) {
      const int r = row + i * 8;
      const int owner = r >> (kRowBits - p_.split_shift);
      float* to = staging + (split_ * rows_ + r - owner * rows_) * Shape::pitch + column;
#pragma unroll
      for (int j = 0; j < Shape::column_steps; ++j) {
        const float a = tile.sums[i / 2][j][i % 2 * 2], b = tile.sums[i / 2][j][i % 2 * 2 + 1];
        if (p_.splits == 1) {
          *reinterpret_cast<float2*>(to + j * 8) = make_float2(a, b);
        } else {
          store_to_block(shared_address(to + j * 8), static_cast<unsigned>(owner), a, b);
        }
      }
    }
  }

  __device__ void write(const float* staging, uint4 (&residuals)[kBatch]) const {
    const int items = (rows_ * kPieces + Shape::threads - 1) / Shape::threads;
    for (int first = 0; first < items; first += kBatch) {
      if constexpr (kEarly == 0) fetch_residuals(residuals, first);
#pragma unroll
      for (int i = 0; i < kBatch; ++i) {
        const Place at = place_of(first + i);
        if (!at.wanted) continue;
        float v[8] = {};
        add_sums(staging + at.staged, v);
        finish(at, residuals[i], v);
      }
    }
  }

 private:
  struct Place {
    int row, column;  // of y
    int staged;       // floats behind the staging's start
    bool wanted;
  };
  __device__ Place place_of(int i) const {
    const int item = static_cast<int>(threadIdx.x) + i * Shape::threads;
    const int row = item / kPieces, column = item % kPieces * 8;
    const Place at{first_row_ + row, first_column_ + column, row * Shape::pitch + column, false};
    return {at.row, at.column, at.staged,
            row < rows_ && at.row < p_.rows && at.column < p_.columns};
  }

  __device__ void add_sums(const float* from, float (&v)[8]) const {
    // Half of the lanes read their second half first: no two then want the same banks.
    const int first = static_cast<int>(threadIdx.x) / 4 % 2 * 4;
    for (int s = 0; s < p_.splits; ++s) {
      const float4 a = *reinterpret_cast<const float4*>(from + first);
      const float4 b = *reinterpret_cast<const float4*>(from + (first ^ 4));
      const float4 low = first == 0 ? a : b, high = first == 0 ? b : a;
      v[0] += low.x, v[1] += low.y, v[2] += low.z, v[3] += low.w;
      v[4] += high.x, v[5] += high.y, v[6] += high.z, v[7] += high.w;
      from += rows_ * Shape::pitch;
    }
  }

  __device__ void finish(const Place& at, const uint4& residual, float (&v)[8]) const {
    map_values(v, [&](float x) { return x * p_.scale; });
    if (p_.bias != nullptr) {
      const float4 a = *reinterpret_cast<const float4*>(p_.bias + at.column);
      const float4 b = *reinterpret_cast<const float4*>(p_.bias + at.column + 4);
      v[0] += a.x, v[1] += a.y, v[2] += a.z, v[3] += a.w;
      v[4] += b.x, v[5] += b.y, v[6] += b.z, v[7] += b.w;
    }
    if (!whole_pieces_) return finish_elements(at, v);
    if (p_.residual != nullptr) {
      float r[8];
      widen8<T>(residual, r);
#pragma unroll
      for (int i = 0; i < 8; ++i) v[i] += r[i];
    }
    activate(p_.act, v);
    *reinterpret_cast<uint4*>(static_cast<T*>(p_.y) + output_of(at)) = narrow8<T>(v);
  }

  // Rows that do not begin at multiples of 16 bytes.
  __device__ void finish_elements(const Place& at, float (&v)[8]) const {
    const int64_t first = static_cast<int64_t>(at.row) * p_.columns + at.column;
    const auto* residual = static_cast<const T*>(p_.residual);
#pragma unroll
    for (int i = 0; i < 8; ++i) {
      if (residual != nullptr && at.column + i < p_.columns) v[i] += widened(residual[first + i]);
    }
    activate(p_.act, v);
#pragma unroll
    for (int i = 0; i < 8; ++i) {
      if (at.column + i < p_.columns) static_cast<T*>(p_.y)[first + i] = narrowed<T>(v[i]);
    }
  }

  __device__ int64_t output_of(const Place& at) const {
    if (p_.shuffle == 0) return static_cast<int64_t>(at.row) * p_.columns + at.column;
    int channel, pixel, column, tap_column;
    const int tap = p_.by_shuffled_channels.divide(at.column, channel);
    const int image = p_.by_pixels.divide(at.row, pixel);
    const int line = p_.by_width.divide(pixel, column);
    const int tap_row = tap / p_.shuffle;
    tap_column = tap - tap_row * p_.shuffle;
    const int64_t y_line = static_cast<int64_t>(image * p_.height + line) * p_.shuffle + tap_row;
    return ((y_line * p_.width + column) * p_.shuffle + tap_column) *
               static_cast<int64_t>(p_.by_shuffled_channels.divisor) +
           channel;
  }

  const IgemmParams& p_;
  int split_;
  int rows_;  // that this block finishes
  int first_row_, first_column_;
  bool whole_pieces_;
};

// The tile's way out, by all threads. `behind_ring` is shared memory that no block of the cluster
// uses; with the depth whole, the tile takes the place of what the product used, at `ring`.
template <typename Shape>
__device__ inline void finish_tile(const IgemmParams& p, const TileWriter<Shape>& writer,
                                   const WarpTile<Shape>& tile, char* ring, char* behind_ring,
                                   uint4 (&residuals)[TileWriter<Shape>::kBatch]) {
  if (p.splits == 1) {
    auto* staging = reinterpret_cast<float*>(ring);
    __syncthreads();
    writer.stage(tile, staging);
    __syncthreads();
    writer.write(staging, residuals);
  } else {
    auto* staging = reinterpret_cast<float*>(behind_ring);
    wait_for_cluster();  // the others have begun
    writer.stage(tile, staging);
    arrive_at_cluster();
    wait_for_cluster();
    writer.write(staging, residuals);
  }
}

}  // namespace tenon
