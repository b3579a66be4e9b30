#include "cuda/kernels/reformat/reformat_tactics.h"

#include "cuda/dependent_tactic.h"
#include "cuda/estimates.h"
#include "cuda/kernels/movement/strided_copy.h"
#include "device/iteration.h"
#include "device/offers.h"
#include "device/packed_constants.h"

namespace tenon {
namespace {

class ReformatTiles final : public DependentTactic {
 public:
  std::string_view name() const override { return "reformat_tiles"; }
  bool strided() const override { return true; }

  Offer offer(const Problem& problem) const override {
    using enum Layout;
    const OperandDesc& in = problem.inputs.at(0);
    const DataType to = problem.outputs.at(0).dtype;
    const bool same = in.dtype == to;
    if (bits_of(in.dtype) < 8) return Refusal{"moves no elements smaller than a byte"};
    if (!same && !converts_while_moving(in.dtype, to)) {
      return Refusal{"converts between f32, f16 and bf16 only"};
    }
    std::vector<LayoutOffer> offers;
    if (same) offers.push_back({{kLinear}, {kLinear}});
    if (is_tensor(in) && has_channels(in.dims)) {
      offers.push_back({{kLinear}, {kChannelsLast}});
      offers.push_back({{kChannelsLast}, {kLinear}});
      if (same) offers.push_back({{kChannelsLast}, {kChannelsLast}});
    }
    if (offers.empty()) return Refusal{"conversion within a layout is not its work"};
    return offers;
  }
  int in_place_input(const Problem& problem) const override {
    const OperandDesc& in = problem.inputs[0];
    const OperandDesc& out = problem.outputs[0];
    return in.layout == out.layout && in.dtype == out.dtype && is_tensor(in) ? 0 : -1;
  }
  double estimate(const Problem& problem) const override { return gpu_memory_seconds(problem); }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return bind_strided_copy(
        copy_to_output(problem, packed.constants, axis_strides(problem.inputs[0])));
  }
};

}  // namespace

std::span<const Tactic* const> reformat_tactics() {
  static const ReformatTiles tiles;
  static const Tactic* const table[] = {&tiles};
  return table;
}

}  // namespace tenon
