#pragma once

#include "cuda/kernels/igemm/igemm_stage.cuh"
#include "cuda/kernels/igemm/narrow.cuh"

namespace tenon {

// Eight neighbouring columns of a row of y.
struct TilePiece {
  int row, column;
  bool wanted;
};

// What happens to sums on their way to y.
template <typename T>
class PieceWriter {
 public:
  __device__ explicit PieceWriter(const IgemmParams& p) : p_(p), whole_(p.columns % 8 == 0) {}

  __device__ TilePiece piece(int row, int column) const {
    return {row, column, row < p_.rows && column < p_.columns};
  }
  __device__ void fetch_residual(const TilePiece& at, uint4& residual) const {
    if (p_.residual == nullptr || !whole_ || !at.wanted) return;
    residual = *reinterpret_cast<const uint4*>(static_cast<const T*>(p_.residual) +
                                               static_cast<int64_t>(at.row) * p_.residual_pitch +
                                               at.column);
  }
  __device__ void write(const TilePiece& at, const uint4& residual, float (&v)[8]) const {
    if (!at.wanted) return;
    map_values(v, [&](float x) { return x * p_.scale; });
    if (p_.bias != nullptr) {
      const float4 a = *reinterpret_cast<const float4*>(p_.bias + at.column);
      const float4 b = *reinterpret_cast<const float4*>(p_.bias + at.column + 4);
      v[0] += a.x, v[1] += a.y, v[2] += a.z, v[3] += a.w;
      v[4] += b.x, v[5] += b.y, v[6] += b.z, v[7] += b.w;
    }
    if (!whole_) return write_elements(at, v);
    if (p_.residual != nullptr) {
      float r[8];
      widen8<T>(residual, r);
#pragma unroll
      for (int i = 0; i < 8; ++i) v[i] += r[i];
    }
    activate(p_.act, v);
    *reinterpret_cast<uint4*>(static_cast<T*>(p_.y) + output_of(at)) = narrow8<T>(v);
  }

 private:
  // Rows that do not begin at multiples of 16 bytes.
  __device__ void write_elements(const TilePiece& at, float (&v)[8]) const {
    const auto row = static_cast<int64_t>(at.row);
    const auto* residual = static_cast<const T*>(p_.residual);
    if (residual != nullptr) {
      residual += row * p_.residual_pitch + at.column;
#pragma unroll
      for (int i = 0; i < 8; ++i) {
        if (at.column + i < p_.columns) v[i] += widened(residual[i]);
      }
    }
    activate(p_.act, v);
    T* const y = static_cast<T*>(p_.y) + row * p_.y_pitch + at.column;
#pragma unroll
    for (int i = 0; i < 8; ++i) {
      if (at.column + i < p_.columns) y[i] = narrowed<T>(v[i]);
    }
  }

  __device__ int64_t output_of(const TilePiece& at) const {
    if (p_.shuffle == 0) return static_cast<int64_t>(at.row) * p_.y_pitch + at.column;
    int channel, pixel, column;
    const int tap = p_.by_shuffled_channels.divide(at.column, channel);
    const int image = p_.by_pixels.divide(at.row, pixel);
    const int line = p_.by_width.divide(pixel, column);
    const int tap_row = tap / p_.shuffle, tap_column = tap - tap_row * p_.shuffle;
    const int64_t y_line = static_cast<int64_t>(image * p_.height + line) * p_.shuffle + tap_row;
    return ((y_line * p_.width + column) * p_.shuffle + tap_column) * p_.y_pitch + channel;
  }

  const IgemmParams& p_;
  bool whole_;
};

// A tile's way out straight from registers: the order of the packed columns gives a lane eight
// neighbours out of every 32 columns of its warp.
template <typename Shape>
class DirectWriter {
 public:
  using T = typename Shape::Element;
  static constexpr int kGroups = Shape::warp_tile_columns / 32;
  static constexpr int kPieces = Shape::row_steps * 2 * kGroups;
  static constexpr int kCount = kPieces <= 8 ? kPieces : 4;  // at a time
  // Whether registers allow to fetch the first residuals before the product.
  static constexpr bool kEarly = kPieces <= 4 || (kPieces <= 8 && Shape::threads <= 128);

