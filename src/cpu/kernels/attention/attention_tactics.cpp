#include "cpu/kernels/attention/attention_tactics.h"

#include <algorithm>

#include "cpu/kernels/attention/attention_launch.h"
#include "cpu/offers.h"
#include "device/packed_constants.h"

namespace tenon {
namespace {

class AttentionStretches final : public Tactic {
 public:
  std::string_view name() const override { return "attention_stretches"; }
  Offer offer(const Problem& problem) const override {
    for (size_t i = 0; i < problem.inputs.size(); ++i) {
      const OperandDesc& d = problem.inputs[i];
      const bool mask = i == 3 && d.dtype == DataType::kBool;
      if (d.present && !mask && d.dtype != DataType::kF32) return Refusal{"computes f32 only"};
    }
    return linear_offer(problem);
  }
  double estimate(const Problem& problem) const override {
    return std::max(memory_seconds(problem), compute_seconds(flops_of(problem), 0.4));
  }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return bind_attention(problem, packed);
  }
};

}  // namespace

std::span<const Tactic* const> attention_tactics() {
  static const AttentionStretches stretches;
  static const Tactic* const table[] = {&stretches};
  return table;
}

}  // namespace tenon
