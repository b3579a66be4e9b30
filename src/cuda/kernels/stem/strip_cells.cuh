#pragma once

#include "cuda/kernels/igemm/tensor_core.cuh"
#include "cuda/kernels/stem/strip_params.h"

namespace tenon {

// A thread's cell in the rows of x of one group: the two columns of every (row, channel), or both
// in `left` where they are one word.
struct CellWords {
  uint32_t left[2][4], right[2][4];
};

// Brings lines from x to the ring: each thread its cell of every line.
class CellLoader {
 public:
  // `group` is the first that the block brings.
  __device__ CellLoader(const StripParams& p, int image, int tile_column, int group, uint32_t ring)
      : row_(group * p.stride_h - p.pad_top),
        cell_(ring + threadIdx.x * 16),
        group_bytes_(p.stride_h * p.line_bytes) {
    const int column = (tile_column + static_cast<int>(threadIdx.x)) * p.stride_w - p.lead;
    const bool has_cell = threadIdx.x < static_cast<unsigned>(p.cells);
    from_ = static_cast<const uint16_t*>(p.x) + image * p.x_image + row_ * p.width + column;
    left_ = has_cell && static_cast<unsigned>(column) < static_cast<unsigned>(p.width);
    right_ = has_cell && static_cast<unsigned>(column + 1) < static_cast<unsigned>(p.width);
  }

  // The groups of lines that the first row needs, and those that `rows` behind it do ahead.
  __device__ void bring_first(const StripParams& p, int rows) {
    constexpr int kAtOnce = 4;
    for (int group = 0; group < p.groups; group += kAtOnce) {
      CellWords words[kAtOnce];
      fetch(p, p.groups - group, words);
#pragma unroll
      for (int i = 0; i < kAtOnce; ++i) {
        if (group + i < p.groups) store(p, words[i]);
      }
    }
    if (rows > 0) fetch_ahead(p);
  }
  // Reads the next group, and writes it to the ring.
  __device__ void fetch_ahead(const StripParams& p) { fetch(p, 1, ahead_); }
  __device__ void store_ahead(const StripParams& p) { store(p, ahead_[0]); }

 private:
  // Reads the next kCount groups, or what there is `left` of them.
  template <int kCount>
  __device__ void fetch(const StripParams& p, int left, CellWords (&words)[kCount]) const {
    const auto for_each = [&](auto read) {
      const uint16_t* at = from_;
#pragma unroll
      for (int i = 0; i < kCount * 2; ++i) {
        const bool inside = i / 2 < left && i % 2 < p.stride_h && has_row(p, i / 2, i % 2);
#pragma unroll
        for (int c = 0; c < 4; ++c) {
          read(at + c * p.plane, inside && c < p.channels, words[i / 2].left[i % 2][c],
               words[i / 2].right[i % 2][c]);
        }
        if (i % 2 < p.stride_h) at += p.width;
      }
    };
    if (p.whole_words) {
      for_each([this](const uint16_t* at, bool inside, uint32_t& both, uint32_t&) {
        both = inside && left_ ? *reinterpret_cast<const uint32_t*>(at) : 0;
      });
    } else {
      for_each([this](const uint16_t* at, bool inside, uint32_t& left_word, uint32_t& right_word) {
        left_word = inside && left_ ? at[0] : 0;
        right_word = inside && right_ ? at[1] : 0;
      });
    }
  }

  // Writes the next group.
  __device__ void store(const StripParams& p, CellWords& words) {
    const uint32_t before = cell_ + before_, at = cell_ + next_;
    before_ = next_;
    next_ = next_ == p.groups * group_bytes_ ? 0 : next_ + group_bytes_;
    row_ += p.stride_h;
    from_ += p.stride_h * p.width;
    if (threadIdx.x >= static_cast<unsigned>(p.cells)) return;
    auto& [a, b] = words.left;
    if (!p.whole_words) {
#pragma unroll
      for (int c = 0; c < 4; ++c) {
        a[c] |= words.right[0][c] << 16;
        b[c] |= words.right[1][c] << 16;
      }
    }
    if (p.paired) {
      store_words(at, a[0], a[1], a[2], b[0]);
      store_words(at + p.line_bytes, b[1], b[2]);
      store_words(before + p.line_bytes + 8, b[1], b[2]);
    } else {
      store_words(at, a[0], a[1], a[2], a[3]);
      if (p.stride_h == 2) store_words(at + p.line_bytes, b[0], b[1], b[2], b[3]);
    }
  }

  __device__ bool has_row(const StripParams& p, int group, int row) const {
    return static_cast<unsigned>(row_ + group * p.stride_h + row) < static_cast<unsigned>(p.height);
  }
  __device__ static void store_words(uint32_t to, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    asm volatile("st.shared.v4.b32 [%0], {%1, %2, %3, %4};" ::"r"(to), "r"(a), "r"(b), "r"(c),
                 "r"(d)
                 : "memory");
  }
  __device__ static void store_words(uint32_t to, uint32_t a, uint32_t b) {
    asm volatile("st.shared.v2.b32 [%0], {%1, %2};" ::"r"(to), "r"(a), "r"(b) : "memory");
  }

  int row_;  // of x, the first of the next group to be written
  uint32_t cell_;
  int group_bytes_;
  int next_ = 0, before_ = 0;  // places in the ring; what the first group writes to the one before
                               // it is written over by its own
  const uint16_t* from_;       // the cell in that row
  CellWords ahead_[1];
  bool left_, right_;  // the cell's columns inside of x
};

}  // namespace tenon
