#pragma once

// Elementary functions and activations on Vec; included after vec.h by kernel files (see there).
// Relative error is a few units in the last place (below 1e-6) over the whole range of FP32,
// except where a function's own cancellation allows an absolute one only (gelu_erf far below 0).
// NaN gives NaN. The polynomials are minimax fits in double precision.

#include <limits>
#include <type_traits>

#include "cpu/kernels/vec.h"
#include "ops/scalar_fn.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {

// x = n*ln2 + r with whole n and |r| <= ln2/2.
struct ExpParts {
  Vec n;
  Vec r;
  // e^r = 1 + r + r^2 * quotient
  TENON_INLINE Vec quotient() const {
    Vec p = fma(r, Vec(1.38824949e-3F), Vec(8.36664694e-3F));
    p = fma(r, p, Vec(4.16672040e-2F));
    p = fma(r, p, Vec(1.66665427e-1F));
    return fma(r, p, Vec(4.99999981e-1F));
  }
};
TENON_INLINE ExpParts exp_parts(Vec x) {
  const Vec n = round(x * Vec(1.44269504F));
  const Vec r = fnma(n, Vec(-2.12194440e-4F), fnma(n, Vec(0.693359375F), x));
  return {n, r};
}

TENON_INLINE Vec exp(Vec x) {
  // Beyond these the result is infinity or 0; the order of operands keeps NaN.
  x = max(Vec(-104.0F), min(Vec(89.0F), x));
  const ExpParts e = exp_parts(x);
  const Vec p = fma(e.r * e.r, e.quotient(), e.r) + Vec(1.0F);
  return scale_by_power(p, e.n);
}

// e^x - 1, exact to the last places around 0 too; x above 88 counts as 88.
TENON_INLINE Vec expm1(Vec x) {
  x = max(Vec(-104.0F), min(Vec(88.0F), x));
  const ExpParts e = exp_parts(x);
  const Vec p = fma(e.r * e.r, e.quotient(), e.r);
  const Vec s = scale_by_power(Vec(1.0F), e.n);
  return fma(s, p, s - Vec(1.0F));
}

TENON_INLINE Vec copy_sign(Vec magnitude, Vec sign) {
  return from_bits(bits(magnitude) | (bits(sign) & IVec(std::numeric_limits<int32_t>::min())));
}

TENON_INLINE Vec tanh(Vec x) {
  const Vec t = expm1(Vec(2.0F) * min(Vec(9.1F), abs(x)));
  return copy_sign(t / (t + Vec(2.0F)), x);
}

TENON_INLINE Vec sigmoid(Vec x) { return Vec(1.0F) / (Vec(1.0F) + exp(-x)); }

TENON_INLINE Vec log(Vec x) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr int32_t kRootHalf = 0x3f3504f3;  // the bits of sqrt(1/2)
  const Mask tiny = x < Vec(std::numeric_limits<float>::min());
  const IVec scaled = bits(select(tiny, x * Vec(8388608.0F), x));
  // x = 2^k * (1 + f) with 1 + f in [sqrt(1/2), sqrt(2))
  const IVec shifted = scaled - IVec(kRootHalf);
  const Vec k = to_float(shift_right<23>(shifted)) - select(tiny, Vec(23.0F), Vec(0.0F));
  const Vec f = from_bits((shifted & IVec(0x007fffff)) + IVec(kRootHalf)) - Vec(1.0F);
  Vec p = fma(f, Vec(-7.63442984e-2F), Vec(1.27615503e-1F));
  p = fma(f, p, Vec(-1.31601951e-1F));
  p = fma(f, p, Vec(1.42017625e-1F));
  p = fma(f, p, Vec(-1.66233565e-1F));
  p = fma(f, p, Vec(2.00012267e-1F));
  p = fma(f, p, Vec(-2.50008211e-1F));
  p = fma(f, p, Vec(3.33333317e-1F));
  const Vec f2 = f * f;
  Vec y = fma(f2 * f, p, k * Vec(-2.12194440e-4F));
  y = fma(f2, Vec(-0.5F), y) + f;
  y = fma(k, Vec(0.693359375F), y);
  y = select(x == Vec(kInfinity), x, y);
  y = select(x == Vec(0.0F), Vec(-kInfinity), y);
  return select(x >= Vec(0.0F), y, Vec(std::numeric_limits<float>::quiet_NaN()));
}

