#include "cuda/kernels/pointwise/scalar_source.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdint>

#include "base/error.h"

namespace tenon {
namespace {

// Maxima and minima propagate NaN from either side.
constexpr const char* kFloatPrelude = R"(
__device__ inline float larger(float a, float b) {
  float y;
  asm("max.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b));
  return y;
}
__device__ inline float smaller(float a, float b) {
  float y;
  asm("min.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(a), "f"(b));
  return y;
}
// For x of at least 1: without the care that tiny numbers need.
__device__ inline float reciprocal(float x) {
  float y;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}
__device__ inline float sigmoid(float x) { return reciprocal(1.0f + expf(-x)); }
__device__ inline float softplus(float x) { return larger(x, 0.0f) + log1pf(expf(-fabsf(x))); }
__device__ inline float sign(float x) { return x != x ? x : (float)((x > 0) - (x < 0)); }
// x * P(X < x) for a normal X. With a = |x| and t = 1 / (1 + 0.3 a), P(X < -a) exp(a^2 / 2) / t is
// this polynomial in t to 1.5e-7, fitted by Remez exchange for a < 14. Exact in its small values,
// too, unlike 1 + erf(x / sqrt(2)).
__device__ inline float gelu_erf(float x) {
  const float a = fminf(fabsf(x), 16.0f);
  const float t = reciprocal(fmaf(0.3f, a, 1.0f));
  float p = fmaf(0.03567474931f, t, -0.1572029849f);
  p = fmaf(p, t, 0.2063533511f);
  p = fmaf(p, t, -0.05368351668f);
  p = fmaf(p, t, 0.1285615684f);
  p = fmaf(p, t, 0.09991350683f);
  p = fmaf(p, t, 0.1207539541f);
  p = fmaf(p, t, 0.1196292989f);
  float e;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(e) : "f"(a * a * -0.72134752044f));
  return fmaf(-a * t, p * e, larger(x, 0.0f));
}
__device__ inline float gelu_tanh(float x) {
  return x * sigmoid(1.5957691216057308f * (x + 0.044715f * x * x * x));
}
__device__ inline float power(float a, float b) { return b == 2 ? a * a : powf(a, b); }
__device__ inline float floored_quotient(float a, float b) {
  return (float)floor((double)a / (double)b);
}
__device__ inline float floored_mod(float a, float b) {
  const float r = fmodf(a, b);
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}
)";

constexpr const char* kIntegerPrelude = R"(
typedef long long Integer;
typedef unsigned long long Natural;
__device__ inline Integer larger(Integer a, Integer b) { return a > b ? a : b; }
__device__ inline Integer smaller(Integer a, Integer b) { return a < b ? a : b; }
__device__ inline Integer quotient(Integer a, Integer b) {
  return b == 0 ? 0 : b == -1 ? (Integer)(0 - (Natural)a) : a / b;
}
__device__ inline Integer remainder_of(Integer a, Integer b) {
  return b == 0 || b == -1 ? 0 : a % b;
}
__device__ inline Integer floored_quotient(Integer a, Integer b) {
  const Integer q = quotient(a, b);
  return remainder_of(a, b) != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}
__device__ inline Integer floored_mod(Integer a, Integer b) {
  const Integer r = remainder_of(a, b);
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}
__device__ inline Integer power(Integer base, Integer exponent) {
  if (exponent < 0) return base == 1 ? 1 : base == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0;
  Natural result = 1, square = (Natural)base;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 != 0) result *= square;
    square *= square;
  }
  return (Integer)result;
}
)";

// A limit of kClip as an integer.
std::string bound(float limit) {
  if (std::isnan(limit)) return "0ll";
  if (limit >= 0x1p63F) return "9223372036854775807ll";
  if (limit <= -0x1p63F) return "(-9223372036854775807ll - 1)";
  return fmt::format("({}ll)", static_cast<int64_t>(limit));
}

