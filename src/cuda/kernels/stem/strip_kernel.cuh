#pragma once

#include "cuda/kernels/igemm/narrow.cuh"
#include "cuda/kernels/stem/strip_cells.cuh"
#include "cuda/kernels/stem/strip_products.cuh"

namespace tenon {

// The larger and the smaller of two pairs of narrow numbers; NaN wins.
template <typename T>
struct PairOrder {
  using Pair = __half2;
};
template <>
struct PairOrder<__nv_bfloat16> {
  using Pair = __nv_bfloat162;
};
template <typename T>
__device__ inline uint32_t max_pair(uint32_t a, uint32_t b) {
  using Pair = typename PairOrder<T>::Pair;
  const Pair y =
      __hmax2_nan(*reinterpret_cast<const Pair*>(&a), *reinterpret_cast<const Pair*>(&b));
  return *reinterpret_cast<const uint32_t*>(&y);
}
template <typename T>
__device__ inline uint32_t min_pair(uint32_t a, uint32_t b) {
  using Pair = typename PairOrder<T>::Pair;
  const Pair y =
      __hmin2_nan(*reinterpret_cast<const Pair*>(&a), *reinterpret_cast<const Pair*>(&b));
  return *reinterpret_cast<const uint32_t*>(&y);
}

// A lane's share of a row of a tile: two neighbouring filters of the pixels 8j + 2l and 8j + 2l +
// 1, where l is the lane in its group of four.
template <typename T, int kTiles>
struct StripRow {
  uint32_t of[kTiles][2];

  __device__ void fill(uint32_t word) {
#pragma unroll
    for (auto& [even, odd] : of) even = odd = word;
  }
  __device__ void narrow(const float (&sums)[kTiles][4]) {
#pragma unroll
    for (int j = 0; j < kTiles; ++j) {
      of[j][0] = narrow_pair<T>(sums[j][0], sums[j][2]);
      of[j][1] = narrow_pair<T>(sums[j][1], sums[j][3]);
    }
  }
  __device__ void raise(const StripRow& other) {
#pragma unroll
    for (int j = 0; j < kTiles; ++j) {
      of[j][0] = max_pair<T>(of[j][0], other.of[j][0]);
      of[j][1] = max_pair<T>(of[j][1], other.of[j][1]);
    }
  }
  // Pixels outside of the convolution's `width` become the least number.
  __device__ void mask(int first_column, int width, uint32_t lowest) {
    const int own = first_column + static_cast<int>(threadIdx.x) % 4 * 2;
#pragma unroll
    for (int j = 0; j < kTiles; ++j) {
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        const int column = own + 8 * j + i;
        if (static_cast<unsigned>(column) >= static_cast<unsigned>(width)) of[j][i] = lowest;
      }
    }
  }
};

// What a block computes, and a thread of it.
template <typename T, int kTiles, bool kPooled>
class Strip {
 public:
  static constexpr int kColumns = kTiles * 8;

  __device__ Strip(const StripParams& p, char* memory)
      : p_(p), weights_(shared_address(memory)), ring_(weights_ + strip_weight_bytes(p)) {
    int rest = p.by_filter_blocks.divide(static_cast<int>(blockIdx.x), filter_block_);
    rest = p.by_tiles.divide(rest, tile_);
    image_ = p.by_strips.divide(rest, strip_);
    const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
    filter_ = filter_block_ * kStripFilters + warp * 16 + lane / 4 * 2;
    // Tiles of pooled rows overlap by two columns: the pixel that the first result of a tile needs
    // on its left is the neighbouring tile's. Without padding the first tile begins at column -1.
    column_ = kPooled ? tile_ * (kColumns - 2) - (1 - p.pool_left) : tile_ * kColumns;
    y_ = static_cast<T*>(p.y) + image_ * p.y_image + filter_;
    low_ = narrow_pair<T>(p.low, p.low);
    high_ = narrow_pair<T>(p.high, p.high);
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
    constexpr int kAtOnce = 4;  // groups; the first row's come before it
    for (int group = 0; group < p_.groups; group += kAtOnce) {
      loader.bring<kAtOnce>(p_, p_.groups - group);
    }
    const float2 bias = *reinterpret_cast<const float2*>(p_.bias + filter_);
    wait_for_copies<0>();
    publish_to_products();

    StripRow<T, kTiles> kept;
    for (int row = first; row < end; ++row) {
      StripRow<T, kTiles> now;
      if (static_cast<unsigned>(row) < static_cast<unsigned>(p_.conv_height)) {
        float sums[kTiles][4];
        multiply(loader, row + 1 < min(end, p_.conv_height), bias, sums);
        if (p_.acts_on_sums) activate(p_.act, reinterpret_cast<float(&)[kTiles * 4]>(sums));
        now.narrow(sums);
      } else {
        now.fill(lowest_);
      }
      if constexpr (kPooled) {
        pool(row - first, first_result, now, kept);
      } else {
        write(row, now);
      }
    }
  }

