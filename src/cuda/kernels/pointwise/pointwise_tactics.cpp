#include "cuda/kernels/pointwise/pointwise_tactics.h"

#include "cuda/dependent_tactic.h"
#include "cuda/estimates.h"
#include "cuda/kernels/pointwise/pointwise_launch.h"
#include "cuda/kernels/pointwise/pointwise_source.h"
#include "device/offers.h"
#include "device/packed_constants.h"
#include "ops/identity.h"

namespace tenon {
namespace {

// In channels last tensors lie like the output or are one element, which then is linear.
bool lies_like_output(const Problem& problem) {
  const OperandDesc& out = problem.outputs[0];
  if (!has_channels(out.dims)) return false;
  bool any = false;
  for (const OperandDesc& d : problem.inputs) {
    if (!is_tensor(d) || d.dims.volume() == 1) continue;
    if (d.dims.rank() != out.dims.rank()) return false;
    any = true;
  }
  return any;
}

LayoutOffer offer_in(const Problem& problem, Layout layout) {
  LayoutOffer offer = uniform_offer(problem, layout);
  for (size_t i = 0; i < problem.inputs.size(); ++i) {
    if (problem.inputs[i].dims.volume() == 1) offer.inputs[i] = Layout::kLinear;
  }
  return offer;
}

// A kernel generated for the program, compiled at build time.
class PointwiseVectors : public DependentTactic {
 public:
  explicit PointwiseVectors(std::string_view name) : name_(name) {}
  std::string_view name() const override { return name_; }
  int version() const override { return 2; }
  bool strided() const override { return true; }

  Offer offer(const Problem& problem) const override {
    if (problem.inputs.empty() || problem.outputs.size() != 1) return Refusal{"no such operands"};
    for (const OperandDesc& d : problem.inputs) {
      if (!d.present) return Refusal{"an operand is left out"};
    }
    if (auto reason = pointwise_refusal(pointwise_form(problem))) return Refusal{*reason};
    if (problem.outputs[0].dims.volume() > INT32_MAX) return Refusal{"more than 2^31 elements"};
    std::vector<LayoutOffer> offers;
    if (lies_like_output(problem)) offers.push_back(offer_in(problem, Layout::kChannelsLast));
    offers.push_back(uniform_offer(problem, Layout::kLinear));
    return offers;
  }

  int in_place_input(const Problem& problem) const override {
    const OperandDesc& out = problem.outputs[0];
    for (size_t i = 0; i < problem.inputs.size(); ++i) {
      const OperandDesc& d = problem.inputs[i];
      if (is_tensor(d) && d.dtype == out.dtype && d.dims == out.dims && d.layout == out.layout) {
        return static_cast<int>(i);
      }
    }
    return -1;
  }

  double estimate(const Problem& problem) const override { return gpu_memory_seconds(problem); }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::vector<std::byte> compile(const Problem& problem) const override {
    return compile_pointwise(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return bind_pointwise(problem, packed);
  }

 private:
  std::string_view name_;
};

class CastVectors final : public PointwiseVectors {
 public:
  CastVectors() : PointwiseVectors("cast_vectors") {}
  Offer offer(const Problem& problem) const override {
    if (problem.op.is<Reformat>() && problem.inputs.at(0).dtype == problem.outputs.at(0).dtype) {
      return Refusal{"moves nothing within a type"};
    }
    return PointwiseVectors::offer(problem);
  }
};

}  // namespace

std::span<const Tactic* const> pointwise_tactics() {
  static const PointwiseVectors vectors("pointwise_vectors");
  static const Tactic* const table[] = {&vectors};
  return table;
}

std::span<const Tactic* const> cast_tactics() {
  static const CastVectors vectors;
  static const Tactic* const table[] = {&vectors};
  return table;
}

}  // namespace tenon
