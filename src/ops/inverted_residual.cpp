#include "ops/inverted_residual.h"

namespace tenon {
namespace {

// The convolution as an operation of its own on such operands.
Tensor convolved(const Conv& conv, Views operands) {
  std::vector<Fact> facts;
  for (const TensorView& v : operands) {
    Fact fact{.present = facts.size() < 2 || v.data != nullptr};
    if (fact.present) fact.type = {v.dtype, to_shape(v.dims)};
    facts.push_back(fact);
  }
  const TensorType type = infer(conv, facts).outputs[0].type;
  return Tensor::make(type.dtype, to_dims(type.dims), [&](const TensorView& to) {
    conv.eval(operands, {&to, 1});
  });
}

}  // namespace

void InvertedResidual::infer(InferContext& c) const {
  for (const size_t weights : {kWeights2, kWeights3}) c.input(weights);
  const auto given = [&](size_t i) { return c.has(i) ? c.input(i) : Fact{}; };
  const auto infer_one = [&](const Conv& conv, std::vector<Fact> operands) {
    const Inference inference = tenon::infer(conv, operands);
    for (const Constraint& k : inference.constraints) c.require_equal(k.a, k.b, k.reason);
    return inference.outputs[0];
  };
  const Fact expanded = c.has(kWeights1)
                            ? infer_one(expansion, {given(0), given(kWeights1), given(kBias1)})
                            : c.input(0);
  const Fact filtered = infer_one(depthwise, {expanded, given(kWeights2), given(kBias2)});
  const Fact y =
      infer_one(projection, {filtered, given(kWeights3), given(kBias3), given(kResidual)});
  c.set(0, y.type.dtype, y.type.dims);
}

void InvertedResidual::eval(Views in, Views out) const {
  const auto given = [&](size_t i) { return i < in.size() ? in[i] : TensorView{}; };
  Tensor expanded;
  TensorView expanded_view = in[0];
  if (in[kWeights1].data != nullptr) {
    expanded = convolved(expansion, std::vector{in[0], in[kWeights1], given(kBias1)});
    expanded_view = expanded.view();
  }
  const Tensor filtered =
      convolved(depthwise, std::vector{expanded_view, given(kWeights2), given(kBias2)});
  projection.eval(std::vector{filtered.view(), given(kWeights3), given(kBias3), given(kResidual)},
                  out);
}

}  // namespace tenon
