#include <cmath>
#include <cstdint>

#include "cpu/kernels/normalization/normalization_kernels.h"
#include "cpu/kernels/vec.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {
namespace {

TENON_INLINE Mask mask_at(int64_t i, int64_t n) {
  return first(static_cast<int>(n - i < kWidth ? n - i : kWidth));
}

float sum_of(const float* in, int64_t n) {
  Vec a(0.0F);
  Vec b(0.0F);
  int64_t i = 0;
  for (; i + 2 * kWidth <= n; i += 2 * kWidth) {
    a = a + load(in + i);
    b = b + load(in + i + kWidth);
  }
  for (; i < n; i += kWidth) a = a + load(in + i, mask_at(i, n));
  return reduce_add(a + b);
}

float squares_about(const float* in, int64_t n, float mean) {
  const Vec m(mean);
  Vec a(0.0F);
  Vec b(0.0F);
  int64_t i = 0;
  for (; i + 2 * kWidth <= n; i += 2 * kWidth) {
    const Vec x = load(in + i) - m;
    const Vec y = load(in + i + kWidth) - m;
    a = fma(x, x, a);
    b = fma(y, y, b);
  }
  for (; i < n; i += kWidth) {
    const Mask mask = mask_at(i, n);
    const Vec x = select(mask, load(in + i, mask) - m, Vec(0.0F));
    a = fma(x, x, a);
  }
  return reduce_add(a + b);
}

void statistics(const float* in, int64_t n, float epsilon, bool rms, float* mean, float* factor) {
  const auto count = static_cast<float>(n);
  *mean = rms ? 0 : sum_of(in, n) / count;
  *factor = 1 / std::sqrt(squares_about(in, n, *mean) / count + epsilon);
}

TENON_INLINE Vec parameter(const NormalizationParameter& p, int64_t i, Mask mask) {
  return p.step == 0 ? Vec(*p.data) : load(p.data + i, mask);
}

void apply(const float* in, float* out, int64_t n, float mean, float factor,
           NormalizationParameter scale, NormalizationParameter bias) {
  for (int64_t i = 0; i < n; i += kWidth) {
    const Mask mask = mask_at(i, n);
    const Vec x = (load(in + i, mask) - Vec(mean)) * Vec(factor);
    store(out + i, fma(x, parameter(scale, i, mask), parameter(bias, i, mask)), mask);
  }
}

void columns(const float* in, float* out, int64_t n, int64_t stride, int64_t count, float epsilon,
             bool rms, NormalizationParameter scale, NormalizationParameter bias) {
  const Vec per_element(1.0F / static_cast<float>(n));
  for (int64_t c = 0; c < count; c += kWidth) {
    const Mask mask = mask_at(c, count);
    Vec mean(0.0F);
    for (int64_t r = 0; !rms && r < n; ++r) mean = mean + load(in + r * stride + c, mask);
    mean = mean * per_element;
    Vec squares(0.0F);
    for (int64_t r = 0; r < n; ++r) {
      const Vec x = load(in + r * stride + c, mask) - mean;
      squares = fma(x, x, squares);
    }
    const Vec factor = Vec(1.0F) / sqrt(fma(squares, per_element, Vec(epsilon)));
    for (int64_t r = 0; r < n; ++r) {
      const Vec x = (load(in + r * stride + c, mask) - mean) * factor;
      const Vec y = fma(x, Vec(scale.data[r * scale.step]), Vec(bias.data[r * bias.step]));
      store(out + r * stride + c, y, mask);
    }
  }
}

}  // namespace

extern const NormalizationKernels kNormalizationKernels{statistics, apply, columns};

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