// What both kinds of numbers write alike.
std::string comparison(BinaryFn fn, const std::string& a, const std::string& b) {
  const auto infix = [&](const char* op) { return fmt::format("({} {} {})", a, op, b); };
  switch (fn) {
    case BinaryFn::kAnd: return fmt::format("({} != 0 && {} != 0)", a, b);
    case BinaryFn::kOr: return fmt::format("({} != 0 || {} != 0)", a, b);
    case BinaryFn::kXor: return fmt::format("(({} != 0) != ({} != 0))", a, b);
    case BinaryFn::kEqual: return infix("==");
    case BinaryFn::kGreater: return infix(">");
    case BinaryFn::kGreaterOrEqual: return infix(">=");
    case BinaryFn::kLess: return infix("<");
    case BinaryFn::kLessOrEqual: return infix("<=");
    default: fail("unknown function {}", static_cast<int>(fn));
  }
}

// An activation, or x itself; {0} is x, {1} alpha, {2} beta.
const char* activation(UnaryFn fn) {
  switch (fn) {
    case UnaryFn::kRelu: return "larger({0}, 0.0f)";
    case UnaryFn::kSigmoid: return "sigmoid({0})";
    case UnaryFn::kTanh: return "tanhf({0})";
    case UnaryFn::kLeakyRelu: return "({0} >= 0 ? {0} : {1} * {0})";
    case UnaryFn::kElu: return "({0} >= 0 ? {0} : {1} * expm1f({0}))";
    case UnaryFn::kSelu: return "({0} > 0 ? {2} * {0} : {2} * ({1} * expf({0}) - {1}))";
    case UnaryFn::kSoftsign: return "({0} / (1.0f + fabsf({0})))";
    case UnaryFn::kSoftplus: return "({1} * softplus({2} * {0}))";
    case UnaryFn::kClip: return "larger({1}, smaller({2}, {0}))";
    case UnaryFn::kHardSigmoid: return "larger(smaller({1} * {0} + {2}, 1.0f), 0.0f)";
    case UnaryFn::kScaledTanh: return "({1} * tanhf({2} * {0}))";
    case UnaryFn::kThresholdedRelu: return "({0} > {1} ? {0} : 0.0f)";
    case UnaryFn::kGeluErf: return "gelu_erf({0})";
    case UnaryFn::kGeluTanh: return "gelu_tanh({0})";
    case UnaryFn::kSwish: return "({0} * sigmoid({1} * {0}))";
    case UnaryFn::kHardSwish: return "({0} * larger(smaller({1} * {0} + {2}, 1.0f), 0.0f))";
    case UnaryFn::kMish: return "({0} * tanhf(softplus({0})))";
    default: return "{0}";
  }
}

const char* function(UnaryFn fn) {
  switch (fn) {
    case UnaryFn::kExp: return "expf({0})";
    case UnaryFn::kLog: return "logf({0})";
    case UnaryFn::kSqrt: return "sqrtf({0})";
    case UnaryFn::kReciprocal: return "(1.0f / {0})";
    case UnaryFn::kAbs: return "fabsf({0})";
    case UnaryFn::kNeg: return "(-{0})";
    case UnaryFn::kSin: return "sinf({0})";
    case UnaryFn::kCos: return "cosf({0})";
    case UnaryFn::kTan: return "tanf({0})";
    case UnaryFn::kSinh: return "sinhf({0})";
    case UnaryFn::kCosh: return "coshf({0})";
    case UnaryFn::kAsin: return "asinf({0})";
    case UnaryFn::kAcos: return "acosf({0})";
    case UnaryFn::kAtan: return "atanf({0})";
    case UnaryFn::kAsinh: return "asinhf({0})";
    case UnaryFn::kAcosh: return "acoshf({0})";
    case UnaryFn::kAtanh: return "atanhf({0})";
    case UnaryFn::kCeil: return "ceilf({0})";
    case UnaryFn::kFloor: return "floorf({0})";
    case UnaryFn::kErf: return "erff({0})";
    case UnaryFn::kNot: return "({0} == 0)";
    case UnaryFn::kSign: return "sign({0})";
    case UnaryFn::kRound: return "rintf({0})";
    case UnaryFn::kIsNan: return "({0} != {0})";
    case UnaryFn::kIsInf: return "(fabsf({0}) == __int_as_float(0x7f800000))";
    default: return activation(fn);
  }
}

}  // namespace

