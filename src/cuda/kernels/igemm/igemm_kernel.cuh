#pragma once

#include "cuda/kernels/igemm/dependent_launch.h"
#include "cuda/kernels/igemm/igemm_params.h"
#include "cuda/kernels/igemm/narrow.cuh"
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
  static constexpr int blocks_at_once = kBlocksAtOnce;  // on a multiprocessor, at least
  static constexpr int warp_tile_rows = kRows / kWarpRows;  // of one warp
  static constexpr int warp_tile_columns = kColumns / kWarpColumns;
  static constexpr int row_steps = warp_tile_rows / 16;  // products of 16x8 in a warp's tile
  static constexpr int column_steps = warp_tile_columns / 8;
  static constexpr int a_bytes = kRows * 128;
  static constexpr int b_bytes = kColumns * 128;
  static constexpr int stage_bytes = a_bytes + b_bytes;
  static constexpr int pitch = kColumns + 8;  // floats a row of the staged tile: no bank conflicts
  static_assert(warp_tile_rows % 16 == 0 && warp_tile_columns % 16 == 0);
};

// A thread's share of the copies of A: one 16-byte piece of every so many rows.
template <typename Shape>
class WindowLoader {
 public:
  using T = typename Shape::Element;
  static constexpr int kRowsApart = Shape::threads / 8;
  static constexpr int kCount = Shape::rows / kRowsApart;

  __device__ WindowLoader(const IgemmParams& p, int first_row, int first_step)
      : p_(p), place_(piece_offset()) {
    const int depth = first_step * kIgemmDepth + static_cast<int>(threadIdx.x % 8) * 8;
    const int tap = p.by_channels.divide(depth, channel_);
    kernel_row_ = p.by_kernel_w.divide(tap, kernel_column_);
#pragma unroll
    for (int i = 0; i < kCount; ++i) {
      set_row(i, first_row + static_cast<int>(threadIdx.x) / 8 + i * kRowsApart);
    }
  }

  // Copies the next 64 elements of depth.
  __device__ void copy(uint32_t stage) {
    const int shift = (kernel_row_ * p_.dilation_h * p_.width + kernel_column_ * p_.dilation_w) *
                          p_.channels +
                      channel_;
    // Behind the last tap no row has all of these bits.
    const uint32_t bits = kernel_row_ < p_.kernel_h
                              ? (1U << kernel_row_) | (0x10000U << kernel_column_)
                              : 0xFFFFFFFFU;
    const T* x = static_cast<const T*>(p_.x);
#pragma unroll
    for (int i = 0; i < kCount; ++i) {
      copy_or_zero(stage + place_ + i * kRowsApart * 128, x + (origin_[i] + shift),
                   (inside_[i] & bits) == bits);
    }
    channel_ += kIgemmDepth;
    while (channel_ >= p_.channels) {
      channel_ -= p_.channels;
      if (++kernel_column_ == p_.kernel_w) {
        kernel_column_ = 0;
        ++kernel_row_;
      }
    }
  }

 private:
  __device__ static uint32_t piece_offset() {
    const uint32_t row = threadIdx.x / 8, piece = threadIdx.x % 8;
    return row * 128 + ((piece ^ (row % 8)) << 4);
  }

  __device__ void set_row(int i, int row) {
    origin_[i] = 0;
    inside_[i] = 0;
    if (row >= p_.rows) return;
    if (p_.plain) {
      origin_[i] = row * p_.channels;
      inside_[i] = 0x10001U;
      return;
    }
    int pixel, column;
    const int image = p_.by_pixels.divide(row, pixel);
    const int top = p_.by_width.divide(pixel, column) * p_.stride_h - p_.pad_top;
    const int left = column * p_.stride_w - p_.pad_left;
    origin_[i] = ((image * p_.height + top) * p_.width + left) * p_.channels;
    uint32_t inside = 0;
    for (int r = 0; r < p_.kernel_h; ++r) {
      if (static_cast<unsigned>(top + r * p_.dilation_h) < static_cast<unsigned>(p_.height)) {
        inside |= 1U << r;
      }
    }
    for (int s = 0; s < p_.kernel_w; ++s) {
      if (static_cast<unsigned>(left + s * p_.dilation_w) < static_cast<unsigned>(p_.width)) {
        inside |= 0x10000U << s;
      }
    }
    inside_[i] = inside;
  }

  const IgemmParams& p_;
  uint32_t place_;
  int channel_, kernel_row_, kernel_column_;  // of this thread's piece in the next step
  int origin_[kCount];                        // element of x at tap 0 and channel 0
  uint32_t inside_[kCount];  // bit r: kernel row r lies in the image; bit 16 + s: column s does
};

// A thread's share of the copies of W, whose tiles lie in memory as they do in shared memory.
template <typename Shape>
class WeightLoader {
 public:
  __device__ WeightLoader(const IgemmParams& p, int first_column, int first_step)
      : step_bytes_(static_cast<size_t>(p.columns_padded) * 128),
        from_(static_cast<const char*>(p.weights) + step_bytes_ * first_step +
              static_cast<size_t>(first_column) * 128 + threadIdx.x * 16),
        left_((p.columns_padded - first_column) * 128 - static_cast<int>(threadIdx.x) * 16) {}

