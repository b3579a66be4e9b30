#include "ops/conv_depthwise.h"

namespace tenon {

void ConvDepthwise::infer(InferContext& c) const {
  c.input(kSecondWeights);  // must be there
  std::vector<Fact> facts;
  for (size_t i = 0; i < c.input_count(); ++i) facts.push_back(c.has(i) ? c.input(i) : Fact{});
  const auto infer_one = [&](const Conv& conv, std::span<const Fact> operands) {
    const Inference inference = tenon::infer(conv, operands);
    for (const Constraint& k : inference.constraints) c.require_equal(k.a, k.b, k.reason);
    return inference.outputs[0];
  };
  const std::span<const Fact> given = facts;
  std::vector<Fact> operands{infer_one(expansion, given.first(kSecondWeights))};
  operands.insert(operands.end(), facts.begin() + kSecondWeights, facts.end());
  const TensorType type = infer_one(depthwise, operands).type;
  c.set(0, type.dtype, type.dims);
}

void ConvDepthwise::eval(Views in, Views out) const {
  const Tensor between =
      Tensor::make(in[0].dtype, expanded(in[0].dims, in[1].dims), [&](const TensorView& to) {
        expansion.eval(in.first(kSecondWeights), {&to, 1});
      });
  std::vector<TensorView> operands{between.view()};
  operands.insert(operands.end(), in.begin() + kSecondWeights, in.end());
  depthwise.eval(operands, out);
}

Dims ConvDepthwise::expanded(const Dims& x, const Dims& weights) const {
  const auto fact = [](const Dims& dims) {
    return Fact{.present = true, .type = {DataType::kF32, to_shape(dims)}};
  };
  return to_dims(tenon::infer(expansion, std::vector{fact(x), fact(weights)}).outputs[0].type.dims);
}

}  // namespace tenon
