#pragma once

#include <type_traits>

#include "cuda/kernels/stem/strip_cells.cuh"
#include "cuda/kernels/stem/strip_products.cuh"
#include "cuda/kernels/stem/strip_row.cuh"

namespace tenon {

// A strip of rows of y, and a thread's part in it.
template <typename T, int kTiles, bool kPooled>
class Strip {
 public:
  static constexpr int kColumns = kTiles * 8;
  static constexpr uint32_t kStepWords = kStripFilters * 16 * 2 / 16;  // of weights

  __device__ Strip(const StripParams& p, char* memory)
      : p_(p),
        staging_(shared_address(memory)),
        weights_(staging_ + (kPooled ? 0 : strip_staging_bytes(kColumns))),
        ring_(weights_ + strip_weight_bytes(p)) {
    int rest = p.by_filter_blocks.divide(static_cast<int>(blockIdx.x), filter_block_);
    rest = p.by_tiles.divide(rest, tile_);
    image_ = p.by_strips.divide(rest, strip_);
    const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
    filter_ = filter_block_ * kStripFilters + warp * 16 + lane / 4 * 2;
    // Tiles of pooled rows overlap by two columns: the pixel that the first result of a tile needs
    // on its left is the neighbouring tile's. Without padding the first tile begins at column -1.
    column_ = kPooled ? tile_ * (kColumns - 2) - (1 - p.pool_left) : tile_ * kColumns;
    y_ = static_cast<T*>(p.y) + image_ * p.y_image + filter_;
    window_ = descriptor_word(ring_, p.leading_bytes);
    ring_end_ = window_ + p.ring_cells;
    const int rows = min(p.strip_rows, p.y_height - strip_ * p.strip_rows);
    first_ = strip_ * p.strip_rows;
    end_ = first_ + rows;
    if constexpr (kPooled) {
      first_ = first_ * 2 - p.pool_top;
      end_ = first_ + rows * 2 + 1;
    }
    last_ = min(end_, p.conv_height) - 1;
    bias_ = *reinterpret_cast<const float2*>(p.bias + filter_);
    lowest_ = narrow_pair<T>(-INFINITY, -INFINITY);
  }

  __device__ void copy_weights() const {
    const int bytes = strip_weight_bytes(p_);
    const char* from = static_cast<const char*>(p_.weights) + int64_t{filter_block_} * bytes;
    for (int i = static_cast<int>(threadIdx.x) * 16; i < bytes; i += kStripThreads * 16) {
      copy_or_zero(weights_ + i, from + i, true);
    }
    commit_copies();
  }

  __device__ void run() {
    CellLoader loader(p_, image_, column_, max(first_, 0), ring_);
    loader.bring_first(p_, last_ - max(first_, 0));
    wait_for_copies<0>();
    publish_to_products();
    if constexpr (kPooled) {
      run_pooled(loader);
    } else {
      for (int row = first_; row <= last_; ++row) {
        StripRow<T, kTiles> now;
        multiply(loader, row, now);
        stage(now);
      }
      __syncthreads();
      write(last_);
      wait_for_staged();
    }
  }

 private:
  // Every second row of the convolution, from the third on, completes results.
  __device__ void run_pooled(CellLoader& loader) {
    StripRow<T, kTiles> kept;
    for (int row = first_; row < end_; ++row) {
      const int count = row - first_;
      const bool completes = count > 0 && count % 2 == 0;
      if (row >= 0 && row <= last_) {
        StripRow<T, kTiles> now;
        multiply(loader, row, now);
        mask(now);
        if (count == 0) {
          kept = now;
        } else {
          kept.raise(now);
        }
        if (completes) {
          write_pooled(count / 2 - 1, kept);
          kept = now;
        }
      } else if (completes) {
        write_pooled(count / 2 - 1, kept);
      } else if (count == 0) {
        kept.fill(lowest_);
      }
    }
  }

  // A row of the convolution. Besides it brings lines for those behind it, and has the one before
  // it written.
  __device__ void multiply(CellLoader& loader, int row, StripRow<T, kTiles>& y) {
    float sums[kTiles][4];
#pragma unroll
    for (auto& four : sums) {
      four[0] = four[1] = bias_.x;
      four[2] = four[3] = bias_.y;
    }
    if constexpr (!kPooled) wait_for_staged();
    __syncthreads();
    if (!kPooled && row > first_) write(row - 1);
    begin_products();
    multiply_windows(sums);
    commit_products();
    window_ += p_.group_cells;
    if (window_ >= ring_end_) window_ -= p_.ring_cells;
    if (row < last_) {
      loader.store_ahead(p_);
      publish_to_products();
    }
    if (row + 1 < last_) loader.fetch_ahead(p_);
    wait_for_products<0>();
    finish(sums, y);
  }