  __device__ void copy(uint32_t stage) {
#pragma unroll
    for (int i = 0; i < Shape::b_bytes / (Shape::threads * 16); ++i) {
      const int at = i * Shape::threads * 16;
      copy_or_zero(stage + Shape::a_bytes + threadIdx.x * 16 + at, from_ + at, at < left_);
    }
    from_ += step_bytes_;
  }

 private:
  size_t step_bytes_;
  const char* from_;
  int left_;  // bytes of the tile's columns behind this thread's first piece
};

// A warp's part of the tile in registers.
template <typename Shape>
struct WarpTile {
  float sums[Shape::row_steps][Shape::column_steps][4] = {};
};

// Adds the product of one stage.
template <typename Shape>
__device__ inline void multiply_stage(uint32_t stage, WarpTile<Shape>& tile) {
  const uint32_t lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const uint32_t row = warp / Shape::warp_columns * Shape::warp_tile_rows + lane % 16;
  const uint32_t column = warp % Shape::warp_columns * Shape::warp_tile_columns + lane / 16 * 8 +
                          lane % 8;
  const uint32_t a_row = stage + row * 128;
  const uint32_t b_row = stage + Shape::a_bytes + column * 128;
  const uint32_t a_piece = (lane / 16 ^ lane % 8) << 4;
  const uint32_t b_piece = (lane / 8 % 2 ^ lane % 8) << 4;
  uint32_t a[2][Shape::row_steps][4];
  uint32_t b[2][Shape::column_steps / 2][4];
  const auto load = [&](int k) {
#pragma unroll
    for (int i = 0; i < Shape::row_steps; ++i) {
      load_matrices(a_row + i * 16 * 128 + (a_piece ^ (k << 5)), a[k % 2][i]);
    }
#pragma unroll
    for (int j = 0; j < Shape::column_steps / 2; ++j) {
      load_matrices(b_row + j * 16 * 128 + (b_piece ^ (k << 5)), b[k % 2][j]);
    }
  };
  load(0);
#pragma unroll
  for (int k = 0; k < kIgemmDepth / 16; ++k) {
    if (k + 1 < kIgemmDepth / 16) load(k + 1);
#pragma unroll
    for (int i = 0; i < Shape::row_steps; ++i) {
#pragma unroll
      for (int j = 0; j < Shape::column_steps; ++j) {
        multiply_add<typename Shape::Element>(tile.sums[i][j], a[k % 2][i],
                                              b[k % 2][j / 2][j % 2 * 2],
                                              b[k % 2][j / 2][j % 2 * 2 + 1]);
      }
    }
  }
}

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

template <typename Shape>
__global__ void __launch_bounds__(Shape::threads, Shape::blocks_at_once)
    igemm_kernel(const __grid_constant__ IgemmParams p) {
  extern __shared__ __align__(1024) char memory[];
  allow_dependents();
  if (p.splits > 1) arrive_at_cluster();
  const int split = static_cast<int>(blockIdx.x) & (p.splits - 1);
  int column_tile;
  const int row_tile =
      p.by_column_tiles.divide(static_cast<int>(blockIdx.x) >> p.split_shift, column_tile);
  const int first_row = row_tile * Shape::rows, first_column = column_tile * Shape::columns;
  const int begin = p.depth_steps * split >> p.split_shift;
  const int end = p.depth_steps * (split + 1) >> p.split_shift;

  const uint32_t ring = shared_address(memory);
  WeightLoader<Shape> weights(p, first_column, begin);
#pragma unroll
  for (int s = 0; s < Shape::stages - 1; ++s) {
    if (begin + s < end) weights.copy(ring + s * Shape::stage_bytes);
  }
  WindowLoader<Shape> windows(p, first_row, begin);
  const TileWriter<Shape> writer(p, first_row, first_column, split);
  wait_for_producers();
#pragma unroll
  for (int s = 0; s < Shape::stages - 1; ++s) {
    if (begin + s < end) windows.copy(ring + s * Shape::stage_bytes);
    commit_copies();
  }
  uint4 residuals[TileWriter<Shape>::kBatch];
  if constexpr (TileWriter<Shape>::kEarly != 0) writer.fetch_residuals(residuals, 0);

  WarpTile<Shape> tile;
  int slot = 0;
  for (int step = begin; step < end; ++step) {
    wait_for_copies<Shape::stages - 2>();
    __syncthreads();
    if (step + Shape::stages - 1 < end) {
      const int next = slot == 0 ? Shape::stages - 1 : slot - 1;
      weights.copy(ring + next * Shape::stage_bytes);
      windows.copy(ring + next * Shape::stage_bytes);
    }
    commit_copies();
    multiply_stage<Shape>(ring + slot * Shape::stage_bytes, tile);
    slot = slot + 1 == Shape::stages ? 0 : slot + 1;
  }

  if (p.splits == 1) {
    __syncthreads();  // the tile takes the stages' place
    float* staging = reinterpret_cast<float*>(memory);
    writer.stage(tile, staging);
    __syncthreads();
    writer.write(staging, residuals);
  } else {
    float* staging = reinterpret_cast<float*>(memory + p.stages * Shape::stage_bytes);
    wait_for_cluster();  // the others have begun
    writer.stage(tile, staging);
    arrive_at_cluster();
    wait_for_cluster();
    writer.write(staging, residuals);
  }
}

}  // namespace tenon