// log(1 + x) for x >= 0
TENON_INLINE Vec log1p(Vec x) {
  const Vec w = Vec(1.0F) + x;
  return log(w) - ((w - Vec(1.0F)) - x) / w;
}

TENON_INLINE Vec erf(Vec x) {
  // x * P(x^2) / Q(x^2) on |x| <= 4, beyond which the result rounds to 1
  const Vec a = min(Vec(4.0F), max(Vec(-4.0F), x));
  const Vec c = select(x == x, a, x);
  const Vec z = c * c;
  Vec p = fma(z, Vec(1.98670837e-6F), Vec(2.84550800e-4F));
  p = fma(z, p, Vec(3.88307410e-3F));
  p = fma(z, p, Vec(5.31008990e-2F));
  p = fma(z, p, Vec(1.93540106e-1F));
  p = fma(z, p, Vec(1.12837914F));
  Vec q = fma(z, Vec(3.74186017e-5F), Vec(1.18548837e-3F));
  q = fma(z, q, Vec(1.52067234e-2F));
  q = fma(z, q, Vec(1.15347778e-1F));
  q = fma(z, q, Vec(5.04853011e-1F));
  q = fma(z, q, Vec(1.0F));
  return c * p / q;
}

TENON_INLINE Vec relu(Vec x) { return max(Vec(0.0F), x); }
TENON_INLINE Vec clip(Vec x, Vec low, Vec high) { return max(low, min(high, x)); }
TENON_INLINE Vec softplus(Vec x) { return relu(x) + log1p(exp(-abs(x))); }
TENON_INLINE Vec gelu_erf(Vec x) {
  return Vec(0.5F) * x * (Vec(1.0F) + erf(x * Vec(0.707106781F)));
}
TENON_INLINE Vec gelu_tanh(Vec x) {
  // (1 + tanh(u)) / 2 = sigmoid(2u)
  const Vec u = x * fma(x * x, Vec(0.0356774081F), Vec(0.797884561F));
  return x / (Vec(1.0F) + exp(Vec(-2.0F) * u));
}
TENON_INLINE Vec mish(Vec x) {
  // tanh(log(1 + e)) = (e^2 + 2e) / (e^2 + 2e + 2) with e = exp(x)
  const Vec e = exp(min(Vec(20.0F), x));
  const Vec t = e * (e + Vec(2.0F));
  return x * (t / (t + Vec(2.0F)));
}

TENON_INLINE Vec sign(Vec x) {
  const Vec zero(0.0F);
  return select(x > zero, Vec(1.0F), select(x < zero, Vec(-1.0F), select(x == x, zero, x)));
}

// Lane by lane through the definition: for functions that no network's speed depends on.
[[gnu::noinline, maybe_unused]] static Vec apply_lanes(UnaryFn fn, Vec x, float alpha, float beta) {
  float lanes[kWidth];
  store(lanes, x);
  for (float& lane : lanes) lane = static_cast<float>(apply(fn, lane, alpha, beta));
  return load(lanes);
}

