#include "cuda/kernels/depthwise/depthwise_tactics.h"

#include <algorithm>
#include <memory>

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/device_facts.h"
#include "cuda/estimates.h"
#include "cuda/kernels/depthwise/depthwise_params.h"
#include "cuda/kernels/igemm/conv_geometry.h"

namespace tenon {
namespace {

constexpr int64_t kEnoughThreads = 256;  // a multiprocessor

DepthwiseType type_of(DataType type) {
  return type == DataType::kF32   ? DepthwiseType::kF32
         : type == DataType::kF16 ? DepthwiseType::kF16
                                  : DepthwiseType::kBF16;
}

class DepthwiseLaunch final : public Launch {
 public:
  DepthwiseLaunch(const DepthwiseParams& params, const DepthwiseKernel& kernel)
      : params_(params), kernel_(kernel) {}

  void run(const LaunchArgs& args) const override {
    if (params_.items == 0) return;
    DepthwiseParams p = params_;
    p.x = args.inputs[0];
    p.residual = args.inputs.size() > kResidualOperand ? args.inputs[kResidualOperand] : nullptr;
    p.y = args.outputs[0];
    launch_depthwise(kernel_, p, stream_of(args));
    check_launch("depthwise convolution");
  }

 private:
  DepthwiseParams params_;
  DepthwiseKernel kernel_;
};

class DepthwiseConv final : public DependentTactic {
 public:
  DepthwiseConv(std::string_view name, Layout layout, const DepthwiseTile& tile = {})
      : name_(name), layout_(layout), tile_(tile) {}
  std::string_view name() const override { return name_; }
  int version() const override { return 2; }
  bool strided() const override { return true; }
  int in_place_input(const Problem& problem) const override { return residual_in_place(problem); }

  Offer offer(const Problem& problem) const override {
    const auto geometry = conv_geometry(problem);
    if (const auto* refusal = std::get_if<Refusal>(&geometry)) return *refusal;
    const auto& g = std::get<ConvGeometry>(geometry);
    const DataType type = problem.inputs[0].dtype;
    if (type != DataType::kF32 && type != DataType::kF16 && type != DataType::kBF16) {
      return Refusal{"neither FP32, FP16 nor BF16"};
    }
    if (g.groups != g.c || g.groups != g.k) return Refusal{"not one channel a group"};
    if (!fits_32_bits(problem)) return Refusal{"a tensor has 2^31 elements or more"};
    return conv_offer(problem, layout_, layout_);
  }

  double estimate(const Problem& problem) const override {
    return (layout_ == Layout::kChannelsLast ? 1.2 : 3) * gpu_memory_seconds(problem);
  }

  // The bias in FP32, then the weights: channels last [tap][channel], linear [channel][tap].
  std::vector<std::byte> pack(const Problem& problem) const override {
    const auto g = std::get<ConvGeometry>(conv_geometry(problem));
    std::vector<std::byte> blob(static_cast<size_t>((g.taps() + 1) * padded(g.c)) * sizeof(float));
    auto* packed = reinterpret_cast<float*>(blob.data());
    if (g.has_bias) {
      const TensorView bias = problem.inputs[2].constant->view();
      for (int64_t c = 0; c < g.c; ++c) packed[c] = static_cast<float>(element(bias, c));
    }
    const TensorView weights = problem.inputs[1].constant->view();
    for (int64_t c = 0; c < g.c; ++c) {
      for (int64_t tap = 0; tap < g.taps(); ++tap) {
        const int64_t to = layout_ == Layout::kChannelsLast ? tap * g.c + c : c * g.taps() + tap;
        packed[padded(g.c) + to] = static_cast<float>(element(weights, c * g.taps() + tap));
      }
    }
    return blob;
  }

  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const auto g = std::get<ConvGeometry>(conv_geometry(problem));
    const auto* constants = reinterpret_cast<const float*>(packed.constants.data());
    DepthwiseParams p;
    p.bias = g.has_bias ? constants : nullptr;
    p.weights = constants + padded(g.c);
    p.x_image = problem.inputs[0].stride0();
    p.y_image = problem.outputs[0].stride0();
    p.residual_image = g.has_residual ? problem.inputs[kResidualOperand].stride0() : 0;
    p.channels = static_cast<int>(g.c);
    p.height = static_cast<int>(g.h);
    p.width = static_cast<int>(g.w);
    p.out_height = static_cast<int>(g.oh);
    p.out_width = static_cast<int>(g.ow);
    p.kernel_h = static_cast<int>(g.kh);
    p.kernel_w = static_cast<int>(g.kw);
    p.stride_h = static_cast<int>(g.stride_h);
    p.stride_w = static_cast<int>(g.stride_w);
    p.dilation_h = static_cast<int>(g.dilation_h);
    p.dilation_w = static_cast<int>(g.dilation_w);
    p.pad_top = static_cast<int>(g.pad_top);
    p.pad_left = static_cast<int>(g.pad_left);
    p.act = activation_params(g.act);
    DepthwiseKernel kernel =
        choose_depthwise(p, type_of(problem.inputs[0].dtype), static_cast<int>(g.n),
                         layout_ == Layout::kChannelsLast, tile_for(problem, p));
    kernel.shape.dependent = dependent_launches();
    return std::make_unique<DepthwiseLaunch>(p, kernel);
  }

 private:
  // The tile, or one of single elements where vectors of channels would not be aligned: images of a
  // concatenation's slice may begin anywhere.
  DepthwiseTile tile_for(const Problem& problem, const DepthwiseParams& p) const {
    if (layout_ == Layout::kLinear) {
      const int64_t threads = problem.outputs[0].dims.volume() / 4;
      return {1, threads >= kEnoughThreads * device_facts().multiprocessors ? 4 : 1};
    }
    DepthwiseTile tile = tile_;
    if (problem.inputs[0].dtype == DataType::kF32) tile.channels = 4;
    const auto fits = [&](int64_t elements) { return elements % tile.channels == 0; };
    const bool aligned =
        fits(p.channels) && fits(p.x_image) && fits(p.y_image) && fits(p.residual_image);
    return aligned ? tile : DepthwiseTile{};
  }

  // Floats before the weights, which begin at a multiple of 16 bytes.
  static int64_t padded(int64_t channels) { return (channels + 7) / 8 * 8; }

  std::string_view name_;
  Layout layout_;
  DepthwiseTile tile_;
};

}  // namespace

std::span<const Tactic* const> depthwise_conv_tactics() {
  static const DepthwiseConv wide{"conv_depthwise_8x4", Layout::kChannelsLast, {8, 4}};
  static const DepthwiseConv wide2{"conv_depthwise_8x2", Layout::kChannelsLast, {8, 2}};
  static const DepthwiseConv half{"conv_depthwise_4x4", Layout::kChannelsLast, {4, 4}};
  static const DepthwiseConv half2{"conv_depthwise_4x2", Layout::kChannelsLast, {4, 2}};
  static const DepthwiseConv linear{"conv_depthwise_linear", Layout::kLinear};
  static const Tactic* const all[] = {&wide, &wide2, &half, &half2, &linear};
  return all;
}

}  // namespace tenon