  __device__ DirectWriter(const IgemmParams& p, int first_row, int first_column)
      : writer_(p),
        row_(first_row),
        column_(first_column + Shape::first_column() + static_cast<int>(threadIdx.x) % 4 * 8) {}
  __device__ void fetch_residuals(uint4 (&residuals)[kCount], int first = 0) const {
#pragma unroll
    for (int i = 0; i < kCount; ++i) writer_.fetch_residual(piece(first + i), residuals[i]);
  }
  __device__ void write(const WarpTile<Shape>& tile, uint4 (&residuals)[kCount]) const {
#pragma unroll
    for (int first = 0; first < kPieces; first += kCount) {
      if (!kEarly || first > 0) fetch_residuals(residuals, first);
#pragma unroll
      for (int i = 0; i < kCount; ++i) {
        const int row = (first + i) / kGroups, group = (first + i) % kGroups;
        float v[8];
#pragma unroll
        for (int j = 0; j < 8; ++j) {
          v[j] = tile.sums[row / 2][group * 4 + j / 2][row % 2 * 2 + j % 2];
        }
        writer_.write(piece(first + i), residuals[i], v);
      }
    }
  }

 private:
  __device__ TilePiece piece(int i) const {
    return writer_.piece(row_ + Shape::lane_row(i / kGroups), column_ + i % kGroups * 32);
  }
  PieceWriter<T> writer_;
  int row_, column_;
};

// A tile's way out through shared memory, in FP32. With the depth split, each block of the cluster
// finishes a share of the rows and is sent the others' sums of those: [splits][rows / splits] rows.
template <typename Shape>
class StagedWriter {
 public:
  using T = typename Shape::Element;
  static constexpr int kRowBits = __builtin_ctz(Shape::rows);
  static constexpr int kPieces = Shape::columns / 8;
  static constexpr int kItems = (Shape::rows * kPieces + Shape::threads - 1) / Shape::threads;
  static constexpr int kCount = kItems < 4 ? kItems : 4;  // pieces of a thread at a time
  static constexpr bool kEarly = kItems <= 4;

  __device__ StagedWriter(const IgemmParams& p, int first_row, int first_column, int split)
      : writer_(p),
        splits_(p.splits),
        split_shift_(p.split_shift),
        split_(split),
        rows_(Shape::rows >> p.split_shift),
        first_row_(first_row + split * rows_),
        first_column_(first_column) {}

  __device__ void fetch_residuals(uint4 (&residuals)[kCount], int first = 0) const {
#pragma unroll
    for (int i = 0; i < kCount; ++i) {
      writer_.fetch_residual(place_of(first + i).piece, residuals[i]);
    }
  }

  __device__ void stage(const WarpTile<Shape>& tile, float* staging) const {
    const int first = Shape::first_column() / 8;
#pragma unroll
    for (int i = 0; i < Shape::row_steps * 2; ++i) {
      const int r = Shape::lane_row(i);
      const int owner = r >> (kRowBits - split_shift_);
      float* to = staging + (split_ * rows_ + r - owner * rows_) * Shape::pitch +
                  static_cast<int>(threadIdx.x) % 4 * 8;
#pragma unroll
      for (int j = 0; j < Shape::column_steps; j += 2) {
        const float* low = &tile.sums[i / 2][j][i % 2 * 2];
        const float* high = &tile.sums[i / 2][j + 1][i % 2 * 2];
        const float4 v = make_float4(low[0], low[1], high[0], high[1]);
        float* at = to + (first + j) / 4 * 32 + (first + j) % 4 * 2;
        if (splits_ == 1) {
          *reinterpret_cast<float4*>(at) = v;
        } else {
          store_to_block(shared_address(at), static_cast<unsigned>(owner), v);
        }
      }
    }
  }

