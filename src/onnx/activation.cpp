// Functions of one tensor, element by element.
#include <algorithm>
#include <limits>

#include "onnx/node_context.h"
#include "ops/binary.h"
#include "ops/select.h"
#include "ops/unary.h"

namespace tenon {
namespace {

// An attribute that becomes a parameter of the function, with ONNX's default.
struct Parameter {
  std::string_view attribute;  // empty: a fixed value
  float otherwise = 0;
};

struct Row {
  std::string_view op;
  UnaryFn fn;
  Parameter alpha = {};
  Parameter beta = {};
};

constexpr Row kFunctions[] = {
    {"Abs", UnaryFn::kAbs},
    {"Acos", UnaryFn::kAcos},
    {"Acosh", UnaryFn::kAcosh},
    {"Asin", UnaryFn::kAsin},
    {"Asinh", UnaryFn::kAsinh},
    {"Atan", UnaryFn::kAtan},
    {"Atanh", UnaryFn::kAtanh},
    {"Ceil", UnaryFn::kCeil},
    {"Cos", UnaryFn::kCos},
    {"Cosh", UnaryFn::kCosh},
    {"Elu", UnaryFn::kElu, {"alpha", 1}},
    {"Erf", UnaryFn::kErf},
    {"Exp", UnaryFn::kExp},
    {"Floor", UnaryFn::kFloor},
    {"HardSigmoid", UnaryFn::kHardSigmoid, {"alpha", 0.2F}, {"beta", 0.5F}},
    {"HardSwish", UnaryFn::kHardSwish, {"", 1.0F / 6}, {"", 0.5F}},
    {"IsNaN", UnaryFn::kIsNan},
    {"LeakyRelu", UnaryFn::kLeakyRelu, {"alpha", 0.01F}},
    {"Log", UnaryFn::kLog},
    {"Mish", UnaryFn::kMish},
    {"Neg", UnaryFn::kNeg},
    {"Not", UnaryFn::kNot},
    {"Reciprocal", UnaryFn::kReciprocal},
    {"Relu", UnaryFn::kRelu},
    {"Round", UnaryFn::kRound},
    {"Selu", UnaryFn::kSelu, {"alpha", 1.67326319F}, {"gamma", 1.05070102F}},
    {"Sigmoid", UnaryFn::kSigmoid},
    {"Sign", UnaryFn::kSign},
    {"Sin", UnaryFn::kSin},
    {"Sinh", UnaryFn::kSinh},
    {"Softplus", UnaryFn::kSoftplus, {"", 1}, {"", 1}},
    {"Softsign", UnaryFn::kSoftsign},
    {"Sqrt", UnaryFn::kSqrt},
    {"Swish", UnaryFn::kSwish, {"alpha", 1}},
    {"Tan", UnaryFn::kTan},
    {"Tanh", UnaryFn::kTanh},
    {"ThresholdedRelu", UnaryFn::kThresholdedRelu, {"alpha", 1}},
};

float read(const NodeContext& c, const Parameter& p) {
  return p.attribute.empty() ? p.otherwise : c.number(p.attribute, p.otherwise);
}

void import_unary(NodeContext& c) {
  for (const Row& row : kFunctions) {
    if (row.op != c.op()) continue;
    c.result(Unary{row.fn, read(c, row.alpha), read(c, row.beta)}, {c.input(0)});
    return;
  }
  c.invalid("is no function of one tensor");
}

void import_gelu(NodeContext& c) {
  const std::string approximate = c.text("approximate", "none");
  if (approximate != "none" && approximate != "tanh") {
    c.invalid("attribute approximate is '{}', neither none nor tanh", approximate);
  }
  c.result(Unary{approximate == "tanh" ? UnaryFn::kGeluTanh : UnaryFn::kGeluErf}, {c.input(0)});
}

// max(0, x) + min(0, alpha * (exp(x / alpha) - 1)) = alpha * elu(x / alpha)
void import_celu(NodeContext& c) {
  const float alpha = c.number("alpha", 1);
  if (alpha == 1) {
    c.result(Unary{UnaryFn::kElu, 1}, {c.input(0)});
    return;
  }
  const ValueId factor = c.add_scalar("alpha", c.dtype(0), alpha);
  const ValueId scaled = c.add("scaled", Binary{BinaryFn::kDiv}, {c.input(0), factor});
  const ValueId elu = c.add("elu", Unary{UnaryFn::kElu, 1}, {scaled});
  c.result(Binary{BinaryFn::kMul}, {elu, factor});
}

// x < -lambd ? x + bias : x > lambd ? x - bias : 0
void import_shrink(NodeContext& c) {
  const ValueId x = c.input(0);
  const float lambd = c.number("lambd", 0.5F);
  const auto scalar = [&](std::string_view part, double v) {
    return c.add_scalar(part, c.dtype(0), v);
  };
  const ValueId bias = scalar("bias", c.number("bias", 0));
  const ValueId above = c.add("above", Binary{BinaryFn::kGreater}, {x, scalar("lambd", lambd)});
  const ValueId below = c.add("below", Binary{BinaryFn::kLess}, {x, scalar("-lambd", -lambd)});
  const ValueId less = c.add("less", Binary{BinaryFn::kSub}, {x, bias});
  const ValueId more = c.add("more", Binary{BinaryFn::kAdd}, {x, bias});
  const ValueId upper = c.add("upper", Select{}, {above, less, scalar("zero", 0)});
  c.result(Select{}, {below, more, upper});
}

void import_is_inf(NodeContext& c) {
  if (c.flag("detect_negative", true) && c.flag("detect_positive", true)) {
    c.result(Unary{UnaryFn::kIsInf}, {c.input(0)});
    return;
  }
  // One sign alone: compare with that infinity.
  const double infinity = std::numeric_limits<double>::infinity();
  if (!c.flag("detect_negative", true) && !c.flag("detect_positive", true)) {
    c.unsupported(ImportFault::kUnsupportedAttribute, "detects neither sign");
  }
  const ValueId bound =
      c.add_scalar("infinity", c.dtype(0), c.flag("detect_positive", true) ? infinity : -infinity);
  c.result(Binary{BinaryFn::kEqual}, {c.input(0), bound});
}

// ---- Clip

// min(max(x, low), high): where the bounds are the wrong way round, the upper one counts.
void clip_between(NodeContext& c, float low, float high) {
  low = std::min(low, high);
  c.result(Unary{UnaryFn::kClip, low, high}, {c.input(0)});
}

void import_clip_attributes(NodeContext& c) {
  const float infinity = std::numeric_limits<float>::infinity();
  clip_between(c, c.number("min", -infinity), c.number("max", infinity));
}

// Bounds as operands: parameters of one function where they are constant and x is of floats.
void import_clip(NodeContext& c) {
  const auto bound = [&](size_t i) { return c.constant(c.optional_input(i)); };
  const auto known = [&](size_t i) {
    return !c.has_input(i) || (bound(i) && bound(i)->volume() == 1);
  };
  if (is_float(c.dtype(0)) && known(1) && known(2)) {
    const auto value = [&](size_t i, float otherwise) {
      return c.has_input(i) ? static_cast<float>(element(bound(i)->view(), 0)) : otherwise;
    };
    const float infinity = std::numeric_limits<float>::infinity();
    clip_between(c, value(1, -infinity), value(2, infinity));
    return;
  }
  if (c.has_input(1) && c.has_input(2)) {
    const ValueId low = c.add("low", Binary{BinaryFn::kMax}, {c.input(0), c.input(1)});
    c.result(Binary{BinaryFn::kMin}, {low, c.input(2)});
  } else if (c.has_input(1)) {
    c.result(Binary{BinaryFn::kMax}, {c.input(0), c.input(1)});
  } else if (c.has_input(2)) {
    c.result(Binary{BinaryFn::kMin}, {c.input(0), c.input(2)});
  } else {
    c.result(Unary{UnaryFn::kIdentity}, {c.input(0)});
  }
}

constexpr Importer kImporters[] = {
    {"Abs", 6, kNoEnd, import_unary},
    {"Acos", 7, kNoEnd, import_unary},
    {"Acosh", 9, kNoEnd, import_unary},
    {"Asin", 7, kNoEnd, import_unary},
    {"Asinh", 9, kNoEnd, import_unary},
    {"Atan", 7, kNoEnd, import_unary},
    {"Atanh", 9, kNoEnd, import_unary},
    {"Ceil", 6, kNoEnd, import_unary},
    {"Celu", 12, kNoEnd, import_celu},
    {"Clip", 6, 10, import_clip_attributes},
    {"Clip", 11, kNoEnd, import_clip},
    {"Cos", 7, kNoEnd, import_unary},
    {"Cosh", 9, kNoEnd, import_unary},
    {"Elu", 6, kNoEnd, import_unary},
    {"Erf", 9, kNoEnd, import_unary},
    {"Exp", 6, kNoEnd, import_unary},
    {"Floor", 6, kNoEnd, import_unary},
    {"Gelu", 20, kNoEnd, import_gelu},
    {"HardSigmoid", 6, kNoEnd, import_unary},
    {"HardSwish", 14, kNoEnd, import_unary},
    {"IsInf", 10, kNoEnd, import_is_inf},
    {"IsNaN", 9, kNoEnd, import_unary},
    {"LeakyRelu", 6, kNoEnd, import_unary},
    {"Log", 6, kNoEnd, import_unary},
    {"Mish", 18, kNoEnd, import_unary},
    {"Neg", 6, kNoEnd, import_unary},
    {"Not", 1, kNoEnd, import_unary},
    {"Reciprocal", 6, kNoEnd, import_unary},
    {"Relu", 6, kNoEnd, import_unary},
    {"Round", 11, kNoEnd, import_unary},
    {"Selu", 6, kNoEnd, import_unary},
    {"Shrink", 9, kNoEnd, import_shrink},
    {"Sigmoid", 6, kNoEnd, import_unary},
    {"Sign", 9, kNoEnd, import_unary},
    {"Sin", 7, kNoEnd, import_unary},
    {"Sinh", 9, kNoEnd, import_unary},
    {"Softplus", 1, kNoEnd, import_unary},
    {"Softsign", 1, kNoEnd, import_unary},
    {"Sqrt", 6, kNoEnd, import_unary},
    {"Swish", 24, kNoEnd, import_unary},
    {"Tan", 7, kNoEnd, import_unary},
    {"Tanh", 6, kNoEnd, import_unary},
    {"ThresholdedRelu", 10, kNoEnd, import_unary},
};

}  // namespace

std::span<const Importer> activation_importers() { return kImporters; }

}  // namespace tenon
