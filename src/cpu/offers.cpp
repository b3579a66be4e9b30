#include "cpu/offers.h"

#include "cpu/isa.h"
#include "cpu/thread_count.h"

namespace tenon {

bool is_tensor(const OperandDesc& operand) {
  return operand.present && !operand.is_constant && !operand.is_shape;
}

bool all_f32(const Problem& problem) {
  const uint32_t shape_operands = problem.op.traits().shape_operands;
  for (size_t i = 0; i < problem.inputs.size(); ++i) {
    const OperandDesc& d = problem.inputs[i];
    const bool is_shape = i < 32 && (shape_operands >> i & 1) != 0;
    if (d.present && !is_shape && d.dtype != DataType::kF32) return false;
  }
  for (const OperandDesc& d : problem.outputs) {
    if (d.dtype != DataType::kF32) return false;
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

std::vector<Layout> blocked_layouts() {
  if (isa() == Isa::kAvx512) return {Layout::kBlocked16, Layout::kBlocked8};
  return {Layout::kBlocked8, Layout::kBlocked16};
}

double memory_seconds(const Problem& problem) {
  constexpr double kLaunch = 1e-6;
  constexpr double kBytesPerSecond = 10e9;  // a thread; measured between L3 and main memory
  return kLaunch + bytes_moved(problem) / (kBytesPerSecond * cpu_threads());
}

double compute_seconds(double flops, double fraction_of_peak) {
  constexpr double kFlopsPerLane = 6e9;  // one multiply-add a cycle and lane at 3 GHz
  const int lanes = isa() == Isa::kAvx512 ? 16 : isa() == Isa::kAvx2 ? 8 : 4;
  return flops / (kFlopsPerLane * lanes * cpu_threads() * fraction_of_peak);
}

}  // namespace tenon
