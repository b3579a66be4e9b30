#include <cstdint>
#include <limits>

#include "cpu/kernels/pool/pool_kernels.h"
#include "cpu/kernels/vec.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {
namespace {

struct Max {
  static constexpr float kStart = -std::numeric_limits<float>::infinity();
  TENON_INLINE static Vec fold(Vec a, Vec b) { return max_nan(a, b); }
};
struct Sum {
  static constexpr float kStart = 0;
  TENON_INLINE static Vec fold(Vec a, Vec b) { return a + b; }
};

// All taps of one output position, for `lanes` channels (at most kWidth).
template <typename Fold>
TENON_INLINE Vec window(const PoolShape& s, const float* in, const PoolTaps& y, const PoolTaps& x,
                        int block, Mask lanes) {
  const int64_t columns = x.last - x.first;
  const int64_t step = s.x.dilation * block;
  Vec acc(Fold::kStart);
  for (int64_t ty = y.first; ty < y.last; ++ty) {
    const float* p =
        in + ((y.begin + ty * s.y.dilation) * s.x.in + x.begin + x.first * s.x.dilation) * block;
    for (int64_t tx = 0; tx < columns; ++tx) acc = Fold::fold(acc, load(p + tx * step, lanes));
  }
  return acc;
}

// The usual case: windows that fit in the input, one full vector a block.
template <typename Fold, int Window>
TENON_INLINE Vec small_window(const float* p, int64_t row_step, int64_t step) {
  // Rows are folded apart from one another, so that no long chain of operations forms.
  Vec acc(Fold::kStart);
#pragma GCC unroll 3
  for (int y = 0; y < Window; ++y) {
    Vec across = load(p + y * row_step);
#pragma GCC unroll 3
    for (int x = 1; x < Window; ++x) across = Fold::fold(across, load(p + y * row_step + x * step));
    acc = y == 0 ? across : Fold::fold(acc, across);
  }
  return acc;
}

// Columns [begin, end) whose windows lie in the input as a whole.
struct Interior {
  int64_t begin;
  int64_t end;
};
Interior interior_of(const PoolAxis& a) {
  const int64_t reach = (a.window - 1) * a.dilation;
  const int64_t begin = (a.pad_begin + a.stride - 1) / a.stride;
  const int64_t room = a.in - 1 - reach + a.pad_begin;
  const int64_t end = room < 0 ? 0 : room / a.stride + 1;
  const int64_t last = end < a.out ? end : a.out;
  return {begin < last ? begin : last, last};
}

TENON_INLINE float inverse(int64_t count) {
  return count == 0 ? 0 : 1.0F / static_cast<float>(count);
}

// Columns [begin, end) at the sides, or of windows of any shape.
template <typename Fold>
void any_columns(const PoolShape& s, const float* in, float* out, int64_t row, int block,
                 Interior columns) {
  const PoolTaps y = pool_taps(s.y, row);
  const int64_t count_y = pool_count(s.y, row, s.count_include_pad);
  for (int64_t column = columns.begin; column < columns.end; ++column) {
    const PoolTaps x = pool_taps(s.x, column);
    const Vec scale(inverse(count_y * pool_count(s.x, column, s.count_include_pad)));
    for (int lane = 0; lane < block; lane += kWidth) {
      const Mask lanes = first(block - lane < kWidth ? block - lane : kWidth);
      Vec acc = window<Fold>(s, in + lane, y, x, block, lanes);
      if constexpr (Fold::kStart == 0) acc = acc * scale;
      store(out + column * block + lane, acc, lanes);
    }
  }
}

// Columns [begin, end) of whole square windows without dilation, a full vector a block.
template <typename Fold, int Window>
void whole_columns(const PoolShape& s, const float* in, float* out, int64_t row, int block,
                   Interior columns) {
  const Vec scale(1.0F / (Window * Window));
  const int64_t top = row * s.y.stride - s.y.pad_begin;
  for (int64_t column = columns.begin; column < columns.end; ++column) {
    const int64_t left = column * s.x.stride - s.x.pad_begin;
    const float* p = in + (top * s.x.in + left) * block;
    for (int lane = 0; lane < block; lane += kWidth) {
      Vec acc = small_window<Fold, Window>(p + lane, s.x.in * block, block);
      if constexpr (Fold::kStart == 0) acc = acc * scale;
      store(out + column * block + lane, acc);
    }
  }
}

template <typename Fold>
void blocked_row(const PoolShape& s, const float* in, float* out, int64_t row, int block) {
  const Interior rows = interior_of(s.y);
  const bool square = s.y.window == s.x.window && s.y.dilation == 1 && s.x.dilation == 1;
  const bool known = square && (s.x.window == 2 || s.x.window == 3) && block % kWidth == 0;
  if (!known || row < rows.begin || row >= rows.end) {
    return any_columns<Fold>(s, in, out, row, block, {0, s.x.out});
  }
  const Interior whole = interior_of(s.x);
  any_columns<Fold>(s, in, out, row, block, {0, whole.begin});
  if (s.x.window == 3) {
    whole_columns<Fold, 3>(s, in, out, row, block, whole);
  } else {
    whole_columns<Fold, 2>(s, in, out, row, block, whole);
  }
  any_columns<Fold>(s, in, out, row, block, {whole.end, s.x.out});
}

template <typename Fold>
float fold_one(float a, float b) {
  if constexpr (Fold::kStart == 0) return a + b;
  return a > b || a != a ? a : b;
}

// Columns [begin, end) of the window's rows folded into one row.
template <typename Fold>
void fold_rows(const PoolShape& s, const float* in, const PoolTaps& y, int64_t begin, int64_t end,
               float* folded) {
  for (int64_t i = begin; i < end; i += kWidth) {
    const int n = static_cast<int>(end - i < kWidth ? end - i : kWidth);
    Vec acc(Fold::kStart);
    for (int64_t t = y.first; t < y.last; ++t) {
      acc = Fold::fold(acc, load_part(in + (y.begin + t * s.y.dilation) * s.x.in + i, n));
    }
    store_part(folded + (i - begin), acc, n);
  }
}

// Columns at a time: the stretch of input below them is first folded to one row.
constexpr int64_t kFolded = 2048;

// One output of a window whose rows are not folded beforehand.
template <typename Fold>
float fold_window(const PoolShape& s, const float* in, const PoolTaps& y, const PoolTaps& x) {
  float acc = Fold::kStart;
  for (int64_t ty = y.first; ty < y.last; ++ty) {
    const float* line = in + (y.begin + ty * s.y.dilation) * s.x.in + x.begin;
    for (int64_t tx = x.first; tx < x.last; ++tx) {
      acc = fold_one<Fold>(acc, line[tx * s.x.dilation]);
    }
  }
  return acc;
}

// Columns [begin, end) whose windows are whole.
template <typename Fold>
void linear_interior(const PoolShape& s, const float* in, float* out, const PoolTaps& y,
                     float scale, Interior columns) {
  float folded[kFolded];
  const int64_t reach = (s.x.window - 1) * s.x.dilation + 1;
  const int64_t step = (kFolded - reach) / s.x.stride + 1;
  for (int64_t begin = columns.begin; begin < columns.end; begin += step) {
    const int64_t end = begin + step < columns.end ? begin + step : columns.end;
    const int64_t from = begin * s.x.stride - s.x.pad_begin;
    fold_rows<Fold>(s, in, y, from, from + (end - begin - 1) * s.x.stride + reach, folded);
    for (int64_t column = begin; column < end; ++column) {
      const float* p = folded + (column - begin) * s.x.stride;
      float acc = p[0];
      for (int64_t t = 1; t < s.x.window; ++t) acc = fold_one<Fold>(acc, p[t * s.x.dilation]);
      out[column] = Fold::kStart == 0 ? acc * scale : acc;
    }
  }
}

template <typename Fold>
void linear_row(const PoolShape& s, const float* in, float* out, int64_t row) {
  const PoolTaps y = pool_taps(s.y, row);
  const int64_t count_y = pool_count(s.y, row, s.count_include_pad);
  Interior whole = interior_of(s.x);
  if ((s.x.window - 1) * s.x.dilation >= kFolded) whole = {0, 0};
  linear_interior<Fold>(s, in, out, y, inverse(count_y * s.x.window), whole);
  for (int64_t column = 0; column < s.x.out; ++column) {
    if (column == whole.begin) column = whole.end;
    if (column >= s.x.out) break;
    const PoolTaps x = pool_taps(s.x, column);
    const float acc = fold_window<Fold>(s, in, y, x);
    const float scale = inverse(count_y * pool_count(s.x, column, s.count_include_pad));
    out[column] = Fold::kStart == 0 ? acc * scale : acc;
  }
}

}  // namespace

extern const PoolKernels kPoolKernels{blocked_row<Max>, blocked_row<Sum>, linear_row<Max>,
                                      linear_row<Sum>};

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
