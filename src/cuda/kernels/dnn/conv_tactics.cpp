#include <algorithm>
#include <array>
#include <memory>

#include "base/archive.h"
#include "base/error.h"
#include "base/rounding.h"
#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/estimates.h"
#include "cuda/kernels/depthwise/depthwise_tactics.h"
#include "cuda/kernels/dnn/conv_engines.h"
#include "cuda/kernels/dnn/conv_plan.h"
#include "cuda/kernels/dnn/conv_spec.h"
#include "cuda/kernels/dnn/conv_weights.h"
#include "cuda/kernels/dnn/dnn_matmul.h"
#include "cuda/kernels/dnn/dnn_tactics.h"
#include "cuda/kernels/dnn/folded_conv.h"
#include "cuda/kernels/igemm/igemm_tactics.h"
#include "cuda/kernels/matmul/matmul_tactics.h"
#include "cuda/libraries.h"
#include "device/launch.h"
#include "device/offers.h"
#include "device/packed_constants.h"
#include "ops/conv.h"

namespace tenon {
namespace {

constexpr size_t kWorkspaceAlignment = 256;

size_t aligned(size_t bytes) { return round_up(bytes, kWorkspaceAlignment); }

// Whether kernels here do the depthwise convolution, better than cuDNN does.
bool has_own_depthwise(const Problem& problem) {
  constexpr int64_t kMostTaps = 49;
  if (!problem.op.is<Conv>()) return false;
  const Dims& w = problem.inputs[1].dims;
  if (w[1] != 1 || w.volume() > kMostTaps * w[0]) return false;
  return any_takes(depthwise_conv_tactics(), problem);
}

// How many engines are worth their build time.
size_t worthwhile_ranks(const Problem& problem, bool tf32) {
  // Operations. Below, the time is that of a launch, or of a few waves of blocks, for which cuDNN
  // names its best engines first; each engine that is tried leaves its code in host memory.
  constexpr double kTiny = 2e7;
  constexpr double kSmall = 5e8;
  const bool hopeless = problem.tf32 && !tf32 && problem.outputs[0].dtype == DataType::kF32;
  if (problem.narrower_considered) return 1;
  if (hopeless || flops_of(problem) < kTiny) return 2;
  return flops_of(problem) < kSmall ? 3 : SIZE_MAX;
}

// What a plan file holds of the engine that was timed.
struct ConvRecipe {
  std::string made_for;  // ConvSpec::key()
  ConvEngine engine;
  std::string json;  // of the plan for that spec
  static constexpr auto fields =
      std::tuple{field<1>("made_for", &ConvRecipe::made_for),
                 field<2>("engine", &ConvRecipe::engine), field<3>("json", &ConvRecipe::json)};
};

struct ChosenPlan {
  ConvEngine engine;
  std::shared_ptr<const ConvPlan> plan;
};

// The recipe's engine, with the recipe's plan where it was made for this very convolution; else
// the first engine that works.
ChosenPlan choose_plan(const ConvSpec& spec, std::span<const std::byte> code) {
  if (!code.empty()) {
    auto recipe = ArchiveReader(code).read<ConvRecipe>();
    if (recipe.made_for != spec.key()) recipe.json.clear();
    try {
      return {recipe.engine, ConvPlan::of(spec, recipe.engine, recipe.json)};
    } catch (const Error& error) {
      if (error.code() == ErrorCode::kInternal) throw;
    }
  }
  const ConvEngine engine = ConvEngines::of(spec)->choose(0);
  return {engine, ConvPlan::of(spec, engine)};
}

class DnnConvLaunch final : public Launch {
 public:
  DnnConvLaunch(const Problem& problem, const ConvSpec& spec, const Packed& packed) {
    const auto [engine, plan] = choose_plan(spec, packed.code);
    plan_ = plan;
    tensors_ = conv_tensors(spec, engine.how());
    rest_ = rest_of(spec, engine.how());
    if (rest_.any()) finish_ = conv_finish(spec, rest_);
    // The skip connection may not be overwritten before the finishing pass has read it.
    if (rest_.residual) product_bytes_ = aligned(problem.outputs[0].bytes());
    for (size_t i = 0; i < problem.inputs.size(); ++i) {
      constants_[i] = packed_constant(problem, packed.constants, i);
    }
    cudnn_handle();  // made now rather than while work is enqueued
  }

