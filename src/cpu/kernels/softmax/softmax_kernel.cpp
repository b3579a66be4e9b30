#include <cstdint>
#include <limits>

#include "cpu/kernels/softmax/softmax_kernels.h"
#include "cpu/kernels/vec_math.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

TENON_INLINE Mask mask_at(int64_t i, int64_t n) {
  return first(static_cast<int>(n - i < kWidth ? n - i : kWidth));
}

float largest(const float* in, int64_t n) {
  Vec a(-kInfinity);
  Vec b(-kInfinity);
  int64_t i = 0;
  for (; i + 2 * kWidth <= n; i += 2 * kWidth) {
    a = max_nan(a, load(in + i));
    b = max_nan(b, load(in + i + kWidth));
  }
  for (; i < n; i += kWidth) {
    const Mask mask = mask_at(i, n);
    a = max_nan(a, select(mask, load(in + i, mask), Vec(-kInfinity)));
  }
  a = max_nan(a, b);
  return any(is_nan(a)) ? std::numeric_limits<float>::quiet_NaN() : reduce_max(a);
}

void row(const float* in, float* out, int64_t n, bool log_of) {
  const Vec top(largest(in, n));
  Vec sum(0.0F);
  for (int64_t i = 0; i < n; i += kWidth) {
    const Mask mask = mask_at(i, n);
    const Vec e = exp(load(in + i, mask) - top);
    sum = sum + select(mask, e, Vec(0.0F));
    if (!log_of) store(out + i, e, mask);
  }
  const Vec total(reduce_add(sum));
  const Vec log_total = log(total);
  const Vec scale = Vec(1.0F) / total;
  for (int64_t i = 0; i < n; i += kWidth) {
    const Mask mask = mask_at(i, n);
    const Vec y = log_of ? load(in + i, mask) - top - log_total : load(out + i, mask) * scale;
    store(out + i, y, mask);
  }
}

void columns(const float* in, float* out, int64_t n, int64_t stride, int64_t count, bool log_of) {
  for (int64_t c = 0; c < count; c += kWidth) {
    const Mask mask = mask_at(c, count);
    Vec top(-kInfinity);
    for (int64_t r = 0; r < n; ++r) top = max_nan(top, load(in + r * stride + c, mask));
    Vec sum(0.0F);
    for (int64_t r = 0; r < n; ++r) {
      const Vec e = exp(load(in + r * stride + c, mask) - top);
      sum = sum + e;
      if (!log_of) store(out + r * stride + c, e, mask);
    }
    const Vec log_sum = log(sum);
    const Vec scale = Vec(1.0F) / sum;
    for (int64_t r = 0; r < n; ++r) {
      const int64_t at = r * stride + c;
      const Vec y = log_of ? load(in + at, mask) - top - log_sum : load(out + at, mask) * scale;
      store(out + at, y, mask);
    }
  }
}

}  // namespace

extern const SoftmaxKernels kSoftmaxKernels{row, columns};

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
