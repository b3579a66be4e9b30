#include "cuda/kernels/depthwise/depthwise_tactics.h"

#include <algorithm>
#include <memory>

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/device_facts.h"
#include "cuda/estimates.h"
#include "cuda/kernels/depthwise/depthwise_params.h"
#include "cuda/kernels/igemm/conv_geometry.h"

namespace tenon {
namespace {

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

class DepthwiseConv final : public Tactic {
 public:
  DepthwiseConv(std::string_view name, Layout layout) : name_(name), layout_(layout) {}
  std::string_view name() const override { return name_; }
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
    // Images of a concatenation's slice may begin anywhere.
    const bool aligned = p.x_image % 8 == 0 && p.y_image % 8 == 0 && p.residual_image % 8 == 0;
    const DeviceFacts& gpu = device_facts();
    DepthwiseKernel kernel =
        choose_depthwise(p, type_of(problem.inputs[0].dtype), static_cast<int>(g.n),
                         layout_ == Layout::kChannelsLast, aligned, gpu.multiprocessors);
    kernel.shape.dependent = dependent_launches();
    return std::make_unique<DepthwiseLaunch>(p, kernel);
  }

 private:
  // Floats before the weights, which begin at a multiple of 16 bytes.
  static int64_t padded(int64_t channels) { return (channels + 7) / 8 * 8; }

  std::string_view name_;
  Layout layout_;
};

}  // namespace

std::span<const Tactic* const> depthwise_conv_tactics() {
  static const DepthwiseConv channels_last{"conv_depthwise_channels_last", Layout::kChannelsLast};
  static const DepthwiseConv linear{"conv_depthwise_linear", Layout::kLinear};
  static const Tactic* const all[] = {&channels_last, &linear};
  return all;
}

}  // namespace tenon
