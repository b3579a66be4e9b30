#include "ops/conv_pair.h"

namespace tenon {

void ConvPair::infer(InferContext& c) const {
  c.input(kSecondWeights);  // must be there
  std::vector<Fact> facts;
  for (size_t i = 0; i < c.input_count(); ++i) facts.push_back(c.has(i) ? c.input(i) : Fact{});
  const auto infer_one = [&](const Conv& conv, size_t output, std::span<const Fact> operands) {
    const Inference inference = tenon::infer(conv, operands);
    for (const Constraint& k : inference.constraints) c.require_equal(k.a, k.b, k.reason);
    const TensorType& type = inference.outputs[0].type;
    c.set(output, type.dtype, type.dims);
    return inference.outputs[0];
  };
  const std::span<const Fact> given = facts;
  std::vector<Fact> second_operands{infer_one(first, 0, given.first(kSecondWeights))};
  second_operands.insert(second_operands.end(), facts.begin() + kSecondWeights, facts.end());
  infer_one(second, 1, second_operands);
}

void ConvPair::eval(Views in, Views out) const {
  first.eval(in.first(kSecondWeights), out.first(1));
  std::vector<TensorView> operands{out[0]};
  operands.insert(operands.end(), in.begin() + kSecondWeights, in.end());
  second.eval(operands, out.last(1));
}

}  // namespace tenon
