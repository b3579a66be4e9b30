#pragma once

#include "cuda/dependent_launch.h"
#include "cuda/kernels/igemm/tile_output.cuh"
#include "cuda/kernels/igemm/window_loader.cuh"

namespace tenon {

// What of the product a block computes.
struct BlockWork {
  int split;
  int first_row, first_column;
  int begin, end;  // steps of depth

  template <typename Shape>
  __device__ static BlockWork of(const IgemmParams& p) {
    BlockWork w;
    w.split = static_cast<int>(blockIdx.x) & (p.splits - 1);
    int column_tile;
    const int row_tile =
        p.by_column_tiles.divide(static_cast<int>(blockIdx.x) >> p.split_shift, column_tile);
    w.first_row = row_tile * Shape::rows;
    w.first_column = column_tile * Shape::columns;
    w.begin = p.depth_steps * w.split >> p.split_shift;
    w.end = p.depth_steps * (w.split + 1) >> p.split_shift;
    return w;
  }
};

// Rows of A are gathered for each step.
template <typename Shape>
__global__ void __launch_bounds__(Shape::threads, Shape::blocks_at_once)
    igemm_kernel(const __grid_constant__ IgemmParams p) {
  extern __shared__ __align__(1024) char memory[];
  allow_dependents();
  TileOutput<Shape>::begin(p);
  const auto work = BlockWork::of<Shape>(p);
  const uint32_t ring = shared_address(memory);
  const WeightLoader<Shape> weights(p, work.first_column);
#pragma unroll
  for (int s = 0; s < Shape::stages - 1; ++s) {
    if (work.begin + s < work.end) {
      weights.copy(ring + s * Shape::stage_bytes + Shape::a_bytes, work.begin + s);
    }
  }
  WindowLoader<Shape> windows(p, work.first_row, work.begin);
  TileOutput<Shape> output(p, work.first_row, work.first_column, work.split);
  wait_for_producers();
#pragma unroll
  for (int s = 0; s < Shape::stages - 1; ++s) {
    if (work.begin + s < work.end) windows.copy(ring + s * Shape::stage_bytes);
    commit_copies();
  }
  output.fetch_early();

  int slot = 0;
  for (int step = work.begin; step < work.end; ++step) {
    wait_for_copies<Shape::stages - 2>();
    __syncthreads();
    if (const int ahead = step + Shape::stages - 1; ahead < work.end) {
      const int next = slot == 0 ? Shape::stages - 1 : slot - 1;
      weights.copy(ring + next * Shape::stage_bytes + Shape::a_bytes, ahead);
      windows.copy(ring + next * Shape::stage_bytes);
    }
    commit_copies();
    LaneRows<Shape> rows;
#pragma unroll
    for (int i = 0; i < Shape::row_steps; ++i) {
      const auto number = static_cast<uint32_t>(LaneRows<Shape>::number(i));
      rows.set(i, ring + slot * Shape::stage_bytes + number * 128, number);
    }
    multiply_stage<Shape>(rows, ring + slot * Shape::stage_bytes + Shape::a_bytes, output.tile);
    slot = slot + 1 == Shape::stages ? 0 : slot + 1;
  }
  output.finish(memory, memory + p.stages * Shape::stage_bytes);
}

}  // namespace tenon
