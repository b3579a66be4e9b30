#pragma once

#include "cuda/dependent_launch.h"
#include "cuda/kernels/conv_rows/rows_params.h"
#include "cuda/kernels/igemm/tensor_copies.cuh"
#include "cuda/kernels/igemm/tile_writer.cuh"
#include "cuda/kernels/igemm/wgmma.cuh"

namespace tenon {

// Groups of four warps, each of which multiplies kSteps times 64 positions with all columns.
template <typename T, int kGroups, int kSteps, int kColumns, int kBlocksAtOnce>
struct RowsShape {
  using Element = T;
  static constexpr int rows = kGroups * kSteps * 64;
  static constexpr int columns = kColumns;
  static constexpr int threads = kGroups * 128;  // that multiply
  static constexpr int row_steps = kSteps;
  static constexpr int column_steps = kColumns / 8;
  static constexpr int warp_tile_columns = kColumns;
  static constexpr int blocks_at_once = kBlocksAtOnce;
  static constexpr int weight_bytes = kColumns * 128;  // of a step: a tap of 128 bytes of channels

  __device__ static int lane_row(int half) {
    const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
    return warp / 4 * kSteps * 64 + half / 2 * 64 + warp % 4 * 16 + half % 2 * 8 + lane / 4;
  }
  __device__ static int first_column() { return 0; }
};

// The part of y that a block computes.
struct RowsWork {
  int image, y, x, first_column;

  template <typename Shape>
  __device__ static RowsWork of(const ConvRowsParams& p) {
    RowsWork w;
    int column_tile, x_tile, y_tile;
    const int tile = p.by_column_tiles.divide(static_cast<int>(blockIdx.x), column_tile);
    const int tile_row = p.by_x_tiles.divide(tile, x_tile);
    w.image = p.by_y_tiles.divide(tile_row, y_tile);
    w.y = y_tile * p.tile_rows;
    w.x = x_tile * p.tile_width;
    w.first_column = column_tile * Shape::columns;
    return w;
  }
};

// Rows of y of a tile's positions.
struct RowsOfPositions {
  const ConvRowsParams& p;
  const RowsWork& work;

  __device__ int operator()(int position) const {
    const int x = position & ((1 << p.pitch_shift) - 1), y = position >> p.pitch_shift;
    const int width = static_cast<int>(p.product.by_width.divisor);
    const int pixels = static_cast<int>(p.product.by_pixels.divisor);
    const int in_image = (work.y + y) * width + work.x + x;
    const bool wanted = x < p.tile_width && work.x + x < width && in_image < pixels;
    return wanted ? work.image * pixels + in_image : p.product.rows;
  }
};

// Stages that come and go in order, each with a barrier that says it is full and one that says it
// is free.
class RowsRing {
 public:
  __device__ RowsRing(uint32_t barriers, uint32_t memory, int stage_bytes, int stages)
      : barriers_(barriers), memory_(memory), stage_bytes_(stage_bytes), stages_(stages) {}

  __device__ void init(int consumers) const {
    for (int s = 0; s < stages_; ++s) {
      init_barrier(barriers_ + s * 16, 1);
      init_barrier(barriers_ + s * 16 + 8, consumers);
    }
  }
  __device__ uint32_t full() const { return barriers_ + slot_ * 16; }
  __device__ uint32_t memory() const { return memory_ + slot_ * stage_bytes_; }
  __device__ void wait_until_full() const { wait_for_phase(full(), parity_); }
  // A producer's first round finds every stage free.
  __device__ void wait_until_free() const { wait_for_phase(full() + 8, parity_ ^ 1); }
  __device__ void advance() {
    if (++slot_ < stages_) return;
    slot_ = 0;
    parity_ ^= 1;
  }
  // Of the stage before this one.
  __device__ void release_last() const {
    arrive(barriers_ + (slot_ == 0 ? stages_ - 1 : slot_ - 1) * 16 + 8);
  }

 private:
  uint32_t barriers_, memory_;
  int stage_bytes_, stages_;
  int slot_ = 0;
  uint32_t parity_ = 0;
};

// The thread that has the copy engine bring everything.
template <typename Shape>
class RowsProducer {
 public:
  static constexpr int kDepth = igemm_depth(sizeof(typename Shape::Element));

  __device__ RowsProducer(const ConvRowsParams& p, const RowsWork& work, const RowsRing& patches,
                          const RowsRing& weights)
      : p_(p), work_(work), patches_(patches), weights_(weights) {
    const int left = (p.product.columns_padded - work.first_column) * 128;
    weight_bytes_ = min(Shape::weight_bytes, left);
  }

  __device__ void run() {
    const int taps = p_.product.kernel_h * p_.product.kernel_w;
    const int steps = taps * p_.product.slabs, early = min(p_.weight_stages, steps);
    prefetch_map(&p_.map);
    for (int s = 0; s < early; ++s) copy_weights();
    wait_for_producers();
    copy_patches(p_.patch_stages);
    // A step's stage is free when the step so many before it is done, and with it its slab.
    for (int done = 1; done + early <= steps; ++done) {
      copy_weights();
      copy_patches(p_.patch_stages + done / taps);
    }
    copy_patches(p_.product.slabs);
  }

