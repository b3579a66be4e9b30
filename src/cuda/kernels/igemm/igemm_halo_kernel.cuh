#pragma once

#include "cuda/kernels/igemm/igemm_kernel.cuh"

namespace tenon {

// Copies the pixels that the windows of a tile's rows reach, 64 channels of them at a time: for a
// convolution whose output pixels are its input's, they follow each other in x.
template <typename Shape>
class PatchLoader {
 public:
  __device__ PatchLoader(const IgemmParams& p, int first_row)
      : p_(p), first_pixel_(first_row - p.patch_before) {}

  __device__ void copy(uint32_t to, int slab) const {
    const auto* x = static_cast<const typename Shape::Element*>(p_.x) + slab * kIgemmDepth;
    const int piece = static_cast<int>(threadIdx.x) % 8;
    for (int row = static_cast<int>(threadIdx.x) / 8; row < p_.patch_rows;
         row += Shape::threads / 8) {
      const int pixel = first_pixel_ + row;
      copy_or_zero(to + row * 128 + ((piece ^ row % 8) << 4),
                   x + (static_cast<int64_t>(pixel) * p_.channels + piece * 8),
                   static_cast<unsigned>(pixel) < static_cast<unsigned>(p_.rows));
    }
  }

 private:
  const IgemmParams& p_;
  int first_pixel_;
};

// Rows of A are read from a patch of x that stays in shared memory for all taps of 64 channels; the
// steps of depth are [channels / 64][tap].
template <typename Shape>
__global__ void __launch_bounds__(Shape::threads, Shape::blocks_at_once)
    igemm_halo_kernel(const __grid_constant__ IgemmParams p) {
  extern __shared__ __align__(1024) char memory[];
  allow_dependents();
  if (p.splits > 1) arrive_at_cluster();
  const auto work = BlockWork::of<Shape>(p);
  const uint32_t zeros = shared_address(memory);  // a row for taps beside the image
  const uint32_t patches = zeros + 1024;
  const uint32_t ring = patches + p.patch_buffers * p.patch_bytes;
  const WeightLoader<Shape> weights(p, work.first_column);
  const auto copy_weights = [&](int slot, int step) {
    int tap;
    const int slab = p.by_taps.divide(step, tap);
    weights.copy(ring + slot * Shape::b_bytes, tap * p.slabs + slab);
  };
#pragma unroll
  for (int s = 0; s < Shape::stages - 1; ++s) {
    if (work.begin + s < work.end) copy_weights(s, work.begin + s);
  }
  if (threadIdx.x < 8) copy_or_zero(zeros + threadIdx.x * 16, p.weights, false);
  const PatchLoader<Shape> patch(p, work.first_row);
  // The patch of the step's slab comes with the first of its steps.
  const auto copy_patch = [&](int step) {
    int tap;
    const int slab = p.by_taps.divide(step, tap);
    if (tap == 0 || step == work.begin) {
      patch.copy(patches + slab % p.patch_buffers * p.patch_bytes, slab);
    }
  };
  uint32_t inside[Shape::row_steps];
#pragma unroll
  for (int i = 0; i < Shape::row_steps; ++i) {
    const int row = work.first_row + LaneRows<Shape>::number(i);
    int pixel, column;
    p.by_pixels.divide(row, pixel);
    const int line = p.by_width.divide(pixel, column);
    inside[i] = row < p.rows ? taps_inside(p, line - p.pad_top, column - p.pad_left) : 0;
  }
  const TileWriter<Shape> writer(p, work.first_row, work.first_column, work.split);
  wait_for_producers();
#pragma unroll
  for (int s = 0; s < Shape::stages - 1; ++s) {
    if (work.begin + s < work.end) copy_patch(work.begin + s);
    commit_copies();
  }
  uint4 residuals[TileWriter<Shape>::kBatch];
  if constexpr (TileWriter<Shape>::kEarly != 0) writer.fetch_residuals(residuals, 0);

  WarpTile<Shape> tile;
  int slot = 0;
  int tap;
  int slab = p.by_taps.divide(work.begin, tap);
  int tap_column;
  int tap_row = p.by_kernel_w.divide(tap, tap_column);
  for (int step = work.begin; step < work.end; ++step) {
    wait_for_copies<Shape::stages - 2>();
    __syncthreads();
    if (const int ahead = step + Shape::stages - 1; ahead < work.end) {
      copy_weights(slot == 0 ? Shape::stages - 1 : slot - 1, ahead);
      copy_patch(ahead);
    }
    commit_copies();
    const uint32_t from = patches + slab % p.patch_buffers * p.patch_bytes;
    const int shift = tap_row * p.dilation_h * p.width + tap_column * p.dilation_w;
    const uint32_t bits = (1U << tap_row) | (0x10000U << tap_column);
    LaneRows<Shape> rows;
#pragma unroll
    for (int i = 0; i < Shape::row_steps; ++i) {
      const bool reaches = (inside[i] & bits) == bits;
      const auto number = static_cast<uint32_t>(LaneRows<Shape>::number(i) + shift);
      rows.set(i, reaches ? from + number * 128 : zeros, number);
    }
    multiply_stage<Shape>(rows, ring + slot * Shape::b_bytes, tile);
    slot = slot + 1 == Shape::stages ? 0 : slot + 1;
    if (++tap_column == p.kernel_w) {
      tap_column = 0;
      if (++tap_row == p.kernel_h) {
        tap_row = 0;
        ++slab;
      }
    }
  }
  char* behind = memory + 1024 + p.patch_buffers * p.patch_bytes + p.stages * Shape::b_bytes;
  finish_tile(p, writer, tile, memory, behind, residuals);
}

}  // namespace tenon
