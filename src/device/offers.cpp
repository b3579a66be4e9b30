#include "device/offers.h"

namespace tenon {

bool is_tensor(const OperandDesc& operand) {
  return operand.present && !operand.is_constant && !operand.is_shape;
}

bool all_of_type(const Problem& problem, DataType dtype) {
  const uint32_t shape_operands = problem.op.traits().shape_operands;
  for (size_t i = 0; i < problem.inputs.size(); ++i) {
    const OperandDesc& d = problem.inputs[i];
    const bool is_shape = i < 32 && (shape_operands >> i & 1) != 0;
    if (d.present && !is_shape && d.dtype != dtype) return false;
  }
  for (const OperandDesc& d : problem.outputs) {
    if (d.dtype != dtype) return false;
  }
  return true;
}

bool has_channels(const Dims& dims) { return dims.rank() >= 2 && dims.rank() <= 5; }

LayoutOffer uniform_offer(const Problem& problem, Layout layout) {
  LayoutOffer offer;
  for (const OperandDesc& d : problem.inputs) {
    offer.inputs.push_back(is_tensor(d) ? layout : Layout::kLinear);
  }
  offer.outputs.assign(problem.outputs.size(), layout);
  return offer;
}

}  // namespace tenon
