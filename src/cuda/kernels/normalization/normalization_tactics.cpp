#include "cuda/kernels/normalization/normalization_tactics.h"

#include "base/error.h"
#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/estimates.h"
#include "cuda/kernels/normalization/normalization_loops.h"
#include "cuda/kernels/rows/float_problem.h"
#include "device/launch.h"
#include "device/packed_constants.h"
#include "ops/normalization.h"

namespace tenon {
namespace {

using Form = NormalizationLoops::Form;

bool is_empty(const Problem& problem) { return problem.outputs[0].dims.volume() == 0; }

class NormalizationLaunch final : public Launch {
 public:
  NormalizationLaunch(const Problem& problem, std::span<const std::byte> packed)
      : empty_(is_empty(problem)) {
    if (empty_) return;
    const auto loops = normalization_loops(problem);
    if (!loops) fail("normalization over such axes is not what the tactic does");
    l_ = *loops;
    for (size_t p = 0; p < 2; ++p) {
      present_[p] = p + 1 < problem.inputs.size() && problem.inputs[p + 1].present;
      if (present_[p]) l_.walks[p].data = packed_constant(problem, packed, p + 1);
    }
  }

  size_t workspace_bytes() const override {
    if (empty_ || l_.form == Form::kColumns) return 0;
    const int64_t moments = l_.form == Form::kRows ? normalization_row_moments(l_.shape)
                                                   : normalization_image_moments(l_.images);
    return static_cast<size_t>(moments) * sizeof(Moments);
  }

  void run(const LaunchArgs& args) const override {
    if (empty_) return;
    const void* x = args.inputs[0];
    void* y = args.outputs[0];
    const NormalizationParameter scale = parameter(args, 0), bias = parameter(args, 1);
    auto* moments = static_cast<Moments*>(args.workspace);
    switch (l_.form) {
      case Form::kRows:
        launch_normalize_rows(l_.shape, x, scale, bias, y, moments, stream_of(args));
        break;
      case Form::kColumns:
        launch_normalize_columns(l_.shape, x, scale, bias, y, stream_of(args));
        break;
      case Form::kImages:
        launch_normalize_images(l_.images, x, scale.data, bias.data, y, moments, stream_of(args));
        break;
    }
    check_launch("normalization");
  }

 private:
  NormalizationParameter parameter(const LaunchArgs& args, size_t p) const {
    NormalizationParameter parameter = l_.walks[p];
    if (present_[p] && parameter.data == nullptr) parameter.data = args.inputs[p + 1];
    return parameter;
  }

  NormalizationLoops l_;
  std::array<bool, 2> present_{};
  bool empty_;
};

// Moments are computed in FP32 from what is held in registers, or in parts that are merged.
class NormalizationLines final : public DependentTactic {
 public:
  std::string_view name() const override { return "normalization_lines"; }
  Offer offer(const Problem& problem) const override {
    if (const auto refusal = rows::refuse_unless_float(problem)) return *refusal;
    const Dims& dims = problem.inputs[0].dims;
    if (dims.rank() == 0) return Refusal{"takes no scalar"};
    std::vector<LayoutOffer> offers;
    for (const Layout layout : {Layout::kLinear, Layout::kChannelsLast}) {
      if (layout != Layout::kLinear && (dims.rank() < 3 || !has_channels(dims))) continue;
      Problem laid = problem;
      laid.inputs[0].layout = layout;
      if (!is_empty(problem) && !normalization_loops(laid)) continue;
      LayoutOffer offer = uniform_offer(problem, Layout::kLinear);
      offer.inputs[0] = layout;
      offer.outputs[0] = layout;
      offers.push_back(offer);
    }
    if (offers.empty()) return Refusal{"normalizes no axes that lie apart from each other"};
    return offers;
  }
  int in_place_input(const Problem&) const override { return 0; }
  double estimate(const Problem& problem) const override { return gpu_memory_seconds(problem); }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return std::make_unique<NormalizationLaunch>(problem, packed);
  }
};

}  // namespace

std::span<const Tactic* const> normalization_tactics() {
  static const NormalizationLines lines;
  static const Tactic* const table[] = {&lines};
  return table;
}

}  // namespace tenon
