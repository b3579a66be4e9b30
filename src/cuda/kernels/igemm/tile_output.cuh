#pragma once

#include <type_traits>

#include "cuda/kernels/igemm/tile_writer.cuh"

namespace tenon {

// A tile and its way out: begin() in every thread at the kernel's begin, make it before the product
// and finish() it after.
//
// Of narrow types: blocks that share a tile's depth are a cluster and exchange their sums.
template <typename Shape>
class NarrowOutput {
 public:
  static constexpr bool kDirect = Shape::warp_tile_columns % 32 == 0;

  __device__ static void begin(const IgemmParams& p) {
    if (p.splits > 1) arrive_at_cluster();
  }
  __device__ NarrowOutput(const IgemmParams& p, int first_row, int first_column, int split)
      : direct_(p, first_row, first_column),
        staged_(p, first_row, first_column, split),
        p_(p),
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
        if (only_bounds(p_.act.code)) {
          direct_.write(tile, residuals_.direct, Bounds(p_.act));
        } else {
          direct_.write(tile, residuals_.direct, AnyActivation{p_.act});
        }
        return;
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
  const IgemmParams& p_;
  int splits_;
  union {
    uint4 direct[DirectWriter<Shape>::kCount > 0 ? DirectWriter<Shape>::kCount : 1];
    uint4 staged[StagedWriter<Shape>::kCount];
  } residuals_;
};

// Of FP32: blocks that share a tile's depth leave their sums to another kernel.
template <typename Shape>
class WideOutput {
 public:
  using Writer = DirectWriter<Shape>;
  static constexpr bool kDirect = Shape::warp_tile_columns % 32 == 0;
  static_assert(kDirect);

  __device__ static void begin(const IgemmParams&) {}
  __device__ WideOutput(const IgemmParams& p, int first_row, int first_column, int split)
      : p_(p), writer_(p, first_row, first_column), split_(split) {}

  __device__ void fetch_early() {
    if constexpr (Writer::kEarly) {
      if (p_.splits == 1) writer_.fetch_residuals(residuals_);
    }
  }

  __device__ void finish(char*, char*) {
    if (threadIdx.x >= Shape::threads) return;
    if (p_.splits > 1) {
      leave_sums();
    } else if (only_bounds(p_.act.code)) {
      writer_.write(tile, residuals_, Bounds(p_.act));
    } else {
      writer_.write(tile, residuals_, AnyActivation{p_.act});
    }
  }

  WarpTile<Shape> tile;

 private:
  __device__ void leave_sums() const {
    float* sums = p_.sums + static_cast<int64_t>(split_) * p_.rows * p_.columns_padded;
#pragma unroll
    for (int i = 0; i < Writer::kPieces; ++i) {
      const TilePiece at = writer_.piece(i);
      if (!at.wanted) continue;
      float v[4];
      Writer::take(tile, i, v);
      *reinterpret_cast<float4*>(sums + static_cast<int64_t>(at.row) * p_.columns_padded +
                                 at.column) = make_float4(v[0], v[1], v[2], v[3]);
    }
  }

  const IgemmParams& p_;
  Writer writer_;
  int split_;
  uint4 residuals_[Writer::kCount];
};

template <typename Shape>
using TileOutput = std::conditional_t<std::is_same_v<typename Shape::Element, float>,
                                      WideOutput<Shape>, NarrowOutput<Shape>>;

}  // namespace tenon
