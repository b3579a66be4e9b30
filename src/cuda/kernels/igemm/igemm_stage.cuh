#pragma once

#include "cuda/kernels/igemm/igemm_params.h"
#include "cuda/kernels/igemm/tensor_core.cuh"

namespace tenon {

// The tile of a block and how its warps share it.
template <typename T, int kRows, int kColumns, int kWarpRows, int kWarpColumns, int kStages,
          int kBlocksAtOnce = 1>
struct IgemmShape {
  using Element = T;
  static constexpr int rows = kRows;
  static constexpr int columns = kColumns;
  static constexpr int warp_columns = kWarpColumns;
  static constexpr int threads = kWarpRows * kWarpColumns * 32;
  static constexpr int stages = kStages;
  static constexpr int blocks_at_once = kBlocksAtOnce;      // on a multiprocessor, at least
  static constexpr int warp_tile_rows = kRows / kWarpRows;  // of one warp
  static constexpr int warp_tile_columns = kColumns / kWarpColumns;
  static constexpr int row_steps = warp_tile_rows / 16;  // products of 16x8 in a warp's tile
  static constexpr int column_steps = warp_tile_columns / 8;
  static constexpr int a_bytes = kRows * 128;
  static constexpr int b_bytes = kColumns * 128;
  static constexpr int stage_bytes = a_bytes + b_bytes;
  static constexpr int pitch = kColumns + 4;  // floats a row of the staged tile: no bank conflicts
  static_assert(warp_tile_rows % 16 == 0 && warp_tile_columns % 16 == 0);

  // The tile's row of a lane's sums [half / 2][..][half % 2 * 2], and its warp's first column.
  __device__ static int lane_row(int half) {
    const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
    return warp / kWarpColumns * warp_tile_rows + half * 8 + lane / 4;
  }
  __device__ static int first_column() {
    return static_cast<int>(threadIdx.x) / 32 % kWarpColumns * warp_tile_columns;
  }
};

// A thread's share of the copies of W, whose tiles lie in memory as they do in shared memory.
template <typename Shape>
class WeightLoader {
 public:
  __device__ WeightLoader(const IgemmParams& p, int first_column)
      : step_bytes_(p.columns_padded * 128),
        from_(static_cast<const char*>(p.weights) + static_cast<size_t>(first_column) * 128 +
              threadIdx.x * 16),
        left_((p.columns_padded - first_column) * 128 - static_cast<int>(threadIdx.x) * 16) {}

  __device__ void copy(uint32_t to, int step) const {
    const char* from = from_ + static_cast<int64_t>(step) * step_bytes_;
#pragma unroll
    for (int i = 0; i < Shape::b_bytes / (Shape::threads * 16); ++i) {
      const int at = i * Shape::threads * 16;
      copy_or_zero(to + threadIdx.x * 16 + at, from + at, at < left_);
    }
  }

 private:
  int step_bytes_;
  const char* from_;
  int left_;  // bytes of the tile's columns behind this thread's first piece
};

// A warp's part of the tile in registers.
template <typename Shape>
struct WarpTile {
  float sums[Shape::row_steps][Shape::column_steps][4] = {};
};

// Where a lane finds its rows of A for load_matrices() in one step: each row's 128 bytes, and its
// 16-byte piece for the first 32 bytes of depth.
template <typename Shape>
struct LaneRows {
  uint32_t row[Shape::row_steps];
  uint32_t piece[Shape::row_steps];

  // The number within the tile of the lane's row in row step i.
  __device__ static int number(int i) {
    const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
    return warp / Shape::warp_columns * Shape::warp_tile_rows + i * 16 + lane % 16;
  }
  __device__ void set(int i, uint32_t address, uint32_t number_there) {
    row[i] = address;
    piece[i] = (threadIdx.x % 32 / 16 ^ number_there % 8) << 4;
  }
};

// Adds the product of a step's rows with those of W at `weights`.
template <typename Shape>
__device__ inline void multiply_stage(const LaneRows<Shape>& rows, uint32_t weights,
                                      WarpTile<Shape>& tile) {
  const uint32_t lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const uint32_t column =
      warp % Shape::warp_columns * Shape::warp_tile_columns + lane / 16 * 8 + lane % 8;
  const uint32_t b_row = weights + column * 128;
  const uint32_t b_piece = (lane / 8 % 2 ^ lane % 8) << 4;
  uint32_t a[2][Shape::row_steps][4];
  uint32_t b[2][Shape::column_steps / 2][4];
  const auto load = [&](int k) {
#pragma unroll
    for (int i = 0; i < Shape::row_steps; ++i) {
      load_matrices(rows.row[i] + (rows.piece[i] ^ (k << 5)), a[k % 2][i]);
    }
#pragma unroll
    for (int j = 0; j < Shape::column_steps / 2; ++j) {
      load_matrices(b_row + j * 16 * 128 + (b_piece ^ (k << 5)), b[k % 2][j]);
    }
  };
  load(0);
#pragma unroll
  for (int k = 0; k < kIgemmProducts; ++k) {
    if (k + 1 < kIgemmProducts) load(k + 1);
#pragma unroll
    for (int i = 0; i < Shape::row_steps; ++i) {
      round_for_product<typename Shape::Element>(a[k % 2][i]);
#pragma unroll
      for (int j = 0; j < Shape::column_steps; ++j) {
        multiply_add<typename Shape::Element>(tile.sums[i][j], a[k % 2][i],
                                              b[k % 2][j / 2][j % 2 * 2],
                                              b[k % 2][j / 2][j % 2 * 2 + 1]);
      }
    }
  }
}

}  // namespace tenon
