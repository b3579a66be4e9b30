#pragma once

#include "cuda/kernels/igemm/igemm_stage.cuh"
#include "cuda/kernels/igemm/narrow.cuh"

namespace tenon {

// 16 bytes of a row of y.
struct TilePiece {
  int row, column;
  bool wanted;
};

// What happens to sums on their way to y.
template <typename T>
class PieceWriter {
 public:
  static constexpr int kCount = 16 / sizeof(T);  // columns of a piece

  __device__ explicit PieceWriter(const IgemmParams& p) : p_(p), whole_(p.columns % kCount == 0) {}

  __device__ TilePiece piece(int row, int column) const {
    return {row, column, row < p_.rows && column < p_.columns};
  }
  __device__ void fetch_residual(const TilePiece& at, uint4& residual) const {
    if (p_.residual == nullptr || !whole_ || !at.wanted) return;
    residual = *reinterpret_cast<const uint4*>(static_cast<const T*>(p_.residual) +
                                               static_cast<int64_t>(at.row) * p_.residual_pitch +
                                               at.column);
  }
  // `act` is the params' activation.
  template <typename Act>
  __device__ void write(const TilePiece& at, const uint4& residual, float (&v)[kCount],
                        const Act& act) const {
    if (!at.wanted) return;
    map_values(v, [&](float x) { return x * p_.scale; });
    if (p_.bias != nullptr) {
#pragma unroll
      for (int i = 0; i < kCount; i += 4) {
        const float4 b = *reinterpret_cast<const float4*>(p_.bias + at.column + i);
        v[i] += b.x, v[i + 1] += b.y, v[i + 2] += b.z, v[i + 3] += b.w;
      }
    }
    if (!whole_) return write_elements(at, v, act);
    if (p_.residual != nullptr) {
      float r[kCount];
      widen_piece<T>(residual, r);
#pragma unroll
      for (int i = 0; i < kCount; ++i) v[i] += r[i];
    }
    act(v);
    *reinterpret_cast<uint4*>(static_cast<T*>(p_.y) + output_of(at)) = narrow_piece<T>(v);
  }

 private:
  // Rows that do not begin at multiples of 16 bytes.
  template <typename Act>
  __device__ void write_elements(const TilePiece& at, float (&v)[kCount], const Act& act) const {
    const auto row = static_cast<int64_t>(at.row);
    const auto* residual = static_cast<const T*>(p_.residual);
    if (residual != nullptr) {
      residual += row * p_.residual_pitch + at.column;
#pragma unroll
      for (int i = 0; i < kCount; ++i) {
        if (at.column + i < p_.columns) v[i] += widened(residual[i]);
      }
    }
    act(v);
    T* const y = static_cast<T*>(p_.y) + row * p_.y_pitch + at.column;
#pragma unroll
    for (int i = 0; i < kCount; ++i) {
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

// A tile's way out straight from registers: the order of the packed columns gives a lane
// neighbours out of every 32 columns of its warp, one or two pieces.
template <typename Shape>
class DirectWriter {
 public:
  using T = typename Shape::Element;
  static constexpr int kPiece = PieceWriter<T>::kCount;
  static constexpr int kPerRow = Shape::warp_tile_columns / (4 * kPiece);
  static constexpr int kPieces = Shape::row_steps * 2 * kPerRow;
  static constexpr int kCount = kPieces <= 8 ? kPieces : 4;  // at a time
  // Whether registers allow to fetch the first residuals before the product.
  static constexpr bool kEarly = kPieces <= 4 || (kPieces <= 8 && Shape::threads <= 128);

  __device__ DirectWriter(const IgemmParams& p, int first_row, int first_column)
      : writer_(p),
        first_row_(first_row),
        column_(first_column + Shape::first_column() + static_cast<int>(threadIdx.x) % 4 * kPiece) {
  }
  __device__ void fetch_residuals(uint4 (&residuals)[kCount], int first = 0) const {
#pragma unroll
    for (int i = 0; i < kCount; ++i) writer_.fetch_residual(piece(first + i), residuals[i]);
  }
  template <typename Act>
  __device__ void write(const WarpTile<Shape>& tile, uint4 (&residuals)[kCount],
                        const Act& act) const {
#pragma unroll
    for (int first = 0; first < kPieces; first += kCount) {
      if (!kEarly || first > 0) fetch_residuals(residuals, first);
#pragma unroll
      for (int i = 0; i < kCount; ++i) {
        float v[kPiece];
        take(tile, first + i, v);
        writer_.write(piece(first + i), residuals[i], v, act);
      }
    }
  }

  // Of the lane's pieces the number i: its place, and its sums.
  __device__ TilePiece piece(int i) const {
    return writer_.piece(first_row_ + Shape::lane_row(i / kPerRow),
                         column_ + i % kPerRow * 4 * kPiece);
  }
  __device__ static void take(const WarpTile<Shape>& tile, int i, float (&v)[kPiece]) {
    const int row = i / kPerRow, first = i % kPerRow * kPiece / 2;
#pragma unroll
    for (int j = 0; j < kPiece; ++j) {
      v[j] = tile.sums[row / 2][first + j / 2][row % 2 * 2 + j % 2];
    }
  }

 private:
  PieceWriter<T> writer_;
  int first_row_;
  int column_;
};

// A tile's way out through shared memory, in FP32; y is narrow. With the depth split, each block of
// the cluster finishes a share of the rows and is sent the others' sums of those: [splits][rows /
// splits] rows.
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
        act_(p.act),
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
    if (!only_bounds(act_.code)) return write_in_loop(staging, items);
    const Bounds bounds(act_);
    for (int first = 0; first < items; first += kCount) {
      if (!kEarly || first > 0) fetch_residuals(residuals, first);
#pragma unroll
      for (int i = 0; i < kCount; ++i) {
        const Place at = place_of(first + i);
        if (!at.piece.wanted) continue;
        float v[8] = {};
        add_sums(staging + at.staged, v);
        writer_.write(at.piece, residuals[i], v, bounds);
      }
    }
  }

 private:
  __device__ void write_in_loop(const float* staging, int items) const {
#pragma unroll 1
    for (int i = 0; i < items; ++i) {
      const Place at = place_of(i);
      if (!at.piece.wanted) continue;
      uint4 residual;
      writer_.fetch_residual(at.piece, residual);
      float v[8] = {};
      add_sums(staging + at.staged, v);
      writer_.write(at.piece, residual, v, AnyActivation{act_});
    }
  }

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
  const ActivationParams& act_;
  int first_row_, first_column_;
};

}  // namespace tenon
