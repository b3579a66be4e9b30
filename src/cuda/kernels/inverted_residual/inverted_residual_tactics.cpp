#include "cuda/kernels/inverted_residual/inverted_residual_tactics.h"

#include <algorithm>

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/device_facts.h"
#include "cuda/estimates.h"
#include "cuda/kernels/inverted_residual/residual_geometry.h"
#include "device/offers.h"

namespace tenon {
namespace {

class InvertedResidualLaunch final : public Launch {
 public:
  InvertedResidualLaunch(const InvertedResidualParams& params, InvertedResidualFunction function,
                         const LaunchShape& shape, bool keeps_x)
      : params_(params), function_(function), shape_(shape), keeps_x_(keeps_x) {}

  void run(const LaunchArgs& args) const override {
    if (shape_.blocks == 0) return;
    InvertedResidualParams params = params_;
    params.x = args.inputs[0];
    if (args.inputs.size() > InvertedResidual::kResidual) {
      params.residual = args.inputs[InvertedResidual::kResidual];
    }
    params.residual_is_x = keeps_x_ && params.residual == params.x;
    params.y = args.outputs[0];
    launch_kernel(function_, shape_, params, stream_of(args));
    check_launch("inverted_residual");
  }

 private:
  InvertedResidualParams params_;
  InvertedResidualFunction function_;
  LaunchShape shape_;
  bool keeps_x_;  // whether blocks have what of x may be the residual
};

class InvertedResidualTactic final : public DependentTactic {
 public:
  // Of warps that make so many rows each, with so many blocks a multiprocessor.
  InvertedResidualTactic(int rows, int blocks)
      : name_(fmt::format("inverted_residual_{}x8_b{}", rows, blocks)),
        rows_(rows),
        blocks_(blocks) {}
  std::string_view name() const override { return name_; }

  Offer offer(const Problem& problem) const override {
    if (device_facts().sm != kHopper) return Refusal{"the GPU is not Hopper"};
    const auto geometry = residual_geometry(problem);
    if (const auto* refusal = std::get_if<Refusal>(&geometry)) return *refusal;
    const auto& g = std::get<ResidualGeometry>(geometry);
    if (shape_for(g) < 0) return Refusal{"too many channels of the result for so many rows a warp"};
    InvertedResidualParams params = residual_params(g, problem.inputs[0].dtype);
    const LaunchShape launch = fit(g, blocks_, params);
    if (launch.threads == 0) return Refusal{"too little shared memory"};
    InvertedResidualParams smaller = params;
    if (blocks_ == 1 && fit(g, 2, smaller).threads == launch.threads) {
      return Refusal{"two blocks fit a multiprocessor"};
    }
    return std::vector{uniform_offer(problem, Layout::kChannelsLast)};
  }

  double estimate(const Problem& problem) const override {
    constexpr double kShareOfPeak = 0.1, kLaunch = 3e-6;
    return kLaunch +
           std::max(gpu_memory_seconds(problem),
                    gpu_compute_seconds(flops_of(problem), problem.inputs[0].dtype, kShareOfPeak));
  }

  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_residual(problem, std::get<ResidualGeometry>(residual_geometry(problem)));
  }

  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const auto g = std::get<ResidualGeometry>(residual_geometry(problem));
    const DataType type = problem.inputs[0].dtype;
    InvertedResidualParams params = residual_params(g, type);
    LaunchShape launch = fit(g, blocks_, params);
    if (launch.threads == 0) fail("{}: no tile fits the multiprocessor", name_);
    launch.dependent = dependent_launches();
    params.chunks = packed.constants.data();
    params.bias = reinterpret_cast<const float*>(packed.constants.data() + residual_bias_offset(g));
    const int shape = shape_for(g);
    const bool curved = params.act1.kind != MiddleActivationKind::kClamp ||
                        params.act2.kind != MiddleActivationKind::kClamp;
    const InvertedResidualFunction function = type == DataType::kF16
                                                  ? inverted_residual_f16(shape, curved)
                                                  : inverted_residual_bf16(shape, curved);
    cudaFuncSetAttribute(reinterpret_cast<const void*>(function),
                         cudaFuncAttributeMaxDynamicSharedMemorySize,
                         static_cast<int>(device_facts().shared_bytes));
    check_launch("inverted_residual's shared memory");
    return std::make_unique<InvertedResidualLaunch>(params, function, launch, keeps_x(problem, g));
  }

 private:
  // Whether a block's windows have the pixels of x that lie where those of y do.
  static bool keeps_x(const Problem& problem, const ResidualGeometry& g) {
    constexpr int64_t kWindow = 3;
    return g.expands && g.stride == 1 && g.pad_top < kWindow && g.pad_left < kWindow &&
           problem.inputs[0].dims == problem.outputs[0].dims;
  }
  // The shape of the kernel, -1 for none.
  int shape_for(const ResidualGeometry& g) const {
    const auto shapes = residual_shapes();
    const auto at = std::ranges::find_if(shapes, [&](const ResidualShapeInfo& s) {
      return s.stride == g.stride && s.strip_rows == rows_ && s.columns >= g.columns;
    });
    return at == shapes.end() ? -1 : static_cast<int>(at - shapes.begin());
  }
  LaunchShape fit(const ResidualGeometry& g, int blocks, InvertedResidualParams& params) const {
    return fit_inverted_residual(residual_shapes()[static_cast<size_t>(shape_for(g))], blocks,
                                 static_cast<int>(g.images), device_facts().shared_bytes, params);
  }

  std::string name_;
  int rows_;
  int blocks_;
};

}  // namespace

std::span<const Tactic* const> inverted_residual_tactics() {
  static const std::vector<const Tactic*> all = [] {
    std::vector<const Tactic*> tactics;
    for (const int rows : {8, 4, 2}) {
      for (const int blocks : {2, 1}) {
        tactics.push_back(new InvertedResidualTactic(rows, blocks));  // never destroyed
      }
    }
    return tactics;
  }();
  return all;
}

}  // namespace tenon