  size_t workspace_bytes() const override {
    const size_t bytes = product_bytes_ + plan_->workspace_bytes();
    return bytes == 0 ? 0 : bytes + kWorkspaceAlignment;
  }

  void run(const LaunchArgs& args) const override {
    const size_t start = aligned(reinterpret_cast<size_t>(args.workspace));
    auto* product = product_bytes_ > 0 ? reinterpret_cast<void*>(start) : args.outputs[0];
    auto* workspace =
        reinterpret_cast<void*>(plan_->workspace_bytes() > 0 ? start + product_bytes_ : 0);
    std::array<void*, 5> pointers{};
    for (size_t i = 0; i < tensors_.size(); ++i) {
      pointers[i] = tensors_[i] == kTensorY
                        ? product
                        : const_cast<void*>(operand(args, tensors_[i] - kTensorX));
    }
    plan_->run(std::span(pointers).first(tensors_.size()), workspace, stream_of(args));
    if (rest_.any()) finish(args, product);
  }

 private:
  const void* operand(const LaunchArgs& args, int64_t i) const {
    const auto at = static_cast<size_t>(i);
    return constants_.at(at) ? constants_[at] : args.inputs[at];
  }

  void finish(const LaunchArgs& args, const void* product) const {
    FinishParams p = finish_;
    p.y = args.outputs[0];
    p.product = product;
    p.bias = rest_.bias ? operand(args, kConvBias) : nullptr;
    p.residual = rest_.residual ? operand(args, kConvResidual) : nullptr;
    launch_finish(p, stream_of(args));
    check_launch("finishing a convolution");
  }

  std::shared_ptr<const ConvPlan> plan_;
  std::vector<int64_t> tensors_;
  ConvRest rest_;
  FinishParams finish_;
  size_t product_bytes_ = 0;
  std::array<const void*, 4> constants_{};
};

// The engine of a rank in cuDNN's own order.
class DnnConvTactic final : public Tactic {
 public:
  DnnConvTactic(const char* prefix, size_t rank, bool tf32)
      : rank_(rank),
        tf32_(tf32),
        packing_(prefix),
        name_(fmt::format("{}_{}{}", prefix, rank, tf32 ? "_tf32" : "")) {}

  std::string_view name() const override { return name_; }
  std::string_view packing() const override { return packing_; }
  int version() const override { return 3; }
  // Engines that write slices take up to twice as long; the one that was measured on dense tensors
  // has to read them.
  bool pitched(const Problem& problem) const override {
    if (problem.inputs[1].batch_stride != 0 || problem.outputs[0].batch_stride != 0) return false;
    if (problem.outputs[0].dims.volume() == 0) return true;
    try {
      const ConvSpec spec = spec_of(problem);
      ConvPlan::of(spec, ConvEngines::of(spec.dense())->choose(rank_));
      return true;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::kInternal) throw;
      return false;
    }
  }

  Offer offer(const Problem& problem) const override {
    if (tf32_ && !(problem.tf32 && problem.outputs[0].dtype == DataType::kF32)) {
      return Refusal{"TF32 is not allowed"};
    }
    if (const size_t ranks = worthwhile_ranks(problem, tf32_); rank_ >= ranks) {
      return Refusal{fmt::format("{} engines are enough here", ranks)};
    }
    if (serves_as_wide_variant(problem)) return Refusal{"own kernels do it beside narrower types"};
    if (has_own_depthwise(problem)) return Refusal{"own kernels do depthwise better"};
    std::vector<LayoutOffer> offers;
    std::string why;
    for (const Layout layout : {Layout::kChannelsLast, Layout::kLinear}) {
      // Narrow types in linear layout are converted inside, at a loss.
      const bool wide = problem.outputs[0].dtype == DataType::kF32 && !problem.narrower_considered;
      if (layout == Layout::kLinear && !wide && !offers.empty()) continue;
      std::string reason = refusal_of(problem, layout);
      if (reason.empty()) {
        offers.push_back(offer_of(problem, layout));
      } else {
        why = reason;
      }
    }
    if (offers.empty()) return Refusal{why};
    return offers;
  }

