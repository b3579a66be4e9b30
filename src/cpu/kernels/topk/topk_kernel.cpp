#include <cmath>
#include <cstdint>

#include "cpu/kernels/topk/topk_kernels.h"
#include "cpu/kernels/vec.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {
namespace {

// Whether a is to come before b, whatever their places. NaN is above all numbers.
template <bool Largest>
TENON_INLINE Mask before(Vec a, Vec b) {
  if constexpr (Largest) return (a > b) | (is_nan(a) & (b == b));
  return (a < b) | (is_nan(b) & (a == a));
}
template <bool Largest>
TENON_INLINE bool before(float a, float b) {
  const bool nan = a != a;
  if constexpr (Largest) return a > b || (nan && b == b);
  return a < b || (b != b && !nan);
}

// Whether x, which comes later, takes the place of the best so far.
template <bool Largest, bool LastFirst>
TENON_INLINE Mask replaces(Vec x, Vec best) {
  if constexpr (LastFirst) return ~before<Largest>(best, x);
  return before<Largest>(x, best);
}

// Joins candidates in any order of their places.
template <bool Largest, bool LastFirst>
struct Winner {
  float value;
  int64_t place;
  TENON_INLINE void take(float x, int64_t at) {
    const bool wins_ties = LastFirst ? at > place : at < place;
    if (before<Largest>(x, value) || (wins_ties && !before<Largest>(value, x))) {
      value = x;
      place = at;
    }
  }
};

template <bool Largest, bool LastFirst>
int64_t row(const float* x, int64_t n) {
  constexpr int kChains = 4;
  constexpr int64_t kStep = kChains * kWidth;
  // The counts of steps are exact in FP32.
  const int64_t steps = n / kStep < kMostPlaces ? n / kStep : kMostPlaces;
  Winner<Largest, LastFirst> winner{x[0], 0};
  if (steps > 0) {
    Vec best[kChains];
    Vec at[kChains];
    for (int c = 0; c < kChains; ++c) {
      best[c] = load(x + c * kWidth);
      at[c] = Vec(0.0F);
    }
    for (int64_t s = 1; s < steps; ++s) {
      const Vec now(static_cast<float>(s));
      for (int c = 0; c < kChains; ++c) {
        const Vec v = load(x + s * kStep + c * kWidth);
        const Mask m = replaces<Largest, LastFirst>(v, best[c]);
        best[c] = select(m, v, best[c]);
        at[c] = select(m, now, at[c]);
      }
    }
    for (int c = 0; c < kChains; ++c) {
      float values[kWidth];
      float counts[kWidth];
      store(values, best[c]);
      store(counts, at[c]);
      for (int i = 0; i < kWidth; ++i) {
        winner.take(values[i], static_cast<int64_t>(counts[i]) * kStep + c * kWidth + i);
      }
    }
  }
  for (int64_t i = steps * kStep; i < n; ++i) winner.take(x[i], i);
  return winner.place;
}

template <bool Largest, bool LastFirst>
TENON_INLINE void column(const float* x, int64_t n, int64_t step, Mask mask, float* values,
                         float* places) {
  Vec best = load(x, mask);
  Vec at(0.0F);
  for (int64_t i = 1; i < n; ++i) {
    const Vec v = load(x + i * step, mask);
    const Mask m = replaces<Largest, LastFirst>(v, best);
    best = select(m, v, best);
    at = select(m, Vec(static_cast<float>(i)), at);
  }
  store(values, best, mask);
  store(places, at, mask);
}

template <bool Largest, bool LastFirst>
void columns(const float* x, int64_t n, int64_t step, int64_t count, float* values, float* places) {
  constexpr int kSide = 4;  // vectors of a row make a whole stretch of memory
  int64_t c = 0;
  for (; c + kSide * kWidth <= count; c += kSide * kWidth) {
    Vec best[kSide];
    Vec at[kSide];
    for (int s = 0; s < kSide; ++s) {
      best[s] = load(x + c + s * kWidth);
      at[s] = Vec(0.0F);
    }
    for (int64_t i = 1; i < n; ++i) {
      const Vec now(static_cast<float>(i));
      for (int s = 0; s < kSide; ++s) {
        const Vec v = load(x + i * step + c + s * kWidth);
        const Mask m = replaces<Largest, LastFirst>(v, best[s]);
        best[s] = select(m, v, best[s]);
        at[s] = select(m, now, at[s]);
      }
    }
    for (int s = 0; s < kSide; ++s) {
      store(values + c + s * kWidth, best[s]);
      store(places + c + s * kWidth, at[s]);
    }
  }
  for (; c < count; c += kWidth) {
    const Mask mask = first(static_cast<int>(count - c < kWidth ? count - c : kWidth));
    column<Largest, LastFirst>(x + c, n, step, mask, values + c, places + c);
  }
}

int64_t any_row(const float* x, int64_t n, bool largest, bool last_first) {
  if (largest) return last_first ? row<true, true>(x, n) : row<true, false>(x, n);
  return last_first ? row<false, true>(x, n) : row<false, false>(x, n);
}

void any_columns(const float* x, int64_t n, int64_t step, int64_t count, bool largest,
                 bool last_first, float* values, float* places) {
  const auto run = largest ? (last_first ? columns<true, true> : columns<true, false>)
                           : (last_first ? columns<false, true> : columns<false, false>);
  run(x, n, step, count, values, places);
}

}  // namespace

extern const FirstKernels kFirstKernels{any_row, any_columns};

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
