#include <cmath>
#include <cstdint>
#include <type_traits>

#include "cpu/kernels/pointwise/pointwise_kernels.h"
#include "cpu/kernels/vec_math.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {
namespace {

template <UnaryFn Fn>
void unary_loop(float* out, const float* a, int64_t n, float alpha, float beta) {
  int64_t i = 0;
  for (; i + kWidth <= n; i += kWidth) store(out + i, activate<Fn>(load(a + i), alpha, beta));
  if (i == n) return;
  const Mask tail = first(static_cast<int>(n - i));
  store(out + i, activate<Fn>(load(a + i, tail), alpha, beta), tail);
}

template <UnaryFn Fn>
void scalar_loop(float* out, const float* a, int64_t n, float alpha, float beta) {
  for (int64_t i = 0; i < n; ++i) out[i] = static_cast<float>(apply(Fn, a[i], alpha, beta));
}

UnaryKernel unary(UnaryFn fn) {
  UnaryKernel kernel = nullptr;
  visit_vectorised(fn, [&](auto known) { kernel = unary_loop<decltype(known)::value>; });
  if (kernel != nullptr) return kernel;
  switch (fn) {
    case UnaryFn::kSin: return scalar_loop<UnaryFn::kSin>;
    case UnaryFn::kCos: return scalar_loop<UnaryFn::kCos>;
    case UnaryFn::kTan: return scalar_loop<UnaryFn::kTan>;
    case UnaryFn::kSinh: return scalar_loop<UnaryFn::kSinh>;
    case UnaryFn::kCosh: return scalar_loop<UnaryFn::kCosh>;
    case UnaryFn::kAsin: return scalar_loop<UnaryFn::kAsin>;
    case UnaryFn::kAcos: return scalar_loop<UnaryFn::kAcos>;
    case UnaryFn::kAtan: return scalar_loop<UnaryFn::kAtan>;
    case UnaryFn::kAsinh: return scalar_loop<UnaryFn::kAsinh>;
    case UnaryFn::kAcosh: return scalar_loop<UnaryFn::kAcosh>;
    case UnaryFn::kAtanh: return scalar_loop<UnaryFn::kAtanh>;
    default: return nullptr;
  }
}

template <BinaryFn Fn>
TENON_INLINE Vec binary_vec(Vec a, Vec b) {
  const Vec zero(0.0F);
  // clang-format off
  if constexpr (Fn == BinaryFn::kAdd) return a + b;
  else if constexpr (Fn == BinaryFn::kMul) return a * b;
  else if constexpr (Fn == BinaryFn::kMax) return max_nan(a, b);
  else if constexpr (Fn == BinaryFn::kMin) return min_nan(a, b);
  else if constexpr (Fn == BinaryFn::kSub) return a - b;
  else if constexpr (Fn == BinaryFn::kDiv) return a / b;
  else if constexpr (Fn == BinaryFn::kPrelu) return select(a >= zero, a, b * a);
  else if constexpr (Fn == BinaryFn::kAnd) return to_float((a != zero) & (b != zero));
  else if constexpr (Fn == BinaryFn::kOr) return to_float((a != zero) | (b != zero));
  else if constexpr (Fn == BinaryFn::kXor) return to_float((a != zero) ^ (b != zero));
  else if constexpr (Fn == BinaryFn::kEqual) return to_float(a == b);
  else if constexpr (Fn == BinaryFn::kGreater) return to_float(a > b);
  else if constexpr (Fn == BinaryFn::kGreaterOrEqual) return to_float(a >= b);
  else if constexpr (Fn == BinaryFn::kLess) return to_float(a < b);
  else return to_float(a <= b);
  // clang-format on
}

template <BinaryFn Fn, BinaryForm Form>
void binary_loop(float* out, const float* a, const float* b, int64_t n) {
  const Vec fixed_a(*a);
  const Vec fixed_b(*b);
  int64_t i = 0;
  for (; i + kWidth <= n; i += kWidth) {
    const Vec x = Form == BinaryForm::kScalarA ? fixed_a : load(a + i);
    const Vec y = Form == BinaryForm::kScalarB ? fixed_b : load(b + i);
    store(out + i, binary_vec<Fn>(x, y));
  }
  if (i == n) return;
  const Mask tail = first(static_cast<int>(n - i));
  const Vec x = Form == BinaryForm::kScalarA ? fixed_a : load(a + i, tail);
  const Vec y = Form == BinaryForm::kScalarB ? fixed_b : load(b + i, tail);
  store(out + i, binary_vec<Fn>(x, y), tail);
}

// Functions whose result hangs on the last bit of the quotient are computed as they are defined.
template <BinaryFn Fn, BinaryForm Form>
void scalar_binary_loop(float* out, const float* a, const float* b, int64_t n) {
  const float fixed_a = *a;
  const float fixed_b = *b;
  for (int64_t i = 0; i < n; ++i) {
    const float x = Form == BinaryForm::kScalarA ? fixed_a : a[i];
    const float y = Form == BinaryForm::kScalarB ? fixed_b : b[i];
    out[i] = Fn == BinaryFn::kPow ? std::pow(x, y) : static_cast<float>(apply(Fn, x, y));
  }
}

void power_loop(float* out, const float* a, const float* b, int64_t n) {
  const float exponent = *b;
  if (exponent == 2) {
    binary_loop<BinaryFn::kMul, BinaryForm::kBoth>(out, a, a, n);
  } else if (exponent == 1) {
    unary_loop<UnaryFn::kIdentity>(out, a, n, 0, 0);
  } else {
    scalar_binary_loop<BinaryFn::kPow, BinaryForm::kScalarB>(out, a, b, n);
  }
}

template <BinaryFn Fn>
BinaryKernel vector_form(BinaryForm form) {
  switch (form) {
    case BinaryForm::kScalarA: return binary_loop<Fn, BinaryForm::kScalarA>;
    case BinaryForm::kScalarB: return binary_loop<Fn, BinaryForm::kScalarB>;
    default: return binary_loop<Fn, BinaryForm::kBoth>;
  }
}

template <BinaryFn Fn>
BinaryKernel scalar_form(BinaryForm form) {
  switch (form) {
    case BinaryForm::kScalarA: return scalar_binary_loop<Fn, BinaryForm::kScalarA>;
    case BinaryForm::kScalarB:
      return Fn == BinaryFn::kPow ? power_loop : scalar_binary_loop<Fn, BinaryForm::kScalarB>;
    default: return scalar_binary_loop<Fn, BinaryForm::kBoth>;
  }
}

BinaryKernel binary(BinaryFn fn, BinaryForm form) {
  switch (fn) {
    case BinaryFn::kAdd: return vector_form<BinaryFn::kAdd>(form);
    case BinaryFn::kMul: return vector_form<BinaryFn::kMul>(form);
    case BinaryFn::kMax: return vector_form<BinaryFn::kMax>(form);
    case BinaryFn::kMin: return vector_form<BinaryFn::kMin>(form);
    case BinaryFn::kSub: return vector_form<BinaryFn::kSub>(form);
    case BinaryFn::kDiv: return vector_form<BinaryFn::kDiv>(form);
    case BinaryFn::kPow: return scalar_form<BinaryFn::kPow>(form);
    case BinaryFn::kFloorDiv: return scalar_form<BinaryFn::kFloorDiv>(form);
    case BinaryFn::kMod: return scalar_form<BinaryFn::kMod>(form);
    case BinaryFn::kFmod: return scalar_form<BinaryFn::kFmod>(form);
    case BinaryFn::kPrelu: return vector_form<BinaryFn::kPrelu>(form);
    case BinaryFn::kAnd: return vector_form<BinaryFn::kAnd>(form);
    case BinaryFn::kOr: return vector_form<BinaryFn::kOr>(form);
    case BinaryFn::kXor: return vector_form<BinaryFn::kXor>(form);
    case BinaryFn::kEqual: return vector_form<BinaryFn::kEqual>(form);
    case BinaryFn::kGreater: return vector_form<BinaryFn::kGreater>(form);
    case BinaryFn::kGreaterOrEqual: return vector_form<BinaryFn::kGreaterOrEqual>(form);
    case BinaryFn::kLess: return vector_form<BinaryFn::kLess>(form);
    case BinaryFn::kLessOrEqual: return vector_form<BinaryFn::kLessOrEqual>(form);
  }
  return nullptr;
}

void select_loop(float* out, const float* condition, const float* a, const float* b, int64_t n) {
  int64_t i = 0;
  for (; i + kWidth <= n; i += kWidth) {
    store(out + i, select(load(condition + i) != Vec(0.0F), load(a + i), load(b + i)));
  }
  for (; i < n; ++i) out[i] = condition[i] != 0 ? a[i] : b[i];
}

void fill(float* out, float value, int64_t n) {
  int64_t i = 0;
  for (; i + kWidth <= n; i += kWidth) store(out + i, Vec(value));
  for (; i < n; ++i) out[i] = value;
}

void copy(float* out, const float* in, int64_t n) {
  int64_t i = 0;
  for (; i + kWidth <= n; i += kWidth) store(out + i, load(in + i));
  if (i != n)
    store_part(out + i, load_part(in + i, static_cast<int>(n - i)), static_cast<int>(n - i));
}

void gather_rows(float* out, const float* base, const int64_t* offsets, int64_t rows, int64_t n,
                 int64_t stride) {
  for (int64_t r = 0; r < rows; ++r, out += n) {
    const float* in = base + offsets[r];
    if (stride == 0) {
      fill(out, *in, n);
    } else {
      copy(out, in, n);
    }
  }
}

void from_bool(float* out, const uint8_t* in, int64_t n) {
  for (int64_t i = 0; i < n; ++i) out[i] = in[i] != 0 ? 1.0F : 0.0F;
}

void to_bool(uint8_t* out, const float* in, int64_t n) {
  for (int64_t i = 0; i < n; ++i) out[i] = in[i] != 0 ? 1 : 0;
}

}  // namespace

extern const PointwiseKernels kPointwiseKernels{unary,       binary,    select_loop, fill,
                                                gather_rows, from_bool, to_bool};

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