std::string scalar_prelude(bool integers) { return integers ? kIntegerPrelude : kFloatPrelude; }

std::string float_literal(float value) {
  return fmt::format("__int_as_float(0x{:08x})", std::bit_cast<uint32_t>(value));
}

std::string unary_expression(UnaryFn fn, const std::string& x, float alpha, float beta) {
  return fmt::format(fmt::runtime(function(fn)), x, float_literal(alpha), float_literal(beta));
}

std::string binary_expression(BinaryFn fn, const std::string& a, const std::string& b) {
  const auto infix = [&](const char* op) { return fmt::format("({} {} {})", a, op, b); };
  const auto call = [&](const char* name) { return fmt::format("{}({}, {})", name, a, b); };
  switch (fn) {
    case BinaryFn::kAdd: return infix("+");
    case BinaryFn::kMul: return infix("*");
    case BinaryFn::kMax: return call("larger");
    case BinaryFn::kMin: return call("smaller");
    case BinaryFn::kSub: return infix("-");
    case BinaryFn::kDiv: return infix("/");
    case BinaryFn::kPow: return call("power");
    case BinaryFn::kFloorDiv: return call("floored_quotient");
    case BinaryFn::kMod: return call("floored_mod");
    case BinaryFn::kFmod: return call("fmodf");
    case BinaryFn::kPrelu: return fmt::format("({0} >= 0 ? {0} : {1} * {0})", a, b);
    default: return comparison(fn, a, b);
  }
}

bool has_integer_expression(UnaryFn fn) {
  switch (fn) {
    case UnaryFn::kIdentity:
    case UnaryFn::kRelu:
    case UnaryFn::kClip:
    case UnaryFn::kAbs:
    case UnaryFn::kNeg:
    case UnaryFn::kSign:
    case UnaryFn::kNot: return true;
    default: return false;
  }
}

std::string integer_unary_expression(UnaryFn fn, const std::string& x, float alpha, float beta) {
  switch (fn) {
    case UnaryFn::kRelu: return fmt::format("larger({}, 0)", x);
    case UnaryFn::kClip:
      return fmt::format("larger({}, smaller({}, {}))", bound(std::ceil(alpha)),
                         bound(std::floor(beta)), x);
    case UnaryFn::kAbs: return fmt::format("({0} < 0 ? (Integer)(0 - (Natural){0}) : {0})", x);
    case UnaryFn::kNeg: return fmt::format("(Integer)(0 - (Natural){})", x);
    case UnaryFn::kSign: return fmt::format("(({0} > 0) - ({0} < 0))", x);
    case UnaryFn::kNot: return fmt::format("({} == 0)", x);
    default: return x;
  }
}

// Overflow wraps around.
std::string integer_binary_expression(BinaryFn fn, const std::string& a, const std::string& b) {
  const auto wrapping = [&](const char* op) {
    return fmt::format("(Integer)((Natural){} {} (Natural){})", a, op, b);
  };
  const auto call = [&](const char* name) { return fmt::format("{}({}, {})", name, a, b); };
  switch (fn) {
    case BinaryFn::kAdd: return wrapping("+");
    case BinaryFn::kMul: return wrapping("*");
    case BinaryFn::kMax: return call("larger");
    case BinaryFn::kMin: return call("smaller");
    case BinaryFn::kSub: return wrapping("-");
    case BinaryFn::kDiv: return call("quotient");
    case BinaryFn::kPow: return call("power");
    case BinaryFn::kFloorDiv: return call("floored_quotient");
    case BinaryFn::kMod: return call("floored_mod");
    case BinaryFn::kFmod: return call("remainder_of");
    case BinaryFn::kPrelu: return fmt::format("({} >= 0 ? {} : {})", a, a, wrapping("*"));
    default: return comparison(fn, a, b);
  }
}

}  // namespace tenon
