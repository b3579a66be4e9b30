#pragma once

#include "cuda/kernels/igemm/igemm_kernel.cuh"
#include "cuda/kernels/igemm/wgmma.cuh"

namespace tenon {

// A tile for products by groups of four warps, each of which computes kGroupRows rows of all
// columns.
template <typename T, int kRows, int kColumns, int kGroupRows, int kStages, int kBlocksAtOnce>
struct WideShape {
  using Element = T;
  static constexpr int rows = kRows;
  static constexpr int columns = kColumns;
  static constexpr int threads = kRows / kGroupRows * 128;
  static constexpr int stages = kStages;
  static constexpr int blocks_at_once = kBlocksAtOnce;
  static constexpr int warp_tile_columns = kColumns;
  static constexpr int row_steps = kGroupRows / 64;  // products of 64 rows
  static constexpr int column_steps = kColumns / 8;
  static constexpr int product_columns = kColumns == 64 ? 64 : 128;
  static constexpr int a_bytes = kRows * 128;
  static constexpr int b_bytes = kColumns * 128;
  static constexpr int stage_bytes = a_bytes + b_bytes;
  static constexpr int pitch = kColumns + 4;

  __device__ static int lane_row(int half) {
    const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
    return warp / 4 * kGroupRows + half / 2 * 64 + warp % 4 * 16 + half % 2 * 8 + lane / 4;
  }
  __device__ static int first_column() { return 0; }
};

// Begins the products of a stage.
template <typename Shape>
__device__ inline void begin_stage(uint32_t stage, WarpTile<Shape>& tile) {
  constexpr int kTiles = Shape::product_columns / 8;
  const uint32_t first_row = threadIdx.x / 128 * Shape::row_steps * 64;
  begin_products();
#pragma unroll
  for (int k = 0; k < kIgemmDepth / 16; ++k) {
#pragma unroll
    for (int i = 0; i < Shape::row_steps; ++i) {
      const uint64_t a = matrix_descriptor(stage + (first_row + i * 64) * 128 + k * 32);
#pragma unroll
      for (int j = 0; j < Shape::column_steps; j += kTiles) {
        const uint64_t b = matrix_descriptor(stage + Shape::a_bytes + j * 8 * 128 + k * 32);
        multiply_group<typename Shape::Element>(
            *reinterpret_cast<float(*)[kTiles][4]>(&tile.sums[i][j]), a, b);
      }
    }
  }
  commit_products();
}

// As igemm_kernel, with one stage's products always under way: copies go as many stages ahead as
// leave out the two that products read.
template <typename Shape>
__global__ void __launch_bounds__(Shape::threads, Shape::blocks_at_once)
    igemm_wide_kernel(const __grid_constant__ IgemmParams p) {
  extern __shared__ __align__(1024) char memory[];
  constexpr int kAhead = Shape::stages - 2;
  allow_dependents();
  if (p.splits > 1) arrive_at_cluster();
  const auto work = BlockWork::of<Shape>(p);
  const uint32_t ring = shared_address(memory);
  const WeightLoader<Shape> weights(p, work.first_column);
#pragma unroll
  for (int s = 0; s < kAhead; ++s) {
    if (work.begin + s < work.end) {
      weights.copy(ring + s * Shape::stage_bytes + Shape::a_bytes, work.begin + s);
    }
  }
  WindowLoader<Shape> windows(p, work.first_row, work.begin);
  TileOutput<Shape> output(p, work.first_row, work.first_column, work.split);
  wait_for_producers();
#pragma unroll
  for (int s = 0; s < kAhead; ++s) {
    if (work.begin + s < work.end) windows.copy(ring + s * Shape::stage_bytes);
    commit_copies();
  }
  output.fetch_early();

  int slot = 0;
  for (int step = work.begin; step < work.end; ++step) {
    wait_for_copies<kAhead - 1>();
    publish_to_products();
    __syncthreads();
    begin_stage<Shape>(ring + slot * Shape::stage_bytes, output.tile);
    if (const int ahead = step + kAhead; ahead < work.end) {
      const uint32_t next = ring + (slot + kAhead) % Shape::stages * Shape::stage_bytes;
      weights.copy(next + Shape::a_bytes, ahead);
      windows.copy(next);
    }
    commit_copies();
    wait_for_products<1>();
    slot = slot + 1 == Shape::stages ? 0 : slot + 1;
  }
  wait_for_products<0>();
  output.finish(memory, memory + p.stages * Shape::stage_bytes);
}

}  // namespace tenon