 private:
  // The sums of the next row; brings the lines that the row behind it needs besides.
  __device__ void multiply(CellLoader& loader, bool more, const float2& bias,
                           float (&sums)[kTiles][4]) {
#pragma unroll
    for (auto& four : sums) {
      four[0] = four[1] = bias.x;
      four[2] = four[3] = bias.y;
    }
    __syncthreads();
    const uint32_t row = window_word(row_), end = window_word(strip_ring_bytes(p_));
    uint64_t a = plain_descriptor(descriptor_word(weights_, kStripFilters * 16));
    int step = 0;
    begin_products();
#pragma unroll 1
    do {
      const uint32_t cell = row + p_.step_cells[step];
      multiply_group<T>(sums, a,
                        plain_descriptor(cell < end ? cell : cell - (end - window_word(0))));
      a += kStripFilters * 16 * 2 / 16;
    } while (++step < p_.steps);
    commit_products();
    const int group_bytes = p_.stride_h * p_.line_bytes;
    row_ = row_ == p_.groups * group_bytes ? 0 : row_ + group_bytes;
    if (more) {
      loader.bring<1>(p_, 1);
      publish_to_products();
    }
    wait_for_products<0>();
  }

  // Of the descriptor of windows that begin at such a place in the ring.
  __device__ uint32_t window_word(int place) const {
    return descriptor_word(ring_ + place, p_.leading_bytes);
  }

  __device__ uint32_t clamped(uint32_t pair) const {
    return max_pair<T>(min_pair<T>(pair, high_), low_);
  }

  // Row `count` of the strip; every second one, from the third on, completes results.
  __device__ void pool(int count, int first_result, StripRow<T, kTiles>& now,
                       StripRow<T, kTiles>& kept) const {
    if (column_ < 0 || column_ + kColumns > p_.conv_width) {
      now.mask(column_, p_.conv_width, lowest_);
    }
    if (count == 0) {
      kept = now;
    } else if (count % 2 != 0) {
      kept.raise(now);
    } else {
      kept.raise(now);
      write_pooled(first_result + count / 2 - 1, kept);
      kept = now;
    }
  }

  __device__ void write_pooled(int row, const StripRow<T, kTiles>& kept) const {
    const int lane = static_cast<int>(threadIdx.x) % 4;
    const int neighbour = (static_cast<int>(threadIdx.x) & 28) | ((lane + 3) & 3);
    const int shift = 1 - p_.pool_left;
    const int first = tile_ * (kColumns / 2 - 1) - shift + lane;
    const bool has_first = lane > 0 || (tile_ == 0 && shift == 0);
    const int64_t line = static_cast<int64_t>(row) * p_.y_width;
    T* to = y_ + (line + first) * p_.filters;
    uint32_t before = lowest_;
#pragma unroll
    for (int j = 0; j < kTiles; ++j) {
      const auto& [even, odd] = kept.of[j];
      // The pixel on the left of this one's two: lane 3 has it for lane 0 of the next eight.
      const uint32_t left = __shfl_sync(~0U, lane == 3 ? before : odd, neighbour);
      before = odd;
      const uint32_t y = clamped(max_pair<T>(max_pair<T>(even, odd), left));
      if (filter_ < p_.filters && first + 4 * j < p_.y_width && (j > 0 || has_first)) {
        *reinterpret_cast<uint32_t*>(to) = y;
      }
      to += 4 * p_.filters;
    }
  }

  __device__ void write(int row, const StripRow<T, kTiles>& now) const {
    const int first = column_ + static_cast<int>(threadIdx.x) % 4 * 2;
    T* to = y_ + (static_cast<int64_t>(row) * p_.y_width + first) * p_.filters;
#pragma unroll
    for (int j = 0; j < kTiles; ++j) {
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        if (filter_ >= p_.filters || first + 8 * j + i >= p_.y_width) continue;
        *reinterpret_cast<uint32_t*>(to + i * p_.filters) = clamped(now.of[j][i]);
      }
      to += 8 * p_.filters;
    }
  }

  const StripParams& p_;
  uint32_t weights_, ring_;
  int filter_block_, tile_, strip_, image_;
  int filter_, column_;
  T* y_;
  uint32_t low_, high_, lowest_;
  int row_ = 0;  // the place in the ring of the next row's first group
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