  __device__ void multiply_windows(float (&sums)[kTiles][4]) const {
    uint32_t a = descriptor_word(weights_, kStripFilters * 16);
    const auto begin_of = [&](int line) {
      const uint32_t cell = window_ + p_.line_cells[line];
      return cell < ring_end_ ? cell : cell - p_.ring_cells;
    };
    const auto multiply_step = [&](uint32_t cell) {
      multiply_group<T>(sums, plain_descriptor(a), plain_descriptor(cell));
      a += kStepWords;
    };
    if (p_.paired) {
#pragma unroll
      for (int line = 0; line < kPairedLines; ++line) {
        const uint32_t cell = begin_of(line);
        multiply_step(cell);
        multiply_step(cell + kPairedStepCells);
      }
    } else {
      int line = 0;
#pragma unroll 1
      do {
        uint32_t cell = begin_of(line);
        int step = 0;
#pragma unroll 1
        do {
          multiply_step(cell);
          cell += p_.step_cells;
        } while (++step < p_.steps);
      } while (++line < p_.lines);
    }
  }

  __device__ void finish(float (&sums)[kTiles][4], StripRow<T, kTiles>& row) const {
    if (p_.act.code == kActRelu) return row.narrow_relu(sums);
    const bool clip = p_.act.code == kActClip;
    if (!clip) activate(p_.act, reinterpret_cast<float(&)[kTiles * 4]>(sums));
    row.narrow(sums);
    if (!clip) return;
    row.clip(narrow_pair<T>(p_.act.alpha, p_.act.alpha), narrow_pair<T>(p_.act.beta, p_.act.beta));
  }

  __device__ void mask(StripRow<T, kTiles>& row) const {
    if (column_ >= 0 && column_ + kColumns <= p_.conv_width) return;
    row.mask(column_, p_.conv_width, lowest_);
  }

  // A result's row, counted from the strip's first.
  __device__ void write_pooled(int row, const StripRow<T, kTiles>& kept) const {
    const int lane = static_cast<int>(threadIdx.x) % 4;
    const int neighbour = (static_cast<int>(threadIdx.x) & 28) | ((lane + 3) & 3);
    const int shift = 1 - p_.pool_left;
    const int first = tile_ * (kColumns / 2 - 1) - shift + lane;
    const bool has_first = lane > 0 || (tile_ == 0 && shift == 0);
    uint32_t y[kTiles];
    uint32_t before = lowest_;
#pragma unroll
    for (int j = 0; j < kTiles; ++j) {
      const auto& [even, odd] = kept.of[j];
      // The pixel on the left of this one's two: lane 3 has it for lane 0 of the next eight.
      const uint32_t left = __shfl_sync(~0U, lane == 3 ? before : odd, neighbour);
      before = odd;
      y[j] = max_pair<T>(max_pair<T>(even, odd), left);
    }
    const int width = filter_ < p_.filters ? p_.y_width - first : 0;
    const int64_t pixel = int64_t{strip_ * p_.strip_rows + row} * p_.y_width + first;
    with_filters([&](auto filters) {
      T* to = y_ + pixel * filters;
#pragma unroll
      for (int j = 0; j < kTiles; ++j) {
        if (4 * j >= width || (j == 0 && !has_first)) continue;
        *reinterpret_cast<uint32_t*>(to + 4 * j * filters) = y[j];
      }
    });
  }

  // Leaves the row to the copy engine, which takes it away once every thread has done so.
  __device__ void stage(const StripRow<T, kTiles>& now) {
    const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
    // Pieces of 16 bytes at piece ^ (pixel % 8), as the map says; so no two lanes want one bank.
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const int pixel = lane % 4 * 2 + i, piece = (warp * 2 + lane / 16) ^ pixel;
      const uint32_t to = staging() + pixel * 128 + piece * 16 + lane / 4 % 4 * 4;
#pragma unroll
      for (int j = 0; j < kTiles; ++j) store_word(to + j * 8 * 128, now.of[j][i]);
    }
    publish_to_products();
  }
  __device__ uint32_t staging() const { return staging_ + staged_ % 2 * kColumns * 128; }

  // With all of a row staged: has it written.
  __device__ void write(int row) {
    if (threadIdx.x == 0) {
      store_row(&p_.rows, staging(), filter_block_ * kStripFilters, column_,
                image_ * p_.y_height + row);
    }
    ++staged_;
  }

  // Calls `write` with the number of filters, as a constant where that is a common one.
  template <typename Write>
  __device__ void with_filters(Write write) const {
    if (p_.filters == 64) return write(std::integral_constant<int, 64>{});
    if (p_.filters == 32) return write(std::integral_constant<int, 32>{});
    write(p_.filters);
  }

  const StripParams& p_;
  uint32_t staging_, weights_, ring_;
  int filter_block_, tile_, strip_, image_;
  int filter_, column_;
  // Rows of the convolution that the strip needs; last_ is the last of them that there is.
  int first_, end_, last_;
  float2 bias_;
  T* y_;
  uint32_t lowest_;
  // As in descriptors: where the next row's first group is in the ring, and where that ends.
  uint32_t window_, ring_end_;
  int staged_ = 0;  // rows that were written
};

template <typename T, int kTiles, bool kPooled>
__global__ void __launch_bounds__(kStripThreads, kStripBlocks)
    strip_kernel(const __grid_constant__ StripParams p) {
  extern __shared__ __align__(1024) char memory[];
  allow_dependents();
  Strip<T, kTiles, kPooled> strip(p, memory);
  strip.copy_weights();
  wait_for_producers();
  strip.run();
}

}  // namespace tenon
