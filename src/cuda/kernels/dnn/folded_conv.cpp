#include "cuda/kernels/dnn/folded_conv.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "base/error.h"
#include "base/rounding.h"
#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/estimates.h"
#include "cuda/kernels/dnn/fold_kernels.h"
#include "ops/conv.h"

namespace tenon {
namespace {

constexpr int64_t kMostChannels = 4;
constexpr int64_t kMultiple = 8;  // channels that tensor cores like
constexpr size_t kAlignment = 256;

int64_t value_or(const std::vector<int64_t>& list, size_t axis, int64_t otherwise) {
  return axis < list.size() ? list[axis] : otherwise;
}
size_t aligned(size_t bytes) { return round_up(bytes, kAlignment); }

std::string refusal_of(const Problem& p) {
  const Conv& conv = *p.op.as<Conv>();
  const Dims& x = p.inputs[0].dims;
  const Dims& w = p.inputs[1].dims;
  if (x.rank() != 4) return "the images are not two-dimensional";
  if (x[1] > kMostChannels) return fmt::format("the images have {} channels", x[1]);
  if (conv.groups != 1) return "the convolution has groups";
  if (!p.inputs[1].is_constant) return "the weights are not constant";
  const int64_t stride = value_or(conv.stride, 0, 1);
  if (value_or(conv.stride, 1, 1) != stride) return "the strides differ";
  if (value_or(conv.dilation, 0, 1) != 1 || value_or(conv.dilation, 1, 1) != 1) {
    return "the convolution is dilated";
  }
  if (w[2] < stride || w[3] < stride) return "the windows leave gaps";
  constexpr int64_t kMost = int64_t{1} << 31;
  if (x.volume() >= kMost || p.outputs[0].dims.volume() >= kMost) {
    return "a tensor has 2^31 elements or more";
  }
  return {};
}

// The convolution that remains, over the folded image.
struct Folded {
  int64_t stride;
  Problem problem;

  explicit Folded(const Problem& p) : problem(p) {
    Conv conv = *p.op.as<Conv>();
    stride = value_or(conv.stride, 0, 1);
    conv.stride = conv.pad_begin = conv.pad_end = conv.dilation = {};
    problem.op = conv;
    const Dims& w = p.inputs[1].dims;
    const Dims& y = p.outputs[0].dims;
    const int64_t channels = ceil_div(p.inputs[0].dims[1] * stride * stride, kMultiple) * kMultiple;
    const int64_t height = ceil_div(w[2], stride), width = ceil_div(w[3], stride);
    OperandDesc& x = problem.inputs[0];
    x.dims = {y[0], channels, y[2] + height - 1, y[3] + width - 1};
    x.layout = Layout::kChannelsLast;
    x.batch_stride = 0;
    problem.inputs[1].dims = {w[0], channels, height, width};
    problem.inputs[1].constant = nullptr;
  }
};

// w[k][c][r][s] to [k][(r%stride*stride + s%stride)*C + c][r/stride][s/stride].
Tensor folded_weights(const Tensor& w, const Dims& folded, int64_t stride) {
  const Dims& d = w.dims();
  const size_t element = bytes_of(w.dtype(), 1);
  return Tensor::make(w.dtype(), folded, [&](const TensorView& view) {
    const std::byte* from = w.bytes().data();
    auto* to = view.as<std::byte>();
    for (int64_t k = 0; k < d[0]; ++k) {
      for (int64_t c = 0; c < d[1]; ++c) {
        for (int64_t r = 0; r < d[2]; ++r) {
          for (int64_t s = 0; s < d[3]; ++s, from += element) {
            const int64_t channel = (r % stride * stride + s % stride) * d[1] + c;
            const int64_t at =
                ((k * folded[1] + channel) * folded[2] + r / stride) * folded[3] + s / stride;
            std::memcpy(to + static_cast<size_t>(at) * element, from, element);
          }
        }
      }
    }
  });
}

FoldParams fold_params(const Problem& p, const Folded& folded) {
  const Conv& conv = *p.op.as<Conv>();
  const Dims& x = p.inputs[0].dims;
  const Dims& y = folded.problem.inputs[0].dims;
  FoldParams f{.x_image = p.inputs[0].stride0(), .images = x[0]};
  const bool channels_last = p.inputs[0].layout == Layout::kChannelsLast;
  f.x_channel = channels_last ? 1 : x[2] * x[3];
  f.x_column = channels_last ? x[1] : 1;
  f.x_row = f.x_column * x[3];
  f.channels = static_cast<int>(x[1]);
  f.height = static_cast<int>(x[2]);
  f.width = static_cast<int>(x[3]);
  f.stride = static_cast<int>(folded.stride);
  f.pad_top = static_cast<int>(value_or(conv.pad_begin, 0, 0));
  f.pad_left = static_cast<int>(value_or(conv.pad_begin, 1, 0));
  f.folded_channels = static_cast<int>(y[1]);
  f.folded_height = static_cast<int>(y[2]);
  f.folded_width = static_cast<int>(y[3]);
  f.element_bytes = static_cast<int>(bytes_of(p.inputs[0].dtype, 1));
  return f;
}

class FoldedLaunch final : public Launch {
 public:
  FoldedLaunch(const Problem& p, const Folded& folded, std::unique_ptr<Launch> inner)
      : params_(fold_params(p, folded)),
        folded_bytes_(aligned(folded.problem.inputs[0].bytes())),
        inner_(std::move(inner)) {}

