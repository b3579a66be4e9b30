#pragma once

#include "cuda/kernels/igemm/tensor_core.cuh"
#include "cuda/kernels/stem/strip_params.h"

namespace tenon {

// The columns of a thread's cell in the rows of x of one group.
struct CellWords {
  uint32_t of[2][4];  // [row][channel]: two columns
};

// Brings lines from x to the ring: each thread its cell of every line.
class CellLoader {
 public:
  // `group` is the first that the block brings.
  __device__ CellLoader(const StripParams& p, int image, int tile_column, int group, uint32_t ring)
      : group_(group), cell_(ring + threadIdx.x * 16), group_bytes_(p.stride_h * p.line_bytes) {
    const int column = (tile_column + static_cast<int>(threadIdx.x)) * p.stride_w - p.lead;
    const bool has_cell = threadIdx.x < static_cast<unsigned>(p.cells);
    from_ = static_cast<const uint16_t*>(p.x) + image * p.x_image + column;
    left_ = has_cell && static_cast<unsigned>(column) < static_cast<unsigned>(p.width);
    right_ = has_cell && static_cast<unsigned>(column + 1) < static_cast<unsigned>(p.width);
  }

  // Brings the next kCount groups or what is `left` of them.
  template <int kCount>
  __device__ void bring(const StripParams& p, int left) {
    CellWords words[kCount];
    if (p.whole_words) {
      fetch_groups(p, left, words, [this](const uint16_t* at, bool inside) {
        return inside && left_ ? *reinterpret_cast<const uint32_t*>(at) : 0;
      });
    } else {
      fetch_groups(p, left, words, [this](const uint16_t* at, bool inside) {
        const uint32_t low = inside && left_ ? at[0] : 0, high = inside && right_ ? at[1] : 0;
        return low | high << 16;
      });
    }
#pragma unroll
    for (int i = 0; i < kCount; ++i) {
      if (i < left) store(p, words[i]);
    }
  }

 private:
  template <int kCount, typename Read>
  __device__ void fetch_groups(const StripParams& p, int left, CellWords (&words)[kCount],
                               Read read) const {
#pragma unroll
    for (int i = 0; i < kCount * 2; ++i) {
      const int row = (group_ + i / 2) * p.stride_h - p.pad_top + i % 2;
      const bool inside = i / 2 < left && i % 2 < p.stride_h &&
                          static_cast<unsigned>(row) < static_cast<unsigned>(p.height);
      const uint16_t* at = from_ + row * p.width;
#pragma unroll
      for (int c = 0; c < 4; ++c) {
        words[i / 2].of[i % 2][c] = read(at, inside && c < p.channels);
        at += p.plane;
      }
    }
  }

  // Writes the next group.
  __device__ void store(const StripParams& p, const CellWords& words) {
    ++group_;
    const uint32_t before = cell_ + before_, at = cell_ + next_;
    before_ = next_;
    next_ = next_ == p.groups * group_bytes_ ? 0 : next_ + group_bytes_;
    if (threadIdx.x >= static_cast<unsigned>(p.cells)) return;
    const auto& [a, b] = words.of;
    if (p.paired) {
      store_words(at, a[0], a[1], a[2], b[0]);
      store_words(at + p.line_bytes, b[1], b[2]);
      store_words(before + p.line_bytes + 8, b[1], b[2]);
    } else {
      store_words(at, a[0], a[1], a[2], a[3]);
      if (p.stride_h == 2) store_words(at + p.line_bytes, b[0], b[1], b[2], b[3]);
    }
  }

  __device__ static void store_words(uint32_t to, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    asm volatile("st.shared.v4.b32 [%0], {%1, %2, %3, %4};" ::"r"(to), "r"(a), "r"(b), "r"(c),
                 "r"(d)
                 : "memory");
  }
  __device__ static void store_words(uint32_t to, uint32_t a, uint32_t b) {
    asm volatile("st.shared.v2.b32 [%0], {%1, %2};" ::"r"(to), "r"(a), "r"(b) : "memory");
  }

  int group_;  // the next to be written
  uint32_t cell_;
  int group_bytes_;
  int next_ = 0, before_ = 0;  // places in the ring; what the first group writes to the one before
                               // it is written over by its own
  const uint16_t* from_;
  bool left_, right_;  // the cell's columns inside of x
};

}  // namespace tenon
