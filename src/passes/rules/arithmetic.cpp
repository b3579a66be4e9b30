#include <algorithm>
#include <cmath>
#include <limits>

#include "ir/constant_value.h"
#include "ir/equation.h"
#include "ops/binary.h"
#include "ops/unary.h"
#include "passes/rules/rules.h"

namespace tenon {
namespace {

const Unary* unary_of(const Rewriter& r, ValueId value) {
  return value == kNone ? nullptr : r.graph().produced_by<Unary>(value);
}

bool integer_operation(const Rewriter& r, NodeId id) { return !is_float(r.output_type(id).dtype); }

// x + 0, x - 0, x * 1, x / 1, x ^ 1, of any numbers.
bool neutral_operand(Rewriter& r, NodeId id) {
  const auto* binary = r.graph().node(id).op.as<Binary>();
  if (binary == nullptr) return false;
  using enum BinaryFn;
  const bool sum = binary->fn == kAdd || binary->fn == kSub;
  const bool product = binary->fn == kMul || binary->fn == kDiv || binary->fn == kPow;
  if (!sum && !product) return false;
  for (size_t i = 0; i < 2; ++i) {
    if (i == 0 && !is_commutative(binary->fn)) continue;
    if (uniform_value(r.graph(), r.operand(id, i)) != (sum ? 0.0 : 1.0)) continue;
    if (r.bypass(id, r.operand(id, 1 - i))) return true;
  }
  return false;
}

// Constants of commutative functions stand second.
bool constant_second(Rewriter& r, NodeId id) {
  const auto* binary = r.graph().node(id).op.as<Binary>();
  if (binary == nullptr || !is_commutative(binary->fn)) return false;
  const ValueId a = r.operand(id, 0), b = r.operand(id, 1);
  if (r.graph().constant(a) == nullptr || r.graph().constant(b) != nullptr) return false;
  return r.redefine(id, Binary{binary->fn}, {b, a});
}

bool rounded_later(const Rewriter& r, NodeId id) {
  const auto& readers = r.readers(r.output(id));
  return std::any_of(readers.begin(), readers.end(), [&](NodeId reader) {
    const auto* unary = r.graph().node(reader).op.as<Unary>();
    using enum UnaryFn;
    return unary && (unary->fn == kRound || unary->fn == kFloor || unary->fn == kCeil);
  });
}

// x - c = x + (-c); x / c = x * (1 / c), of floats. Where the quotient is rounded to an integer
// the last bit may matter: such a division stays.
bool inverse_constant(Rewriter& r, NodeId id) {
  const auto* binary = r.graph().node(id).op.as<Binary>();
  if (binary == nullptr || r.output_type(id).dtype != DataType::kF32) return false;
  const bool sub = binary->fn == BinaryFn::kSub, div = binary->fn == BinaryFn::kDiv;
  const ValueId x = r.operand(id, 0), c = r.operand(id, 1);
  const Tensor* constant = r.graph().constant(c);
  if ((!sub && !div) || constant == nullptr || r.graph().constant(x) != nullptr) return false;
  if (div && rounded_later(r, id)) return false;
  std::vector<double> values = to_doubles(*constant);
  for (double& value : values) {
    value = sub ? -value : 1 / value;
    if (!std::isnormal(static_cast<float>(value)) && !(sub && value == 0)) return false;
  }
  const ValueId inverse = r.add_constant(r.graph().value(c).name + (sub ? ".negative" : ".inverse"),
                                         from_doubles(DataType::kF32, constant->dims(), values));
  return r.redefine(id, Binary{sub ? BinaryFn::kAdd : BinaryFn::kMul}, {x, inverse});
}

// (x + a) + b = x + (a + b), (x * a) * b = x * (a * b), of float constants.
bool constant_chain(Rewriter& r, NodeId id) {
  const auto* binary = r.graph().node(id).op.as<Binary>();
  if (binary == nullptr || integer_operation(r, id)) return false;
  if (binary->fn != BinaryFn::kAdd && binary->fn != BinaryFn::kMul) return false;
  const NodeId inner = r.absorbable<Binary>(id, 0);
  if (inner == kNone || !(*r.graph().node(inner).op.as<Binary>() == *binary)) return false;
  const Tensor* a = r.graph().constant(r.operand(inner, 1));
  const Tensor* b = r.graph().constant(r.operand(id, 1));
  const ValueId x = r.operand(inner, 0);
  if (a == nullptr || b == nullptr || r.graph().constant(x) != nullptr) return false;
  const Tensor* operands[] = {a, b};
  Tensor combined = evaluate(*binary, operands).at(0);
  if (combined.volume() > std::max(a->volume(), b->volume())) return false;
  const std::string name = r.graph().value(r.operand(id, 1)).name;
  const ValueId c = r.add_constant(name, std::move(combined));
  return r.redefine(id, Binary{binary->fn}, {x, c});
}

struct Interval {
  float lo, hi;
};

std::optional<Interval> clipped_to(const Unary* unary) {
  if (unary == nullptr) return std::nullopt;
  if (unary->fn == UnaryFn::kRelu) return Interval{0, std::numeric_limits<float>::infinity()};
  if (unary->fn != UnaryFn::kClip || !(unary->alpha <= unary->beta)) return std::nullopt;
  return Interval{unary->alpha, unary->beta};
}

Unary clip_to(const Interval& i) {
  if (i.lo == 0 && std::isinf(i.hi)) return {UnaryFn::kRelu};
  return {UnaryFn::kClip, i.lo, i.hi};
}

// clip(clip(x)), relu among them, is one clip; clip(0, inf) is relu.
bool clip_chain(Rewriter& r, NodeId id) {
  const auto* unary = r.graph().node(id).op.as<Unary>();
  const auto outer = clipped_to(unary);
  if (!outer || integer_operation(r, id)) return false;
  const NodeId inner_node = r.absorbable<Unary>(id, 0);
  const auto inner = clipped_to(inner_node == kNone ? nullptr : unary_of(r, r.operand(id, 0)));
  if (!inner) {
    const Unary plain = clip_to(*outer);
    return plain.fn != unary->fn && r.redefine(id, plain, {r.operand(id, 0)});
  }
  const Interval both{std::clamp(inner->lo, outer->lo, outer->hi),
                      std::clamp(inner->hi, outer->lo, outer->hi)};
  return r.fuse(id, {inner_node, id}, clip_to(both), {r.operand(inner_node, 0)});
}

bool function_without_effect(Rewriter& r, NodeId id) {
  const auto* unary = r.graph().node(id).op.as<Unary>();
  return unary && unary->fn == UnaryFn::kIdentity && r.bypass(id, r.operand(id, 0));
}

}  // namespace

std::vector<Rule> arithmetic_rules() {
  return {
      {"neutral_operand", neutral_operand},
      {"constant_second", constant_second},
      {"inverse_constant", inverse_constant},
      {"constant_chain", constant_chain},
      {"function_without_effect", function_without_effect},
      equation("max_zero", "max(x, 0)", "relu(x)"),
      equation("max_constant", "max(x, #lo)", "clip(x; alpha=#lo beta=inf)"),
      equation("min_constant", "min(x, #hi)", "clip(x; alpha=-inf beta=#hi)"),
      {"clip_chain", clip_chain},
      equation("neg_neg", "neg(neg(x))", "x"),
      equation("abs_abs", "abs(abs(x))", "abs(x)"),
      equation("abs_neg", "abs(neg(x))", "abs(x)"),
      equation("square", "pow(x, 2)", "mul(x, x)"),
      equation("square_root", "pow(x, 0.5)", "sqrt(x)"),
      equation("power_minus_one", "pow(x, -1)", "reciprocal(x)"),
      equation("one_over", "div(1, x)", "reciprocal(x)"),
      equation("sub_neg", "sub(x, neg(y))", "add(x, y)"),
      equation("add_neg", "add(x, neg(y))", "sub(x, y)"),
  };
}

}  // namespace tenon