  double estimate(const Problem& problem) const override {
    const double rank_penalty = 1 + 0.02 * static_cast<double>(rank_);
    const double flops = flops_of(problem) / (tf32_ ? 4 : 1);
    return rank_penalty * std::max(gpu_memory_seconds(problem),
                                   gpu_compute_seconds(flops, problem.outputs[0].dtype, 0.5));
  }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_conv_constants(problem);
  }
  std::vector<std::byte> compile(const Problem& problem) const override {
    if (problem.outputs[0].dims.volume() == 0) return {};
    const ConvSpec spec = spec_of(problem);
    const auto engines = ConvEngines::of(spec.dense());
    ConvRecipe recipe{.made_for = spec.key(), .engine = engines->choose(rank_)};
    recipe.json =
        spec.is_dense() ? engines->plan_json(rank_) : ConvPlan::of(spec, recipe.engine)->json();
    ArchiveWriter writer;
    writer.write(recipe);
    return writer.take();
  }
  bool compiles_for_dims() const override { return true; }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    if (problem.outputs[0].dims.volume() == 0) return make_launch([](const LaunchArgs&) {});
    return std::make_unique<DnnConvLaunch>(problem, spec_of(problem), packed);
  }

 private:
  ConvSpec spec_of(const Problem& problem) const {
    auto spec = conv_spec(problem);
    if (const auto* refusal = std::get_if<Refusal>(&spec)) fail("{}", refusal->reason);
    std::get<ConvSpec>(spec).tf32 = tf32_;
    return std::get<ConvSpec>(std::move(spec));
  }

  std::string refusal_of(Problem problem, Layout layout) const {
    problem.inputs[0].layout = layout;
    auto spec = conv_spec(problem);
    if (const auto* refusal = std::get_if<Refusal>(&spec)) return refusal->reason;
    if (problem.outputs[0].dims.volume() == 0) return rank_ == 0 ? "" : "there is nothing to do";
    std::get<ConvSpec>(spec).tf32 = tf32_;
    const size_t engines = ConvEngines::of(std::get<ConvSpec>(spec))->offered();
    return rank_ < engines ? "" : fmt::format("cuDNN names {} engines", engines);
  }

  static LayoutOffer offer_of(const Problem& problem, Layout layout) {
    LayoutOffer offer = uniform_offer(problem, layout);
    if (problem.inputs.size() > kConvBias) offer.inputs[kConvBias] = Layout::kLinear;
    return offer;
  }

  size_t rank_;
  bool tf32_;
  std::string packing_, name_;
};

using Tactics = std::vector<std::unique_ptr<const Tactic>>;

Tactics all_ranks(const char* prefix, size_t ranks) {
  Tactics list;
  for (const bool tf32 : {true, false}) {
    for (size_t rank = 0; rank < ranks; ++rank) {
      list.push_back(std::make_unique<DnnConvTactic>(prefix, rank, tf32));
    }
  }
  return list;
}

// The first ranks of cuDNN, and products where windows do not overlap, over folded images.
Tactics folded() {
  constexpr size_t kRanks = 4;
  static const Tactics convolutions = all_ranks("cudnn", kRanks);
  Tactics list;
  for (const auto& tactic : convolutions) list.push_back(folded_conv_tactic(*tactic));
  for (const Tactic* product : lt_conv_tactics()) list.push_back(folded_conv_tactic(*product));
  return list;
}

// The first ranks of cuDNN for products.
Tactics products() {
  constexpr size_t kRanks = 3;
  static const Tactics convolutions = all_ranks("cudnn", kRanks);
  Tactics list;
  for (const auto& tactic : convolutions) list.push_back(matmul_by_convolution(*tactic));
  return list;
}

std::vector<const Tactic*> pointers(const Tactics& tactics) {
  std::vector<const Tactic*> list;
  for (const auto& tactic : tactics) list.push_back(tactic.get());
  return list;
}

}  // namespace

std::span<const Tactic* const> dnn_conv_tactics() {
  static const Tactics tactics = all_ranks("cudnn", 8);
  static const auto table = pointers(tactics);
  return table;
}

std::span<const Tactic* const> folded_conv_tactics() {
  static const Tactics tactics = folded();
  static const auto table = pointers(tactics);
  return table;
}

std::span<const Tactic* const> dnn_matmul_tactics() {
  static const Tactics tactics = products();
  static const auto table = pointers(tactics);
  return table;
}

std::span<const Tactic* const> dnn_deconv_tactics() {
  static const Tactics tactics = all_ranks("deconv_cudnn", 4);
  static const auto table = pointers(tactics);
  return table;
}

}  // namespace tenon
