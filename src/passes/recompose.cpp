#include "ir/constant_value.h"
#include "ir/equation.h"
#include "ops/binary.h"
#include "ops/normalization.h"
#include "passes/apply_rules.h"
#include "passes/passes.h"

namespace tenon {
namespace {

// x times a constant factor 1/2 times `e`, in every order that exporters write it.
#define TENON_HALF_X_TIMES(e) \
  "(mul(mul(x, " e "), 0.5) | mul(mul(x, 0.5), " e ") | mul(x, mul(" e ", 0.5)))"

// The parts of a layer normalisation: x - mean(x), and the mean of its square plus epsilon.
#define TENON_CENTRED "sub(x, reduce(x; kind=mean axes=#axes))"
#define TENON_VARIANCE \
  "add(reduce(mul(" TENON_CENTRED ", " TENON_CENTRED "); kind=mean axes=#axes), #e)"
#define TENON_MEAN_SQUARE "add(reduce(mul(x, x); kind=mean axes=#axes), #e)"

// normalization(x) * scale -> with that scale; then + bias. Both broadcast from the right.
bool normalization_affine(Rewriter& r, NodeId id) {
  const auto* binary = r.graph().node(id).op.as<Binary>();
  if (binary == nullptr) return false;
  for (size_t i = 0; i < 2; ++i) {
    const NodeId inner = r.absorbable<Normalization>(id, i);
    const ValueId c = r.operand(id, 1 - i);
    if (inner == kNone || r.graph().constant(c) == nullptr) continue;
    const auto* normalization = r.graph().node(inner).op.as<Normalization>();
    const ValueId scale = r.operand(inner, 1), bias = r.operand(inner, 2);
    if (normalization->groups != 1 || bias != kNone) continue;
    if (r.output_type(inner) != r.output_type(id)) continue;
    std::vector<ValueId> inputs{r.operand(inner, 0), scale, c};
    if (binary->fn == BinaryFn::kMul && scale == kNone) {
      inputs = {inputs[0], c};
    } else if (binary->fn != BinaryFn::kAdd) {
      continue;
    }
    return r.fuse(id, {inner, id}, Normalization{*normalization}, std::move(inputs));
  }
  return false;
}

}  // namespace

// Expects canonical form: divisions by constants are products, differences sums, x^2 is x*x.
Graph recompose(Graph graph, PassContext& context) {
  static const std::vector<Rule> rules{
      equation("sigmoid", "reciprocal(add(exp(neg(x)), 1))", "sigmoid(x)"),
      equation("swish", "mul(x, sigmoid(x))", "swish(x; alpha=1)"),
      equation("swish_scaled", "mul(x, sigmoid(mul(x, #a)))", "swish(x; alpha=#a)"),
      equation("hard_swish", "mul(x, hard_sigmoid(x; alpha=#a beta=#b))",
               "hard_swish(x; alpha=#a beta=#b)"),
      equation("hard_swish_relu6",
               "(mul(mul(x, clip(add(x, 3); alpha=0 beta=6)), 0.16666667) |"
               " mul(x, mul(clip(add(x, 3); alpha=0 beta=6), 0.16666667)) |"
               " mul(mul(x, 0.16666667), clip(add(x, 3); alpha=0 beta=6)))",
               "hard_swish(x; alpha=0.16666667 beta=0.5)"),
      equation("hard_sigmoid_relu6", "mul(clip(add(x, 3); alpha=0 beta=6), 0.16666667)",
               "hard_sigmoid(x; alpha=0.16666667 beta=0.5)"),
      equation("gelu_erf", TENON_HALF_X_TIMES("add(erf(mul(x, 0.70710678)), 1)"), "gelu_erf(x)"),
      equation(
          "gelu_tanh",
          TENON_HALF_X_TIMES("add(tanh(mul(add(x, mul((pow(x, 3) | mul(x, mul(x, x))), 0.044715)),"
                             " 0.79788456)), 1)"),
          "gelu_tanh(x)"),
      equation("softplus", "log(add(exp(x), 1))", "softplus(x; alpha=1 beta=1)"),
      equation("mish", "mul(x, tanh(softplus(x; alpha=1 beta=1)))", "mish(x)"),
      equation("softsign", "div(x, add(abs(x), 1))", "softsign(x)"),
      equation("layer_norm",
               "(div(" TENON_CENTRED ", sqrt(" TENON_VARIANCE ")) |"
               " mul(" TENON_CENTRED ", reciprocal(sqrt(" TENON_VARIANCE "))))",
               "normalization(x; axes=#axes epsilon=#e)"),
      equation("rms_norm",
               "(div(x, sqrt(" TENON_MEAN_SQUARE ")) | mul(x, reciprocal(sqrt(" TENON_MEAN_SQUARE
               "))))",
               "normalization(x; axes=#axes epsilon=#e rms=true)"),
      {"normalization_affine", normalization_affine},
  };
  return apply_rules(std::move(graph), rules, context);
}

}  // namespace tenon
