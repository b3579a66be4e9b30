#pragma once

#include <type_traits>

#include "cuda/kernels/stem/strip_cells.cuh"
#include "cuda/kernels/stem/strip_products.cuh"
#include "cuda/kernels/stem/strip_row.cuh"

namespace tenon {

__device__ inline void store_word(uint32_t to, uint32_t word) {
  asm volatile("st.shared.b32 [%0], %1;" ::"r"(to), "r"(word) : "memory");
}
// A row's pixels from `pixel` on, as many as the map says; what lies outside is left out.
__device__ inline void store_row(const CUtensorMap* map, uint32_t from, int filter, int pixel,
                                 int row) {
#if __CUDA_ARCH__ >= 900
  asm volatile(
      "cp.async.bulk.tensor.3d.global.shared::cta.tile.bulk_group [%0, {%2, %3, %4}], [%1];" ::"l"(
          map),
      "r"(from), "r"(filter), "r"(pixel), "r"(row)
      : "memory");
  asm volatile("cp.async.bulk.commit_group;" ::: "memory");
#endif
}
// Until shared memory is no longer read by this thread's stores.
__device__ inline void wait_for_staged() {
#if __CUDA_ARCH__ >= 900
  asm volatile("cp.async.bulk.wait_group.read 0;" ::: "memory");
#endif
}

// What a block computes, and a thread of it.
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
    row_ = descriptor_word(ring_, p.leading_bytes);
    end_ = row_ + p.ring_cells;
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

  // Rows of the convolution from the strip's first on.
  __device__ void run() {
    const int first_result = strip_ * p_.strip_rows;
    const int results = min(p_.strip_rows, p_.y_height - first_result);
    const int first = kPooled ? first_result * 2 - p_.pool_top : first_result;
    const int end = first + (kPooled ? results * 2 + 1 : results);
    CellLoader loader(p_, image_, column_, max(first, 0), ring_);
    load_first(loader);
    const int last = min(end, p_.conv_height) - 1;
    CellWords ahead[1];  // what the row behind the next one needs
    if (max(first, 0) < last) loader.fetch(p_, 1, ahead);
    const float2 bias = *reinterpret_cast<const float2*>(p_.bias + filter_);
    wait_for_copies<0>();
    publish_to_products();

    StripRow<T, kTiles> kept;
    for (int row = first; row < end; ++row) {
      // Every second row of the convolution, from the third on, completes results.
      const int count = row - first;
      const bool completes = kPooled && count > 0 && count % 2 == 0;
      if (static_cast<unsigned>(row) < static_cast<unsigned>(p_.conv_height)) {
        StripRow<T, kTiles> now;
        multiply(loader, row, row > first, last - row, bias, ahead, now);
        if constexpr (kPooled) {
          mask(now);
          if (count == 0) {
            kept = now;
          } else {
            kept.raise(now);
          }
          if (completes) {
            write_pooled(first_result + count / 2 - 1, kept);
            kept = now;
          }
        } else {
          stage(now);
        }
      } else if (completes) {
        write_pooled(first_result + count / 2 - 1, kept);
      } else if (kPooled && count == 0) {
        kept.fill(lowest_);
      }
    }
    if constexpr (!kPooled) {
      __syncthreads();
      write(end - 1);
      wait_for_staged();
    }
  }

 private:
  // The groups of lines that the first row needs.
  __device__ void load_first(CellLoader& loader) const {
    constexpr int kAtOnce = 4;
    for (int group = 0; group < p_.groups; group += kAtOnce) {
      CellWords words[kAtOnce];
      loader.fetch(p_, p_.groups - group, words);
#pragma unroll
      for (int i = 0; i < kAtOnce; ++i) {
        if (group + i < p_.groups) loader.store(p_, words[i]);
      }
    }
  }

  // A row, behind which are `rows` more. Besides it brings lines for those, and has the row before
  // written where there is one.
  __device__ void multiply(CellLoader& loader, int row, bool has_before, int rows,
                           const float2& bias, CellWords (&ahead)[1], StripRow<T, kTiles>& y) {
    float sums[kTiles][4];
#pragma unroll
    for (auto& four : sums) {
      four[0] = four[1] = bias.x;
      four[2] = four[3] = bias.y;
    }
    if constexpr (!kPooled) wait_for_staged();
    __syncthreads();
    if (!kPooled && has_before) write(row - 1);
    uint32_t a = descriptor_word(weights_, kStripFilters * 16);
    const auto begin_of = [&](int line) {
      const uint32_t cell = row_ + p_.line_cells[line];
      return cell < end_ ? cell : cell - p_.ring_cells;
    };
    const auto multiply_step = [&](uint32_t cell) {
      multiply_group<T>(sums, plain_descriptor(a), plain_descriptor(cell));
      a += kStepWords;
    };
    begin_products();
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
    commit_products();
    row_ += p_.group_cells;
    if (row_ >= end_) row_ -= p_.ring_cells;
    if (rows > 0) {
      loader.store(p_, ahead[0]);
      publish_to_products();
    }
    if (rows > 1) loader.fetch(p_, 1, ahead);
    wait_for_products<0>();
    finish(sums, y);
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
    const int64_t pixel = static_cast<int64_t>(row) * p_.y_width + first;
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
  T* y_;
  uint32_t lowest_;
  // As in descriptors: where the next row's first group is in the ring, and where that ends.
  uint32_t row_, end_;
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
