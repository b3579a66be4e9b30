#pragma once

#include "cuda/kernels/igemm/igemm_kernel.cuh"
#include "cuda/kernels/igemm/igemm_tensor_params.h"
#include "cuda/kernels/igemm/tensor_copies.cuh"
#include "cuda/kernels/igemm/wgmma.cuh"

namespace tenon {

// A tile for products by groups of four warps, each of which computes kGroupRows rows of all
// columns.
template <typename T, int kRows, int kColumns, int kGroupRows, int kStages, int kBlocksAtOnce>
struct WideShape {
  using Element = T;
  static constexpr int rows = kRows;
  static constexpr int columns = kColumns;
  static constexpr int threads = kRows / kGroupRows * 128;  // that multiply
  static constexpr int more_threads = 32;                   // of which one copies
  static constexpr int stages = kStages;
  static constexpr int blocks_at_once = kBlocksAtOnce;
  static constexpr int warp_tile_columns = kColumns;
  static constexpr int row_steps = kGroupRows / 64;  // products of 64 rows
  static constexpr int column_steps = kColumns / 8;
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
  const uint32_t first_row = threadIdx.x / 128 * Shape::row_steps * 64;
  begin_products();
#pragma unroll
  for (int k = 0; k < kIgemmProducts; ++k) {
    const uint64_t b = matrix_descriptor(stage + Shape::a_bytes + k * 32);
#pragma unroll
    for (int i = 0; i < Shape::row_steps; ++i) {
      const uint64_t a = matrix_descriptor(stage + (first_row + i * 64) * 128 + k * 32);
      multiply_group<typename Shape::Element>(tile.sums[i], a, b);
    }
  }
  commit_products();
}

// One warp has the copy engine fill the stages, the others multiply: nothing but products and
// barriers is left to do a step.
template <typename Shape>
class StageRing {
 public:
  // `barriers` take 16 bytes a stage.
  __device__ StageRing(uint32_t barriers, uint32_t stages) : barriers_(barriers), stages_(stages) {}

  __device__ void init() const {
    for (int s = 0; s < Shape::stages; ++s) {
      init_barrier(full(s), 1);
      init_barrier(free(s), Shape::threads / 32);
    }
    publish_barriers();
  }
  __device__ uint32_t full(int slot) const { return barriers_ + slot * 16; }
  __device__ uint32_t free(int slot) const { return barriers_ + slot * 16 + 8; }
  __device__ uint32_t stage(int slot) const { return stages_ + slot * Shape::stage_bytes; }

 private:
  uint32_t barriers_, stages_;
};

// The producer's thread: all copies of a block.
template <typename Shape>
class StageProducer {
 public:
  static constexpr int kDepth = igemm_depth(sizeof(typename Shape::Element));

  __device__ StageProducer(const IgemmTensorParams& tensor, const BlockWork& work,
                           const StageRing<Shape>& ring)
      : map_(&tensor.map), p_(tensor.params), work_(work), ring_(ring) {
    const int left = (p_.columns_padded - work.first_column) * 128;
    weight_bytes_ = min(Shape::b_bytes, left);
    weights_ = static_cast<const char*>(p_.weights) + static_cast<int64_t>(work.first_column) * 128;
  }

  __device__ void run() {
    prefetch_map(map_);
    const int first = min(Shape::stages, work_.end - work_.begin);
    for (int s = 0; s < first; ++s) {
      arrive_and_expect(ring_.full(s), Shape::a_bytes + weight_bytes_);
      copy_weights(s, work_.begin + s);
    }
    start();
    wait_for_producers();
    for (int s = 0; s < first; ++s) copy_rows(s);
    int slot = 0;
    uint32_t parity = 0;
    for (int step = work_.begin + first; step < work_.end; ++step) {
      wait_for_phase(ring_.free(slot), parity);
      arrive_and_expect(ring_.full(slot), Shape::a_bytes + weight_bytes_);
      copy_weights(slot, step);
      copy_rows(slot);
      if (++slot == Shape::stages) {
        slot = 0;
        parity ^= 1;
      }
    }
  }

 private:
  __device__ void copy_weights(int slot, int step) const {
    copy_bytes(ring_.stage(slot) + Shape::a_bytes,
               weights_ + static_cast<int64_t>(step) * p_.columns_padded * 128, weight_bytes_,
               ring_.full(slot));
  }
  // Where the block's windows and its share of the depth begin.
  __device__ void start() {
    int pixel, column;
    image_ = p_.by_pixels.divide(work_.first_row, pixel);
    row_ = p_.by_width.divide(pixel, column) * p_.stride_h - p_.pad_top;
    column_ = column * p_.stride_w - p_.pad_left;
    int tap_column, slab;
    const int tap = p_.by_slabs.divide(work_.begin, slab);
    channel_ = slab * kDepth;
    tap_row_ = p_.by_kernel_w.divide(tap, tap_column) * p_.dilation_h;
    tap_column_ = tap_column * p_.dilation_w;
  }
  // The next step's.
  __device__ void copy_rows(int slot) {
    copy_windows(ring_.stage(slot), map_, ring_.full(slot), channel_, column_, row_, image_,
                 static_cast<uint32_t>(tap_column_), static_cast<uint32_t>(tap_row_));
    channel_ += kDepth;
    if (channel_ < p_.channels) return;
    channel_ = 0;
    tap_column_ += p_.dilation_w;
    if (tap_column_ < p_.kernel_w * p_.dilation_w) return;
    tap_column_ = 0;
    tap_row_ += p_.dilation_h;
  }

  const CUtensorMap* map_;
  const IgemmParams& p_;
  const BlockWork& work_;
  const StageRing<Shape>& ring_;
  const char* weights_;
  int weight_bytes_;
  int image_, row_, column_;
  int channel_, tap_row_, tap_column_;
};

// A share of the products: one step's are always under way while the next are begun.
template <typename Shape>
__device__ inline void consume_stages(const BlockWork& work, const StageRing<Shape>& ring,
                                      WarpTile<Shape>& tile) {
  int slot = 0;
  uint32_t parity = 0;
  for (int step = work.begin; step < work.end; ++step) {
    wait_for_phase(ring.full(slot), parity);
    begin_stage<Shape>(ring.stage(slot), tile);
    wait_for_products<1>();
    if (step > work.begin && threadIdx.x % 32 == 0) {
      arrive(ring.free(slot == 0 ? Shape::stages - 1 : slot - 1));
    }
    if (++slot == Shape::stages) {
      slot = 0;
      parity ^= 1;
    }
  }
  wait_for_products<0>();
}

template <typename Shape>
__global__ void __launch_bounds__(Shape::threads + Shape::more_threads, Shape::blocks_at_once)
    igemm_wide_kernel(const __grid_constant__ IgemmTensorParams tensor) {
  extern __shared__ __align__(1024) char memory[];
  const IgemmParams& p = tensor.params;
  allow_dependents();
  TileOutput<Shape>::begin(p);
  const auto work = BlockWork::of<Shape>(p);
  const StageRing<Shape> ring(shared_address(memory), shared_address(memory) + 1024);
  if (threadIdx.x == 0) ring.init();
  __syncthreads();
  TileOutput<Shape> output(p, work.first_row, work.first_column, work.split);
  if (threadIdx.x >= Shape::threads) {
    if (threadIdx.x == Shape::threads) StageProducer<Shape>(tensor, work, ring).run();
    __syncwarp();
  } else {
    wait_for_producers();
    output.fetch_early();
    consume_stages<Shape>(work, ring, output.tile);
  }
  output.finish(memory, memory + 1024 + p.stages * Shape::stage_bytes);
}

}  // namespace tenon
