#include "cuda/kernels/deconv/deconv_tactics.h"

#include <cstring>
#include <memory>

#include "base/rounding.h"
#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/device_facts.h"
#include "cuda/estimates.h"
#include "cuda/kernels/deconv/deconv_params.h"
#include "cuda/kernels/igemm/conv_geometry.h"

namespace tenon {
namespace {

size_t weight_bytes(const ConvGeometry& g, DataType type) {
  const size_t bytes = bytes_of(type, g.taps() * g.c / g.groups * g.k);
  return round_up(bytes, size_t{64});
}

class DeconvLaunch final : public Launch {
 public:
  DeconvLaunch(const DeconvParams& params, DataType type)
      : params_(params),
        type_(type == DataType::kF32   ? DeconvType::kF32
              : type == DataType::kF16 ? DeconvType::kF16
                                       : DeconvType::kBF16),
        dependent_(dependent_launches()) {}

  void run(const LaunchArgs& args) const override {
    if (params_.items == 0) return;
    DeconvParams p = params_;
    p.x = args.inputs[0];
    p.y = args.outputs[0];
    launch_deconv(p, type_, dependent_, stream_of(args));
    check_launch("deconvolution");
  }

 private:
  DeconvParams params_;
  DeconvType type_;
  bool dependent_;
};

class DeconvGather final : public DependentTactic {
 public:
  DeconvGather(std::string_view name, Layout layout) : name_(name), layout_(layout) {}
  std::string_view name() const override { return name_; }
  bool strided() const override { return true; }
  bool pitched(const Problem& problem) const override { return fits_32_bits(problem); }

  Offer offer(const Problem& problem) const override {
    const auto geometry = conv_geometry(problem);
    if (const auto* refusal = std::get_if<Refusal>(&geometry)) return *refusal;
    const DataType type = problem.inputs[0].dtype;
    if (type != DataType::kF32 && type != DataType::kF16 && type != DataType::kBF16) {
      return Refusal{"neither FP32, FP16 nor BF16"};
    }
    if (!fits_32_bits(problem)) return Refusal{"a tensor has 2^31 elements or more"};
    return conv_offer(problem, layout_, layout_);
  }

  double estimate(const Problem& problem) const override {
    constexpr double kShare = 0.05;  // of the rate without tensor cores
    return gpu_memory_seconds(problem) +
           gpu_compute_seconds(flops_of(problem), DataType::kF32, kShare);
  }

  // The weights as [tap][channel of a group][filter], then the bias in FP32.
  std::vector<std::byte> pack(const Problem& problem) const override {
    const auto g = std::get<ConvGeometry>(conv_geometry(problem));
    const DataType type = problem.inputs[0].dtype;
    const size_t size = bytes_of(type, 1);
    std::vector<std::byte> blob(weight_bytes(g, type) +
                                (g.has_bias ? static_cast<size_t>(g.k) * sizeof(float) : 0));
    const auto from = problem.inputs[1].constant->bytes();
    const int64_t group_filters = g.k / g.groups, group_channels = g.c / g.groups;
    for (int64_t c = 0; c < g.c; ++c) {
      for (int64_t f = 0; f < group_filters; ++f) {
        const int64_t filter = c / group_channels * group_filters + f;
        for (int64_t tap = 0; tap < g.taps(); ++tap) {
          const int64_t to = (tap * group_channels + c % group_channels) * g.k + filter;
          std::memcpy(
              blob.data() + static_cast<size_t>(to) * size,
              from.data() + static_cast<size_t>((c * group_filters + f) * g.taps() + tap) * size,
              size);
        }
      }
    }
    if (!g.has_bias) return blob;
    auto* bias = reinterpret_cast<float*>(blob.data() + weight_bytes(g, type));
    const TensorView values = problem.inputs[2].constant->view();
    for (int64_t k = 0; k < g.k; ++k) bias[k] = static_cast<float>(element(values, k));
    return blob;
  }

  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const auto g = std::get<ConvGeometry>(conv_geometry(problem));
    const DataType type = problem.inputs[0].dtype;
    DeconvParams p;
    p.weights = packed.constants.data();
    p.bias = g.has_bias
                 ? reinterpret_cast<const float*>(packed.constants.data() + weight_bytes(g, type))
                 : nullptr;
    p.x_image = problem.inputs[0].stride0();
    p.y_image = problem.outputs[0].stride0();
    p.channels_last = layout_ == Layout::kChannelsLast;
    p.x_channel = p.channels_last ? 1 : g.h * g.w;
    p.x_pixel = p.channels_last ? g.x_pitch : 1;
    p.y_channel = p.channels_last ? 1 : g.oh * g.ow;
    p.y_pixel = p.channels_last ? g.y_pitch : 1;
    p.items = g.rows() * g.k;
    p.group_channels = static_cast<int>(g.c / g.groups);
    p.group_filters = static_cast<int>(g.k / g.groups);
    p.filters = static_cast<int>(g.k);
    p.height = static_cast<int>(g.h);
    p.width = static_cast<int>(g.w);
    p.out_height = static_cast<int>(g.oh);
    p.out_width = static_cast<int>(g.ow);
    p.kernel_h = static_cast<int>(g.kh);
    p.kernel_w = static_cast<int>(g.kw);
    p.dilation_h = static_cast<int>(g.dilation_h);
    p.dilation_w = static_cast<int>(g.dilation_w);
    p.pad_top = static_cast<int>(g.pad_top);
    p.pad_left = static_cast<int>(g.pad_left);
    p.by_filters = FastDivisor(g.k);
    p.by_out_width = FastDivisor(g.ow);
    p.by_out_height = FastDivisor(g.oh);
    p.by_group_filters = FastDivisor(p.group_filters);
    p.by_stride_h = FastDivisor(g.stride_h);
    p.by_stride_w = FastDivisor(g.stride_w);
    p.act = activation_params(g.act);
    return std::make_unique<DeconvLaunch>(p, type);
  }

 private:
  std::string_view name_;
  Layout layout_;
};

}  // namespace

std::span<const Tactic* const> deconv_tactics() {
  static const DeconvGather channels_last{"deconv_gather_channels_last", Layout::kChannelsLast};
  static const DeconvGather linear{"deconv_gather_linear", Layout::kLinear};
  static const Tactic* const all[] = {&channels_last, &linear};
  return all;
}

}  // namespace tenon
