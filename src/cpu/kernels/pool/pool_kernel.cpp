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
  Vec acc = load(p);
  for (int y = 0; y < Window; ++y) {
    for (int x = 0; x < Window; ++x) {
      if (x + y > 0) acc = Fold::fold(acc, load(p + y * row_step + x * step));
    }
  }
  return acc;
}

template <typename Fold>
void blocked_row(const PoolShape& s, const float* in, float* out, int64_t row, int block) {
  constexpr bool kAverage = Fold::kStart == 0;
  const PoolTaps y = pool_taps(s.y, row);
  const int64_t count_y = pool_count(s.y, row, s.count_include_pad);
  const bool whole_rows = y.last - y.first == s.y.window && s.y.window == s.x.window &&
                          block % kWidth == 0 && s.y.dilation == 1 && s.x.dilation == 1;
  for (int64_t column = 0; column < s.x.out; ++column) {
    const PoolTaps x = pool_taps(s.x, column);
    const int64_t count = count_y * pool_count(s.x, column, s.count_include_pad);
    const float scale = count == 0 ? 0 : 1.0F / static_cast<float>(count);
    const bool whole = whole_rows && x.last - x.first == s.x.window;
    const float* first_tap = in + (y.begin * s.x.in + x.begin) * block;
    for (int lane = 0; lane < block; lane += kWidth) {
      const Mask lanes = first(block - lane < kWidth ? block - lane : kWidth);
      Vec acc;
      if (whole && s.x.window == 3) {
        acc = small_window<Fold, 3>(first_tap + lane, s.x.in * block, block);
      } else if (whole && s.x.window == 2) {
        acc = small_window<Fold, 2>(first_tap + lane, s.x.in * block, block);
      } else {
        acc = window<Fold>(s, in + lane, y, x, block, lanes);
      }
      if constexpr (kAverage) acc = acc * Vec(scale);
      store(out + column * block + lane, acc, lanes);
    }
  }
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

template <typename Fold>
float fold_columns(const PoolAxis& axis, const PoolTaps& x, const float* folded) {
  float acc = Fold::kStart;
  for (int64_t t = x.first; t < x.last; ++t) {
    acc = fold_one<Fold>(acc, folded[x.begin + t * axis.dilation]);
  }
  return acc;
}

// Columns at a time: the stretch of input below them is first folded to one row.
constexpr int64_t kFolded = 2048;

template <typename Fold>
void linear_row(const PoolShape& s, const float* in, float* out, int64_t row) {
  float folded[kFolded];
  const PoolTaps y = pool_taps(s.y, row);
  const int64_t count_y = pool_count(s.y, row, s.count_include_pad);
  const int64_t reach = (s.x.window - 1) * s.x.dilation + 1;
  const int64_t step = reach >= kFolded ? 1 : (kFolded - reach) / s.x.stride + 1;
  for (int64_t column = 0; column < s.x.out; ++column) {
    const PoolTaps x = pool_taps(s.x, column);
    float acc = Fold::kStart;
    if (reach >= kFolded) {
      for (int64_t t = y.first; t < y.last; ++t) {
        const float* line = in + (y.begin + t * s.y.dilation) * s.x.in;
        acc = fold_one<Fold>(acc, fold_columns<Fold>(s.x, x, line));
      }
    } else {
      const int64_t begin = column / step * step * s.x.stride - s.x.pad_begin;
      const int64_t from = begin < 0 ? 0 : begin;
      if (column % step == 0) {
        const int64_t end = begin + (step - 1) * s.x.stride + reach;
        fold_rows<Fold>(s, in, y, from, end < s.x.in ? end : s.x.in, folded);
      }
      acc = fold_columns<Fold>(s.x, x, folded - from);
    }
    if constexpr (Fold::kStart == 0) {
      const int64_t count = count_y * pool_count(s.x, column, s.count_include_pad);
      acc = count == 0 ? 0 : acc / static_cast<float>(count);
    }
    out[column] = acc;
  }
}

}  // namespace

extern const PoolKernels kPoolKernels{blocked_row<Max>, blocked_row<Sum>, linear_row<Max>,
                                      linear_row<Sum>};

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
