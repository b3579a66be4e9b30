#include "cpu/kernels/winograd/winograd_tactics.h"

#include <algorithm>
#include <array>
#include <optional>

#include "cpu/isa.h"
#include "cpu/kernels/winograd/winograd_launch.h"
#include "cpu/kernels/winograd/work_sharing.h"
#include "ops/conv.h"

namespace tenon {

namespace {

bool all_are(const std::vector<int64_t>& values, int64_t value) {
  return std::all_of(values.begin(), values.end(), [&](int64_t v) { return v == value; });
}

bool within(const std::vector<int64_t>& values, int64_t low, int64_t high) {
  return std::all_of(values.begin(), values.end(),
                     [&](int64_t v) { return v >= low && v <= high; });
}

// Why Winograd cannot do the problem, if so.
std::optional<std::string> obstacle(const Problem& problem) {
  const auto* conv = problem.op.as<Conv>();
  if (!conv) return "not a convolution";
  for (const auto* operands : {&problem.inputs, &problem.outputs}) {
    for (const OperandDesc& d : *operands) {
      if (d.present && d.dtype != DataType::kF32) return "not FP32 throughout";
    }
  }
  if (problem.inputs[0].dims.rank() != 4) return "not two-dimensional";
  const Dims& w = problem.inputs[1].dims;
  if (w[2] != 3 || w[3] != 3) return "the kernel is not 3x3";
  if (!all_are(conv->stride, 1)) return "the stride is not 1";
  if (!all_are(conv->dilation, 1)) return "dilated";
  if (conv->groups != 1) return "grouped";
  if (!within(conv->pad_begin, 0, 2) || !within(conv->pad_end, 0, 2)) {
    return "padding outside of 0..2";
  }
  if (!problem.inputs[1].is_constant) return "the weights are not constant";
  if (problem.inputs.size() > 2 && problem.inputs[2].present && !problem.inputs[2].is_constant) {
    return "the bias is not constant";
  }
  return std::nullopt;
}

class WinogradTactic : public Tactic {
 public:
  WinogradTactic(std::string_view name, Isa isa, const WinogradKernels& kernels)
      : name_(name), isa_(isa), kernels_(kernels) {}

  std::string_view name() const override { return name_; }
  bool strided() const override { return true; }

  Offer offer(const Problem& problem) const override {
    if (tenon::isa() < isa_) return Refusal{fmt::format("needs {}", name_of(isa_))};
    if (auto reason = obstacle(problem)) return Refusal{*reason};
    const Layout layout = kernels_.lanes == 16 ? Layout::kBlocked16 : Layout::kBlocked8;
    LayoutOffer offer;
    for (size_t i = 0; i < problem.inputs.size(); ++i) {
      offer.inputs.push_back(i == 1 || i == 2 ? Layout::kLinear : layout);
    }
    offer.outputs = {layout};
    return std::vector{offer};
  }

  int in_place_input(const Problem& problem) const override {
    return problem.inputs.size() > 3 && problem.inputs[3].present ? 3 : -1;
  }

  double estimate(const Problem& problem) const override {
    constexpr double kRate = 80e9;       // FLOP/s a core
    constexpr double kBandwidth = 40e9;  // bytes/s
    const WinogradShape s = winograd_shape(problem, kernels_.out_side);
    const auto tiles = static_cast<double>(s.tiles());
    const auto channels = static_cast<double>(s.channels), filters = static_cast<double>(s.filters);
    const double side = kernels_.out_side + 2;
    const double points = side * side;
    const double products = 2 * points * tiles * channels * filters;
    // Each transform takes about 2 m + 4 operations a point along either axis.
    const double per_point = 4 * side;
    const double transforms =
        per_point * points * (tiles * (channels + filters) + channels * filters);
    return (products + transforms) / (kRate * concurrency()) + bytes_moved(problem) / kBandwidth;
  }

  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_winograd(problem, kernels_.lanes);
  }

  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const WinogradShape shape = winograd_shape(problem, kernels_.out_side);
    return bind_winograd(problem, packed, kernels_,
                         choose_blocking(shape, kernels_, concurrency()));
  }

 private:
  std::string_view name_;
  Isa isa_;
  const WinogradKernels& kernels_;
};

}  // namespace

std::span<const Tactic* const> winograd_tactics() {
  static const WinogradTactic f4_avx512("winograd_f4_avx512", Isa::kAvx512, avx512::kWinograd4);
  static const WinogradTactic f6_avx512("winograd_f6_avx512", Isa::kAvx512, avx512::kWinograd6);
  static const WinogradTactic f2_avx512("winograd_f2_avx512", Isa::kAvx512, avx512::kWinograd2);
  static const WinogradTactic f4_avx2("winograd_f4_avx2", Isa::kAvx2, avx2::kWinograd4);
  static const WinogradTactic f6_avx2("winograd_f6_avx2", Isa::kAvx2, avx2::kWinograd6);
  static const WinogradTactic f2_avx2("winograd_f2_avx2", Isa::kAvx2, avx2::kWinograd2);
  static const std::array<const Tactic*, 6> table = {&f4_avx512, &f6_avx512, &f2_avx512,
                                                     &f4_avx2,   &f6_avx2,   &f2_avx2};
  return table;
}

}  // namespace tenon
