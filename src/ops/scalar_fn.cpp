#include "ops/scalar_fn.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "base/error.h"

namespace tenon {
namespace {

// Unlike std::max and std::min these propagate NaN from either side.
double larger(double a, double b) { return a > b || std::isnan(a) ? a : b; }
double smaller(double a, double b) { return a < b || std::isnan(a) ? a : b; }

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// log(exp(x) + 1) without overflow.
double softplus(double x) { return larger(x, 0) + std::log1p(std::exp(-std::abs(x))); }

double sign(double x) { return std::isnan(x) ? x : static_cast<double>((x > 0) - (x < 0)); }

double gelu_tanh(double x) {
  constexpr double kScale = std::numbers::sqrt2 * std::numbers::inv_sqrtpi;  // sqrt(2/pi)
  return 0.5 * x * (1 + std::tanh(kScale * (x + 0.044715 * x * x * x)));
}

double floored_mod(double a, double b) {
  const double r = std::fmod(a, b);
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

double activation(UnaryFn fn, double x, double alpha, double beta) {
  switch (fn) {
    case UnaryFn::kRelu: return larger(x, 0);
    case UnaryFn::kSigmoid: return sigmoid(x);
    case UnaryFn::kTanh: return std::tanh(x);
    case UnaryFn::kLeakyRelu: return x >= 0 ? x : alpha * x;
    case UnaryFn::kElu: return x >= 0 ? x : alpha * std::expm1(x);
    case UnaryFn::kSelu: return x > 0 ? beta * x : beta * (alpha * std::exp(x) - alpha);
    case UnaryFn::kSoftsign: return x / (1 + std::abs(x));
    case UnaryFn::kSoftplus: return alpha * softplus(beta * x);
    case UnaryFn::kClip: return std::isnan(x) ? x : larger(alpha, smaller(beta, x));
    case UnaryFn::kHardSigmoid: return larger(smaller(alpha * x + beta, 1), 0);
    case UnaryFn::kScaledTanh: return alpha * std::tanh(beta * x);
    case UnaryFn::kThresholdedRelu: return x > alpha ? x : 0;
    case UnaryFn::kGeluErf: return x * (1 + std::erf(x / std::numbers::sqrt2)) / 2;
    case UnaryFn::kGeluTanh: return gelu_tanh(x);
    case UnaryFn::kSwish: return x * sigmoid(alpha * x);
    case UnaryFn::kHardSwish: return x * larger(smaller(alpha * x + beta, 1), 0);
    case UnaryFn::kMish: return x * std::tanh(softplus(x));
    default: return x;
  }
}

}  // namespace

double apply(UnaryFn fn, double x, double alpha, double beta) {
  switch (fn) {
    case UnaryFn::kExp: return std::exp(x);
    case UnaryFn::kLog: return std::log(x);
    case UnaryFn::kSqrt: return std::sqrt(x);
    case UnaryFn::kReciprocal: return 1 / x;
    case UnaryFn::kAbs: return std::abs(x);
    case UnaryFn::kNeg: return -x;
    case UnaryFn::kSin: return std::sin(x);
    case UnaryFn::kCos: return std::cos(x);
    case UnaryFn::kTan: return std::tan(x);
    case UnaryFn::kSinh: return std::sinh(x);
    case UnaryFn::kCosh: return std::cosh(x);
    case UnaryFn::kAsin: return std::asin(x);
    case UnaryFn::kAcos: return std::acos(x);
    case UnaryFn::kAtan: return std::atan(x);
    case UnaryFn::kAsinh: return std::asinh(x);
    case UnaryFn::kAcosh: return std::acosh(x);
    case UnaryFn::kAtanh: return std::atanh(x);
    case UnaryFn::kCeil: return std::ceil(x);
    case UnaryFn::kFloor: return std::floor(x);
    case UnaryFn::kErf: return std::erf(x);
    case UnaryFn::kNot: return x == 0;
    case UnaryFn::kSign: return sign(x);
    case UnaryFn::kRound: return std::nearbyint(x);
    case UnaryFn::kIsNan: return std::isnan(x);
    case UnaryFn::kIsInf: return std::isinf(x);
    default: return activation(fn, x, alpha, beta);
  }
}

double apply(BinaryFn fn, double a, double b) {
  switch (fn) {
    case BinaryFn::kAdd: return a + b;
    case BinaryFn::kMul: return a * b;
    case BinaryFn::kMax: return larger(a, b);
    case BinaryFn::kMin: return smaller(a, b);
    case BinaryFn::kSub: return a - b;
    case BinaryFn::kDiv: return a / b;
    case BinaryFn::kPow: return std::pow(a, b);
    case BinaryFn::kFloorDiv: return std::floor(a / b);
    case BinaryFn::kMod: return floored_mod(a, b);
    case BinaryFn::kFmod: return std::fmod(a, b);
    case BinaryFn::kPrelu: return a >= 0 ? a : b * a;
    case BinaryFn::kAnd: return a != 0 && b != 0;
    case BinaryFn::kOr: return a != 0 || b != 0;
    case BinaryFn::kXor: return (a != 0) != (b != 0);
    case BinaryFn::kEqual: return a == b;
    case BinaryFn::kGreater: return a > b;
    case BinaryFn::kGreaterOrEqual: return a >= b;
    case BinaryFn::kLess: return a < b;
    case BinaryFn::kLessOrEqual: return a <= b;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

bool is_comparison(BinaryFn fn) {
  switch (fn) {
    case BinaryFn::kEqual:
    case BinaryFn::kGreater:
    case BinaryFn::kGreaterOrEqual:
    case BinaryFn::kLess:
    case BinaryFn::kLessOrEqual: return true;
    default: return false;
  }
}

bool is_commutative(BinaryFn fn) {
  switch (fn) {
    case BinaryFn::kAdd:
    case BinaryFn::kMul:
    case BinaryFn::kMax:
    case BinaryFn::kMin:
    case BinaryFn::kAnd:
    case BinaryFn::kOr:
    case BinaryFn::kXor:
    case BinaryFn::kEqual: return true;
    default: return false;
  }
}

bool yields_bool(UnaryFn fn) {
  return fn == UnaryFn::kNot || fn == UnaryFn::kIsNan || fn == UnaryFn::kIsInf;
}

}  // namespace tenon
