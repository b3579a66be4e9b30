#include <cstdint>
#include <limits>

#include "cpu/kernels/attention/attention_kernels.h"
#include "cpu/kernels/vec_math.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

TENON_INLINE Mask mask_at(int64_t i, int64_t n) {
  return first(static_cast<int>(n - i < kWidth ? n - i : kWidth));
}

// Scores i .. i+kWidth-1 with the mask added or applied.
TENON_INLINE Vec masked(const ScoreRow& row, int64_t i, Mask lanes) {
  const Vec s = load(row.scores + i, lanes);
  if (row.mask == nullptr) return s;
  return s + (row.mask_step == 0 ? Vec(*row.mask) : load(row.mask + i, lanes));
}

// Puts -inf where the boolean mask hides a key.
void hide(const ScoreRow& row) {
  for (int64_t i = 0; i < row.visible; ++i) {
    if (row.seen[i * row.mask_step] == 0) row.scores[i] = -kInfinity;
  }
}

// Adds the mask and returns the largest score, NaN when one is.
float masked_peak(const ScoreRow& row) {
  if (row.seen != nullptr) hide(row);
  Vec a(-kInfinity);
  Vec b(-kInfinity);
  int64_t i = 0;
  for (; i + 2 * kWidth <= row.visible; i += 2 * kWidth) {
    const Mask all = first(kWidth);
    const Vec x = masked(row, i, all);
    const Vec y = masked(row, i + kWidth, all);
    if (row.mask != nullptr) {
      store(row.scores + i, x);
      store(row.scores + i + kWidth, y);
    }
    a = max_nan(a, x);
    b = max_nan(b, y);
  }
  for (; i < row.visible; i += kWidth) {
    const Mask lanes = mask_at(i, row.visible);
    const Vec x = masked(row, i, lanes);
    if (row.mask != nullptr) store(row.scores + i, x, lanes);
    a = max_nan(a, select(lanes, x, Vec(-kInfinity)));
  }
  a = max_nan(a, b);
  return any(is_nan(a)) ? std::numeric_limits<float>::quiet_NaN() : reduce_max(a);
}

void fill_zero(float* to, int64_t from, int64_t end) {
  for (int64_t i = from; i < end; i += kWidth) store(to + i, Vec(0.0F), mask_at(i, end));
}

void rescale(float* sums, int64_t size, Vec factor) {
  for (int64_t i = 0; i < size; i += kWidth) {
    const Mask lanes = mask_at(i, size);
    store(sums + i, load(sums + i, lanes) * factor, lanes);
  }
}

void stretch(const ScoreRow& row) {
  const float before = *row.peak;
  const float here = masked_peak(row);
  const float peak = here > before || here != here ? here : before;
  if (peak == -kInfinity) {  // nothing to see so far
    fill_zero(row.scores, 0, row.count);
    return;
  }
  Vec sum(0.0F);
  const Vec top(peak);
  for (int64_t i = 0; i < row.visible; i += kWidth) {
    const Mask lanes = mask_at(i, row.visible);
    const Vec e = exp(load(row.scores + i, lanes) - top);
    sum = sum + select(lanes, e, Vec(0.0F));
    store(row.scores + i, e, lanes);
  }
  fill_zero(row.scores, row.visible, row.count);
  float total = reduce_add(sum);
  if (before != -kInfinity) {
    alignas(64) float factor[kWidth];
    store(factor, exp(Vec(before - peak)));
    total += *row.total * factor[0];
    if (peak != before) rescale(row.sums, row.size, Vec(factor[0]));
  }
  *row.peak = peak;
  *row.total = total;
}

void finish(float* sums, int64_t size, float total, bool nan_to_zero) {
  if (!(total > 0)) {  // NaN, or no key was seen
    const Vec value(nan_to_zero ? 0.0F : std::numeric_limits<float>::quiet_NaN());
    for (int64_t i = 0; i < size; i += kWidth) store(sums + i, value, mask_at(i, size));
    return;
  }
  rescale(sums, size, Vec(1.0F) / Vec(total));
}

}  // namespace

extern const AttentionKernels kAttentionKernels{stretch, finish};

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
