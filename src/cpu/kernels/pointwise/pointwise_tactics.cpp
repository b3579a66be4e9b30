#include "cpu/kernels/pointwise/pointwise_tactics.h"

#include "cpu/kernels/dispatch.h"
#include "cpu/kernels/pointwise/pointwise_launch.h"
#include "cpu/offers.h"
#include "device/packed_constants.h"
#include "device/pointwise_program.h"

namespace tenon {
namespace {

const PointwiseKernels& kernels() {
  return for_isa(generic::kPointwiseKernels, avx2::kPointwiseKernels, avx512::kPointwiseKernels);
}

bool is_supported_type(DataType type) { return type == DataType::kF32 || type == DataType::kBool; }

// In a layout other than kLinear operands must lie like the output, or be one element (which then
// is linear), or constants.
bool lies_like_output(const Problem& problem) {
  const OperandDesc& out = problem.outputs[0];
  if (!has_channels(out.dims) || out.dtype != DataType::kF32) return false;
  for (const OperandDesc& d : problem.inputs) {
    if (d.dtype != DataType::kF32) return false;
    if (is_tensor(d) && d.dims.volume() != 1 && d.dims.rank() != out.dims.rank()) return false;
  }
  return true;
}

LayoutOffer offer_in(const Problem& problem, Layout layout) {
  LayoutOffer offer = uniform_offer(problem, layout);
  for (size_t i = 0; i < problem.inputs.size(); ++i) {
    if (problem.inputs[i].dims.volume() == 1) offer.inputs[i] = Layout::kLinear;
  }
  return offer;
}

// Works through the output tile by tile: all instructions on one tile, in cache, before the next.
class PointwiseTiles final : public Tactic {
 public:
  std::string_view name() const override { return "pointwise_tiles"; }
  bool strided() const override { return true; }

  Offer offer(const Problem& problem) const override {
    if (problem.inputs.empty() || problem.outputs.size() != 1) return Refusal{"no such operands"};
    for (const OperandDesc& d : problem.inputs) {
      if (!d.present || !is_supported_type(d.dtype)) {
        return Refusal{"computes f32 and booleans only"};
      }
    }
    if (!is_supported_type(problem.outputs[0].dtype)) return Refusal{"yields f32 or bool only"};
    const auto inputs = static_cast<int>(problem.inputs.size());
    const PointwiseExecutor executor(program_of(problem.op), inputs, kernels());
    if (!executor.executable() || static_cast<size_t>(executor.values()) > kMaxPointwiseValues) {
      return Refusal{"the program has too many values"};
    }
    std::vector<LayoutOffer> offers;
    if (lies_like_output(problem)) {
      for (const Layout layout : blocked_layouts()) offers.push_back(offer_in(problem, layout));
      offers.push_back(offer_in(problem, Layout::kChannelsLast));
    }
    offers.push_back(uniform_offer(problem, Layout::kLinear));
    return offers;
  }

  int in_place_input(const Problem& problem) const override {
    const OperandDesc& out = problem.outputs[0];
    for (size_t i = 0; i < problem.inputs.size(); ++i) {
      const OperandDesc& d = problem.inputs[i];
      if (is_tensor(d) && d.dtype == out.dtype && d.dims == out.dims) return static_cast<int>(i);
    }
    return -1;
  }

  double estimate(const Problem& problem) const override {
    const auto steps = static_cast<double>(program_of(problem.op).size());
    const auto volume = static_cast<double>(problem.outputs[0].dims.volume());
    return memory_seconds(problem) + compute_seconds(volume * steps * 10, 1.0);
  }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return bind_pointwise(problem, packed, kernels());
  }
};

}  // namespace

std::span<const Tactic* const> pointwise_tactics() {
  static const PointwiseTiles tiles;
  static const Tactic* const table[] = {&tiles};
  return table;
}

}  // namespace tenon