  __device__ void write(const float* staging, uint4 (&residuals)[kCount]) const {
    const int items = (rows_ * kPieces + Shape::threads - 1) / Shape::threads;
    for (int first = 0; first < items; first += kCount) {
      if (!kEarly || first > 0) fetch_residuals(residuals, first);
#pragma unroll
      for (int i = 0; i < kCount; ++i) {
        const Place at = place_of(first + i);
        if (!at.piece.wanted) continue;
        float v[8] = {};
        add_sums(staging + at.staged, v);
        writer_.write(at.piece, residuals[i], v);
      }
    }
  }

 private:
  struct Place {
    TilePiece piece;
    int staged;  // floats behind the staging's start
  };
  __device__ Place place_of(int i) const {
    const int item = static_cast<int>(threadIdx.x) + i * Shape::threads;
    const int row = item / kPieces, column = item % kPieces * 8;
    TilePiece piece = writer_.piece(first_row_ + row, first_column_ + column);
    piece.wanted = piece.wanted && row < rows_;
    return {piece, row * Shape::pitch + column};
  }

  __device__ void add_sums(const float* from, float (&v)[8]) const {
    // Half of the lanes read their second half first: fewer then want the same banks.
    const int first = static_cast<int>(threadIdx.x) / 4 % 2 * 4;
    for (int s = 0; s < splits_; ++s) {
      const float4 a = *reinterpret_cast<const float4*>(from + first);
      const float4 b = *reinterpret_cast<const float4*>(from + (first ^ 4));
      const float4 low = first == 0 ? a : b, high = first == 0 ? b : a;
      v[0] += low.x, v[1] += low.y, v[2] += low.z, v[3] += low.w;
      v[4] += high.x, v[5] += high.y, v[6] += high.z, v[7] += high.w;
      from += rows_ * Shape::pitch;
    }
  }

  PieceWriter<T> writer_;
  int splits_, split_shift_, split_;
  int rows_;  // that this block finishes
  int first_row_, first_column_;
};

// A tile and its way out: make it before the product, finish() it after.
template <typename Shape>
class TileOutput {
 public:
  static constexpr bool kDirect = Shape::warp_tile_columns % 32 == 0;

  __device__ TileOutput(const IgemmParams& p, int first_row, int first_column, int split)
      : direct_(p, first_row, first_column),
        staged_(p, first_row, first_column, split),
        splits_(p.splits) {}

  // Whatever the product does not need the registers for.
  __device__ void fetch_early() {
    if (kDirect && splits_ == 1) {
      if constexpr (kDirect && DirectWriter<Shape>::kEarly)
        direct_.fetch_residuals(residuals_.direct);
    } else if constexpr (StagedWriter<Shape>::kEarly) {
      staged_.fetch_residuals(residuals_.staged);
    }
  }

  // By all threads of the block; those behind the ones that multiply only take part in barriers.
  // `behind_ring` is shared memory that no block of the cluster uses; with the depth whole, a tile
  // that is staged takes the place of what the product used, at `ring`.
  __device__ void finish(char* ring, char* behind_ring) {
    const bool multiplies = threadIdx.x < Shape::threads;
    if constexpr (kDirect) {
      if (splits_ == 1) {
        if (!multiplies) return;
        return direct_.write(tile, residuals_.direct);
      }
    }
    auto* staging = reinterpret_cast<float*>(splits_ == 1 ? ring : behind_ring);
    if (splits_ == 1) {
      __syncthreads();
      if (multiplies) staged_.stage(tile, staging);
      __syncthreads();
    } else {
      wait_for_cluster();  // the others have begun
      if (multiplies) staged_.stage(tile, staging);
      __syncwarp();
      arrive_at_cluster();
      wait_for_cluster();
    }
    if (multiplies) staged_.write(staging, residuals_.staged);
  }

  WarpTile<Shape> tile;

 private:
  DirectWriter<Shape> direct_;
  StagedWriter<Shape> staged_;
  int splits_;
  union {
    uint4 direct[DirectWriter<Shape>::kCount > 0 ? DirectWriter<Shape>::kCount : 1];
    uint4 staged[StagedWriter<Shape>::kCount];
  } residuals_;
};

}  // namespace tenon
