#include "cpu/kernels/deconv/deconv_tactics.h"

#include <algorithm>
#include <array>
#include <optional>

#include "cpu/isa.h"
#include "cpu/kernels/deconv/deconv_launch.h"
#include "cpu/kernels/winograd/work_sharing.h"
#include "ops/deconv.h"

namespace tenon {
namespace {

// Why the problem cannot be done, if so.
std::optional<std::string> obstacle(const Problem& problem) {
  const auto* deconv = problem.op.as<Deconv>();
  if (!deconv) return "not a deconvolution";
  for (const auto* operands : {&problem.inputs, &problem.outputs}) {
    for (const OperandDesc& d : *operands) {
      if (d.present && d.dtype != DataType::kF32) return "not FP32 throughout";
    }
  }
  if (problem.inputs[0].dims.rank() != 4) return "not two-dimensional";
  if (deconv->groups != 1) return "grouped";
  if (!problem.inputs[1].is_constant) return "the weights are not constant";
  if (problem.inputs.size() > 2 && problem.inputs[2].present && !problem.inputs[2].is_constant) {
    return "the bias is not constant";
  }
  return std::nullopt;
}

class DeconvTactic : public Tactic {
 public:
  DeconvTactic(std::string_view name, Isa isa, const DeconvKernels& kernels)
      : name_(name), isa_(isa), kernels_(kernels) {}

  std::string_view name() const override { return name_; }
  bool strided() const override { return true; }

  Offer offer(const Problem& problem) const override {
    if (isa() < isa_) return Refusal{fmt::format("needs {}", name_of(isa_))};
    if (auto reason = obstacle(problem)) return Refusal{*reason};
    const Layout layout = kernels_.lanes == 16 ? Layout::kBlocked16 : Layout::kBlocked8;
    LayoutOffer offer{std::vector(problem.inputs.size(), Layout::kLinear), {layout}};
    offer.inputs[0] = layout;
    return std::vector{offer};
  }

  double estimate(const Problem& problem) const override {
    constexpr double kRate = 80e9;       // FLOP/s a core
    constexpr double kBandwidth = 20e9;  // bytes/s
    return flops_of(problem) / (kRate * concurrency()) + bytes_moved(problem) / kBandwidth;
  }

  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_deconv(problem, kernels_.lanes);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return bind_deconv(problem, packed, kernels_);
  }

 private:
  std::string_view name_;
  Isa isa_;
  const DeconvKernels& kernels_;
};

}  // namespace

std::span<const Tactic* const> deconv_tactics() {
  static const DeconvTactic for_avx512("deconv_gather_avx512", Isa::kAvx512, avx512::kDeconv);
  static const DeconvTactic for_avx2("deconv_gather_avx2", Isa::kAvx2, avx2::kDeconv);
  static const std::array<const Tactic*, 2> table = {&for_avx512, &for_avx2};
  return table;
}

}  // namespace tenon
