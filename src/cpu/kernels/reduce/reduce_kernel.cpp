#include <cstdint>

#include "cpu/kernels/reduce/reduce_kernels.h"
#include "cpu/kernels/vec.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {
namespace {

struct Sum {
  static constexpr ReduceKind kKind = ReduceKind::kSum;
  TENON_INLINE static Vec take(Vec x) { return x; }
  TENON_INLINE static Vec join(Vec a, Vec b) { return a + b; }
};
struct SumSquare : Sum {
  static constexpr ReduceKind kKind = ReduceKind::kSumSquare;
  TENON_INLINE static Vec take(Vec x) { return x * x; }
};
struct SumAbs : Sum {
  static constexpr ReduceKind kKind = ReduceKind::kL1;
  TENON_INLINE static Vec take(Vec x) { return abs(x); }
};
struct Product {
  static constexpr ReduceKind kKind = ReduceKind::kProd;
  TENON_INLINE static Vec take(Vec x) { return x; }
  TENON_INLINE static Vec join(Vec a, Vec b) { return a * b; }
};
struct Largest {
  static constexpr ReduceKind kKind = ReduceKind::kMax;
  TENON_INLINE static Vec take(Vec x) { return x; }
  TENON_INLINE static Vec join(Vec a, Vec b) { return max_nan(a, b); }
};
struct Smallest {
  static constexpr ReduceKind kKind = ReduceKind::kMin;
  TENON_INLINE static Vec take(Vec x) { return x; }
  TENON_INLINE static Vec join(Vec a, Vec b) { return min_nan(a, b); }
};

template <typename Fold>
float across_lanes(Vec v) {
  float lanes[2 * kWidth] = {};
  store(lanes, v);
  // The lanes beyond `width` are not looked at any more.
  for (int width = kWidth / 2; width > 0; width /= 2) {
    store(lanes, Fold::join(load(lanes), load(lanes + width)));
  }
  return lanes[0];
}

template <typename Fold>
float fold(const float* base, const int64_t* offsets, int64_t rows, int64_t n, float start) {
  constexpr int kChains = 4;
  const Vec neutral(reduce_start(Fold::kKind));
  Vec acc[kChains];
  for (Vec& a : acc) a = neutral;
  for (int64_t r = 0; r < rows; ++r) {
    const float* p = base + offsets[r];
    int64_t i = 0;
    for (; i + kChains * kWidth <= n; i += kChains * kWidth) {
      for (int c = 0; c < kChains; ++c) {
        acc[c] = Fold::join(acc[c], Fold::take(load(p + i + c * kWidth)));
      }
    }
    for (; i < n; i += kWidth) {
      const int count = static_cast<int>(n - i < kWidth ? n - i : kWidth);
      const Mask mask = first(count);
      acc[0] = Fold::join(acc[0], select(mask, Fold::take(load(p + i, mask)), neutral));
    }
  }
  const Vec total = Fold::join(Fold::join(acc[0], acc[1]), Fold::join(acc[2], acc[3]));
  return across_lanes<Fold>(Fold::join(total, select(first(1), Vec(start), neutral)));
}

// One vector of columns over all rows; several rows in flight.
template <typename Fold>
TENON_INLINE Vec fold_column(const float* p, const int64_t* offsets, int64_t rows, Vec acc,
                             Mask mask) {
  const Vec neutral(reduce_start(Fold::kKind));
  Vec second = neutral;
  Vec third = neutral;
  Vec fourth = neutral;
  int64_t r = 0;
  for (; r + 4 <= rows; r += 4) {
    acc = Fold::join(acc, Fold::take(load(p + offsets[r], mask)));
    second = Fold::join(second, Fold::take(load(p + offsets[r + 1], mask)));
    third = Fold::join(third, Fold::take(load(p + offsets[r + 2], mask)));
    fourth = Fold::join(fourth, Fold::take(load(p + offsets[r + 3], mask)));
  }
  for (; r < rows; ++r) acc = Fold::join(acc, Fold::take(load(p + offsets[r], mask)));
  return Fold::join(Fold::join(acc, second), Fold::join(third, fourth));
}

template <typename Fold>
void fold_lanes(const float* base, const int64_t* offsets, int64_t rows, float* acc, int64_t n) {
  // Four vectors a row make whole stretches of memory.
  int64_t i = 0;
  for (; i + 4 * kWidth <= n; i += 4 * kWidth) {
    Vec sums[4];
    for (int c = 0; c < 4; ++c) sums[c] = load(acc + i + c * kWidth);
    for (int64_t r = 0; r < rows; ++r) {
      const float* p = base + offsets[r] + i;
      for (int c = 0; c < 4; ++c) sums[c] = Fold::join(sums[c], Fold::take(load(p + c * kWidth)));
    }
    for (int c = 0; c < 4; ++c) store(acc + i + c * kWidth, sums[c]);
  }
  for (; i < n; i += kWidth) {
    const Mask mask = first(static_cast<int>(n - i < kWidth ? n - i : kWidth));
    store(acc + i, fold_column<Fold>(base + i, offsets, rows, load(acc + i, mask), mask), mask);
  }
}

float fold_any(ReduceKind kind, const float* base, const int64_t* offsets, int64_t rows, int64_t n,
               float start) {
  switch (kind) {
    case ReduceKind::kProd: return fold<Product>(base, offsets, rows, n, start);
    case ReduceKind::kMax: return fold<Largest>(base, offsets, rows, n, start);
    case ReduceKind::kMin: return fold<Smallest>(base, offsets, rows, n, start);
    case ReduceKind::kL1: return fold<SumAbs>(base, offsets, rows, n, start);
    case ReduceKind::kSumSquare:
    case ReduceKind::kL2: return fold<SumSquare>(base, offsets, rows, n, start);
    default: return fold<Sum>(base, offsets, rows, n, start);
  }
}

void fold_lanes_any(ReduceKind kind, const float* base, const int64_t* offsets, int64_t rows,
                    float* acc, int64_t n) {
  switch (kind) {
    case ReduceKind::kProd: return fold_lanes<Product>(base, offsets, rows, acc, n);
    case ReduceKind::kMax: return fold_lanes<Largest>(base, offsets, rows, acc, n);
    case ReduceKind::kMin: return fold_lanes<Smallest>(base, offsets, rows, acc, n);
    case ReduceKind::kL1: return fold_lanes<SumAbs>(base, offsets, rows, acc, n);
    case ReduceKind::kSumSquare:
    case ReduceKind::kL2: return fold_lanes<SumSquare>(base, offsets, rows, acc, n);
    default: return fold_lanes<Sum>(base, offsets, rows, acc, n);
  }
}

}  // namespace

extern const ReduceKernels kReduceKernels{fold_any, fold_lanes_any};

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
