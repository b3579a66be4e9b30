#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/fields.h"

namespace tenon {

// Functions of one number. alpha and beta are parameters of some; see apply().
enum class UnaryFn : uint8_t {
  kIdentity,
  kRelu,
  kSigmoid,
  kTanh,
  kLeakyRelu,        // x >= 0 ? x : alpha * x
  kElu,              // x >= 0 ? x : alpha * (exp(x) - 1)
  kSelu,             // x > 0 ? beta * x : beta * (alpha * exp(x) - alpha)
  kSoftsign,         // x / (1 + |x|)
  kSoftplus,         // alpha * log(exp(beta * x) + 1)
  kClip,             // max(alpha, min(beta, x))
  kHardSigmoid,      // max(0, min(1, alpha * x + beta))
  kScaledTanh,       // alpha * tanh(beta * x)
  kThresholdedRelu,  // x > alpha ? x : 0
  kGeluErf,          // x * (1 + erf(x / sqrt(2))) / 2
  kGeluTanh,         // the tanh approximation of GELU
  kSwish,            // x * sigmoid(alpha * x)
  kHardSwish,        // x * max(0, min(1, alpha * x + beta)); ONNX: alpha = 1/6, beta = 0.5
  kMish,             // x * tanh(softplus(x))
  kExp,
  kLog,
  kSqrt,
  kReciprocal,
  kAbs,
  kNeg,
  kSin,
  kCos,
  kTan,
  kSinh,
  kCosh,
  kAsin,
  kAcos,
  kAtan,
  kAsinh,
  kAcosh,
  kAtanh,
  kCeil,
  kFloor,
  kErf,
  kNot,    // of booleans
  kSign,   // -1, 0, 1
  kRound,  // half to even
  kIsNan,  // to boolean
  kIsInf,  // to boolean
};

// Functions of two numbers.
enum class BinaryFn : uint8_t {
  kAdd,
  kMul,
  kMax,
  kMin,
  kSub,
  kDiv,
  kPow,
  kFloorDiv,
  kMod,    // sign of the divisor (ONNX Mod, fmod=0)
  kFmod,   // sign of the dividend (ONNX Mod, fmod=1)
  kPrelu,  // x >= 0 ? x : slope * x, slope the second operand
  kAnd,    // of booleans, as the next two
  kOr,
  kXor,
  kEqual,  // to boolean, as the next four
  kGreater,
  kGreaterOrEqual,
  kLess,
  kLessOrEqual,
};

constexpr auto names(UnaryFn) {
  using enum UnaryFn;
  return std::to_array<std::pair<UnaryFn, std::string_view>>({
      {kIdentity, "identity"},
      {kRelu, "relu"},
      {kSigmoid, "sigmoid"},
      {kTanh, "tanh"},
      {kLeakyRelu, "leaky_relu"},
      {kElu, "elu"},
      {kSelu, "selu"},
      {kSoftsign, "softsign"},
      {kSoftplus, "softplus"},
      {kClip, "clip"},
      {kHardSigmoid, "hard_sigmoid"},
      {kScaledTanh, "scaled_tanh"},
      {kThresholdedRelu, "thresholded_relu"},
      {kGeluErf, "gelu_erf"},
      {kGeluTanh, "gelu_tanh"},
      {kSwish, "swish"},
      {kHardSwish, "hard_swish"},
      {kMish, "mish"},
      {kExp, "exp"},
      {kLog, "log"},
      {kSqrt, "sqrt"},
      {kReciprocal, "reciprocal"},
      {kAbs, "abs"},
      {kNeg, "neg"},
      {kSin, "sin"},
      {kCos, "cos"},
      {kTan, "tan"},
      {kSinh, "sinh"},
      {kCosh, "cosh"},
      {kAsin, "asin"},
      {kAcos, "acos"},
      {kAtan, "atan"},
      {kAsinh, "asinh"},
      {kAcosh, "acosh"},
      {kAtanh, "atanh"},
      {kCeil, "ceil"},
      {kFloor, "floor"},
      {kErf, "erf"},
      {kNot, "not"},
      {kSign, "sign"},
      {kRound, "round"},
      {kIsNan, "is_nan"},
      {kIsInf, "is_inf"},
  });
}

constexpr auto names(BinaryFn) {
  using enum BinaryFn;
  return std::to_array<std::pair<BinaryFn, std::string_view>>({
      {kAdd, "add"},
      {kMul, "mul"},
      {kMax, "max"},
      {kMin, "min"},
      {kSub, "sub"},
      {kDiv, "div"},
      {kPow, "pow"},
      {kFloorDiv, "floor_div"},
      {kMod, "mod"},
      {kFmod, "fmod"},
      {kPrelu, "prelu"},
      {kAnd, "and"},
      {kOr, "or"},
      {kXor, "xor"},
      {kEqual, "equal"},
      {kGreater, "greater"},
      {kGreaterOrEqual, "greater_or_equal"},
      {kLess, "less"},
      {kLessOrEqual, "less_or_equal"},
  });
}

// y = fn(x) in double precision: the definition that every kernel is tested against.
double apply(UnaryFn fn, double x, double alpha, double beta);
double apply(BinaryFn fn, double a, double b);

bool is_comparison(BinaryFn fn);  // yields booleans from numbers
bool is_commutative(BinaryFn fn);
bool yields_bool(UnaryFn fn);

// An activation with its parameters, as fused into the epilogue of another op.
struct Activation {
  UnaryFn fn = UnaryFn::kIdentity;
  float alpha = 0;
  float beta = 0;
  static constexpr auto fields =
      std::tuple{field<1>("fn", &Activation::fn), field<2>("alpha", &Activation::alpha),
                 field<3>("beta", &Activation::beta)};
  friend bool operator==(const Activation&, const Activation&) = default;
  double operator()(double x) const { return apply(fn, x, alpha, beta); }
};

}  // namespace tenon