 private:
  // The next step's: slabs are the outer loop, of the packed weights the inner one.
  __device__ void copy_weights() {
    weights_.wait_until_free();
    arrive_and_expect(weights_.full(), weight_bytes_);
    const int64_t row =
        static_cast<int64_t>(tap_ * p_.product.slabs + weight_slab_) * p_.product.columns_padded +
        work_.first_column;
    copy_bytes(weights_.memory(), static_cast<const char*>(p_.product.weights) + row * 128,
               weight_bytes_, weights_.full());
    weights_.advance();
    if (++tap_ < p_.product.kernel_h * p_.product.kernel_w) return;
    tap_ = 0;
    ++weight_slab_;
  }
  // Up to the slab `end`.
  __device__ void copy_patches(int end) {
    for (; slab_ < min(end, p_.product.slabs); ++slab_) {
      patches_.wait_until_free();
      arrive_and_expect(patches_.full(), (p_.patch_rows << p_.pitch_shift) * 128);
      copy_box(patches_.memory(), &p_.map, patches_.full(), slab_ * kDepth,
               work_.x - p_.product.pad_left, work_.y - p_.product.pad_top, work_.image);
      patches_.advance();
    }
  }

  const ConvRowsParams& p_;
  const RowsWork& work_;
  RowsRing patches_, weights_;
  int weight_bytes_;
  int slab_ = 0, weight_slab_ = 0, tap_ = 0;
};

// Begins the products of a tap: `pixels` is the first position's row.
template <typename Shape>
__device__ inline void begin_tap(uint32_t pixels, uint32_t weights, WarpTile<Shape>& tile) {
  begin_products();
#pragma unroll
  for (int k = 0; k < kIgemmProducts; ++k) {
    const uint64_t b = matrix_descriptor(weights + k * 32);
#pragma unroll
    for (int i = 0; i < Shape::row_steps; ++i) {
      multiply_group<typename Shape::Element>(tile.sums[i],
                                              matrix_descriptor(pixels + i * 64 * 128 + k * 32), b);
    }
  }
  commit_products();
}

// A share of the products: one tap's are always under way while the next are begun.
template <typename Shape>
__device__ inline void multiply_rows(const ConvRowsParams& p, RowsRing patches, RowsRing weights,
                                     WarpTile<Shape>& tile) {
  const uint32_t first = threadIdx.x / 128 * Shape::row_steps * 64;
  const bool releases = threadIdx.x % 32 == 0;
  for (int slab = 0; slab < p.product.slabs; ++slab) {
    patches.wait_until_full();
    for (int y = 0; y < p.product.kernel_h; ++y) {
      for (int x = 0; x < p.product.kernel_w; ++x) {
        weights.wait_until_full();
        const uint32_t row = first + (static_cast<uint32_t>(y) << p.pitch_shift) + x;
        begin_tap<Shape>(patches.memory() + row * 128, weights.memory(), tile);
        wait_for_products<1>();
        const bool first_tap = x == 0 && y == 0;
        if (releases && (slab > 0 || !first_tap)) {
          weights.release_last();
          if (first_tap) patches.release_last();
        }
        weights.advance();
      }
    }
    patches.advance();
  }
  wait_for_products<0>();
}

template <typename Shape>
__global__ void __launch_bounds__(Shape::threads + 32, Shape::blocks_at_once)
    conv_rows_kernel(const __grid_constant__ ConvRowsParams p) {
  extern __shared__ __align__(1024) char memory[];
  allow_dependents();
  const auto work = RowsWork::of<Shape>(p);
  const int patch_bytes = (p.patch_rows << p.pitch_shift) * 128;
  const uint32_t barriers = shared_address(memory), stages = barriers + 1024;
  // Positions behind a patch's last row read what follows, for sums that are thrown away.
  const RowsRing patches(barriers, stages, patch_bytes, p.patch_stages);
  const RowsRing weights(barriers + 512, stages + p.patch_stages * patch_bytes, Shape::weight_bytes,
                         p.weight_stages);
  if (threadIdx.x == 0) {
    patches.init(Shape::threads / 32);
    weights.init(Shape::threads / 32);
    publish_barriers();
  }
  __syncthreads();
  const bool multiplies = threadIdx.x < Shape::threads;
  WarpTile<Shape> tile;
  if (!multiplies) {
    if (threadIdx.x == Shape::threads) RowsProducer<Shape>(p, work, patches, weights).run();
    __syncwarp();
  } else {
    wait_for_producers();
    multiply_rows<Shape>(p, patches, weights, tile);
  }
  const DirectWriter<Shape, RowsOfPositions> writer(p.product, {p, work}, work.first_column);
  __syncthreads();
  if (!multiplies) return;
  if (only_bounds(p.product.act.code)) {
    writer.template write_in_loop<4>(tile, memory, Bounds(p.product.act));
  } else {
    writer.template write_in_loop<1>(tile, memory, AnyActivation{p.product.act});
  }
}

}  // namespace tenon