// fn(x) for an fn known at compile time.
template <UnaryFn Fn>
TENON_INLINE Vec activate(Vec x, float alpha, float beta) {
  const Vec zero(0.0F);
  const Vec one(1.0F);
  const Vec a(alpha);
  const Vec b(beta);
  const Vec infinity(std::numeric_limits<float>::infinity());
  // clang-format off
  if constexpr (Fn == UnaryFn::kIdentity) return x;
  else if constexpr (Fn == UnaryFn::kRelu) return relu(x);
  else if constexpr (Fn == UnaryFn::kSigmoid) return sigmoid(x);
  else if constexpr (Fn == UnaryFn::kTanh) return tanh(x);
  else if constexpr (Fn == UnaryFn::kLeakyRelu) return select(x >= zero, x, a * x);
  else if constexpr (Fn == UnaryFn::kElu) return select(x >= zero, x, a * expm1(x));
  else if constexpr (Fn == UnaryFn::kSelu) return b * select(x > zero, x, a * expm1(x));
  else if constexpr (Fn == UnaryFn::kSoftsign) return x / (one + abs(x));
  else if constexpr (Fn == UnaryFn::kSoftplus) return a * softplus(b * x);
  else if constexpr (Fn == UnaryFn::kClip) return clip(x, a, b);
  else if constexpr (Fn == UnaryFn::kHardSigmoid) return clip(fma(a, x, b), zero, one);
  else if constexpr (Fn == UnaryFn::kScaledTanh) return a * tanh(b * x);
  else if constexpr (Fn == UnaryFn::kThresholdedRelu) return select(x > a, x, zero);
  else if constexpr (Fn == UnaryFn::kGeluErf) return gelu_erf(x);
  else if constexpr (Fn == UnaryFn::kGeluTanh) return gelu_tanh(x);
  else if constexpr (Fn == UnaryFn::kSwish) return x / (one + exp(-(a * x)));
  else if constexpr (Fn == UnaryFn::kHardSwish) return x * clip(fma(a, x, b), zero, one);
  else if constexpr (Fn == UnaryFn::kMish) return mish(x);
  else if constexpr (Fn == UnaryFn::kExp) return exp(x);
  else if constexpr (Fn == UnaryFn::kLog) return log(x);
  else if constexpr (Fn == UnaryFn::kSqrt) return sqrt(x);
  else if constexpr (Fn == UnaryFn::kReciprocal) return one / x;
  else if constexpr (Fn == UnaryFn::kAbs) return abs(x);
  else if constexpr (Fn == UnaryFn::kNeg) return -x;
  else if constexpr (Fn == UnaryFn::kCeil) return ceil(x);
  else if constexpr (Fn == UnaryFn::kFloor) return floor(x);
  else if constexpr (Fn == UnaryFn::kErf) return erf(x);
  else if constexpr (Fn == UnaryFn::kRound) return round(x);
  else if constexpr (Fn == UnaryFn::kNot) return to_float(x == zero);
  else if constexpr (Fn == UnaryFn::kSign) return sign(x);
  else if constexpr (Fn == UnaryFn::kIsNan) return to_float(is_nan(x));
  else if constexpr (Fn == UnaryFn::kIsInf) return to_float(abs(x) == infinity);
  else return apply_lanes(Fn, x, alpha, beta);
  // clang-format on
}

// Calls visit(constant) with std::integral_constant<UnaryFn, fn> where activate<fn> is vectorised,
// and returns true; returns false elsewhere.
template <typename Visit>
bool visit_vectorised(UnaryFn fn, Visit&& visit) {
  switch (fn) {
#define TENON_CASE(name) \
  case UnaryFn::name: visit(std::integral_constant<UnaryFn, UnaryFn::name>{}); return true;
    TENON_CASE(kIdentity)
    TENON_CASE(kRelu)
    TENON_CASE(kSigmoid)
    TENON_CASE(kTanh)
    TENON_CASE(kLeakyRelu)
    TENON_CASE(kElu)
    TENON_CASE(kSelu)
    TENON_CASE(kSoftsign)
    TENON_CASE(kSoftplus)
    TENON_CASE(kClip)
    TENON_CASE(kHardSigmoid)
    TENON_CASE(kScaledTanh)
    TENON_CASE(kThresholdedRelu)
    TENON_CASE(kGeluErf)
    TENON_CASE(kGeluTanh)
    TENON_CASE(kSwish)
    TENON_CASE(kHardSwish)
    TENON_CASE(kMish)
    TENON_CASE(kExp)
    TENON_CASE(kLog)
    TENON_CASE(kSqrt)
    TENON_CASE(kReciprocal)
    TENON_CASE(kAbs)
    TENON_CASE(kNeg)
    TENON_CASE(kCeil)
    TENON_CASE(kFloor)
    TENON_CASE(kErf)
    TENON_CASE(kRound)
    TENON_CASE(kNot)
    TENON_CASE(kSign)
    TENON_CASE(kIsNan)
    TENON_CASE(kIsInf)
#undef TENON_CASE
    default: return false;
  }
}

// The rare activations, out of line: callers keep their accumulators in registers on the way
// that matters.
[[gnu::noinline, maybe_unused]] static Vec activate_rare(Vec x, const Activation& act) {
  Vec y = x;
  const bool done = visit_vectorised(
      act.fn, [&](auto fn) { y = activate<decltype(fn)::value>(x, act.alpha, act.beta); });
  return done ? y : apply_lanes(act.fn, x, act.alpha, act.beta);
}

// act(x), for epilogues.
TENON_INLINE Vec activate(Vec x, const Activation& act) {
  switch (act.fn) {
    case UnaryFn::kIdentity: return x;
    case UnaryFn::kRelu: return relu(x);
    case UnaryFn::kClip: return clip(x, Vec(act.alpha), Vec(act.beta));
    default: return activate_rare(x, act);
  }
}

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
