#include "device/evaluation.h"

#include "device/offers.h"
#include "device/packed_constants.h"

namespace tenon {

Evaluation::Evaluation(const Problem& problem, std::span<const std::byte> packed)
    : op_(problem.op), shape_data_(problem.inputs.size()) {
  for (size_t i = 0; i < problem.inputs.size(); ++i) {
    const OperandDesc& d = problem.inputs[i];
    TensorView view{d.dtype, d.dims, nullptr};
    if (d.present && d.is_shape) view.data = store_shape(i, d);
    if (d.present && d.is_constant) {
      view.data = const_cast<void*>(packed_constant(problem, packed, i));
    }
    given_.push_back(is_tensor(d));
    inputs_.push_back(view);
  }
  for (const OperandDesc& d : problem.outputs) outputs_.push_back({d.dtype, d.dims, nullptr});
}

void Evaluation::run(std::span<const void* const> inputs, std::span<void* const> outputs) const {
  std::vector<TensorView> in = inputs_;
  std::vector<TensorView> out = outputs_;
  for (size_t i = 0; i < in.size(); ++i) {
    if (given_[i]) in[i].data = const_cast<void*>(inputs[i]);
  }
  for (size_t i = 0; i < out.size(); ++i) out[i].data = outputs[i];
  op_.eval(in, out);
}

void* Evaluation::store_shape(size_t i, const OperandDesc& d) {
  const auto count = static_cast<int64_t>(d.elements.size());
  // At least one element, so that an empty operand is told from an absent one.
  shape_data_[i].resize(bytes_of(d.dtype, count) + sizeof(int64_t));
  const TensorView view{d.dtype, d.dims, shape_data_[i].data()};
  for (int64_t e = 0; e < count; ++e) {
    set_integer_element(view, e, d.elements[static_cast<size_t>(e)]);
  }
  return shape_data_[i].data();
}

double evaluation_seconds(const Problem& problem) {
  constexpr double kSecondsPerOperation = 5e-9;
  return 1e-6 + flops_of(problem) * kSecondsPerOperation;
}

}  // namespace tenon