  size_t workspace_bytes() const override {
    return folded_bytes_ + inner_->workspace_bytes() + kAlignment;
  }
  void run(const LaunchArgs& args) const override {
    auto* image = reinterpret_cast<std::byte*>(aligned(reinterpret_cast<size_t>(args.workspace)));
    FoldParams params = params_;
    params.x = args.inputs[0];
    params.y = image;
    launch_fold(params, stream_of(args));
    check_launch("folding an image");
    std::array<const void*, 4> inputs{};
    std::copy(args.inputs.begin(), args.inputs.end(), inputs.begin());
    inputs[0] = image;
    LaunchArgs rest = args;
    rest.inputs = std::span(inputs).first(args.inputs.size());
    rest.workspace = image + folded_bytes_;
    inner_->run(rest);
  }

 private:
  FoldParams params_;
  size_t folded_bytes_;
  std::unique_ptr<Launch> inner_;
};

class FoldedConvTactic final : public Tactic {
 public:
  explicit FoldedConvTactic(const Tactic& inner)
      : inner_(inner),
        packing_(fmt::format("folded_{}", inner.packing())),
        name_(fmt::format("folded_{}", inner.name())) {}

  std::string_view name() const override { return name_; }
  std::string_view packing() const override { return packing_; }
  int version() const override { return inner_.version(); }
  bool compiles_for_dims() const override { return inner_.compiles_for_dims(); }

  Offer offer(const Problem& problem) const override {
    if (std::string reason = refusal_of(problem); !reason.empty()) return Refusal{reason};
    const Offer inner = inner_.offer(Folded(problem).problem);
    const auto* offers = std::get_if<std::vector<LayoutOffer>>(&inner);
    if (offers == nullptr) return inner;
    std::vector<LayoutOffer> result;
    for (const LayoutOffer& offer : *offers) {
      if (offer.inputs[0] != Layout::kChannelsLast) continue;
      for (const Layout layout : {Layout::kChannelsLast, Layout::kLinear}) {
        result.push_back(offer);
        result.back().inputs[0] = layout;
      }
    }
    if (result.empty()) return Refusal{"the folded convolution is not done in channels-last"};
    return result;
  }
  double estimate(const Problem& problem) const override {
    return gpu_memory_seconds(problem) + inner_.estimate(Folded(problem).problem);
  }
  std::vector<std::byte> pack(const Problem& problem) const override {
    Folded folded(problem);
    OperandDesc& w = folded.problem.inputs[1];
    const Tensor weights = folded_weights(*problem.inputs[1].constant, w.dims, folded.stride);
    w.constant = &weights;
    return inner_.pack(folded.problem);
  }
  std::vector<std::byte> compile(const Problem& problem) const override {
    return inner_.compile(Folded(problem).problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const Folded folded(problem);
    return std::make_unique<FoldedLaunch>(problem, folded, inner_.bind(folded.problem, packed));
  }

 private:
  const Tactic& inner_;
  std::string packing_, name_;
};

}  // namespace

std::unique_ptr<const Tactic> folded_conv_tactic(const Tactic& inner) {
  return std::make_unique<FoldedConvTactic>(inner);
}

}  // namespace tenon
