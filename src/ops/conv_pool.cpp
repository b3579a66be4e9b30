#include "ops/conv_pool.h"

namespace tenon {

void ConvPool::infer(InferContext& c) const {
  std::vector<Fact> facts;
  for (size_t i = 0; i < c.input_count(); ++i) facts.push_back(c.has(i) ? c.input(i) : Fact{});
  const auto infer_one = [&](const Op& op, std::span<const Fact> operands) {
    const Inference inference = tenon::infer(op, operands);
    for (const Constraint& k : inference.constraints) c.require_equal(k.a, k.b, k.reason);
    return inference.outputs[0];
  };
  const std::vector<Fact> between{infer_one(conv, facts)};
  const TensorType type = infer_one(pool, between).type;
  c.set(0, type.dtype, type.dims);
}

void ConvPool::eval(Views in, Views out) const {
  const Tensor y = Tensor::make(in[0].dtype, between(in[0].dims, in[1].dims),
                                [&](const TensorView& to) { conv.eval(in, std::span(&to, 1)); });
  pool.eval(std::vector{y.view()}, out);
}

Dims ConvPool::between(const Dims& x, const Dims& weights) const {
  const auto fact = [](const Dims& dims) {
    return Fact{.present = true, .type = {DataType::kF32, Shape(dims.begin(), dims.end())}};
  };
  return to_dims(tenon::infer(conv, std::vector{fact(x), fact(weights)}).outputs[0].type.dims);
}

}  // namespace tenon
