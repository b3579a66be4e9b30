#include "cuda/kernels/dnn/conv_spec.h"

#include <algorithm>

#include "base/error.h"
#include "base/tensor.h"
#include "cuda/kernels/matmul/finish.h"
#include "device/offers.h"
#include "ops/conv.h"
#include "ops/deconv.h"

namespace tenon {
namespace {

bool is_present(const Problem& p, size_t i) { return i < p.inputs.size() && p.inputs[i].present; }

// Dims with at least two spatial axes.
std::vector<int64_t> widened(const Dims& dims) {
  if (dims.rank() == 3) return {dims[0], dims[1], 1, dims[2]};
  return {dims.begin(), dims.end()};
}

// A list of one number a spatial axis with its defaults, likewise.
std::vector<int64_t> widened(const std::vector<int64_t>& list, int axes, int64_t otherwise) {
  std::vector<int64_t> wide(static_cast<size_t>(std::max(axes, 2)), otherwise);
  std::copy(list.rbegin(), list.rend(), wide.rbegin());
  return wide;
}

std::string refusal_of(const Problem& p, const Activation& act) {
  const DataType type = p.outputs.at(0).dtype;
  if (type != DataType::kF32 && type != DataType::kF16 && type != DataType::kBF16) {
    return fmt::format("computes f32, f16 and bf16, not {}", name_of(type));
  }
  if (!all_of_type(p, type)) return "the operands differ in type";
  if (!cudnn_has(act) && !can_finish(act.fn, type)) {
    return fmt::format("no kernel for the activation {} of {}", name_of(act.fn), name_of(type));
  }
  if (is_present(p, kConvResidual) && p.inputs[kConvResidual].is_constant) {
    return "the residual is a constant";
  }
  constexpr int64_t kMost = int64_t{1} << 31;
  const auto too_large = [](const OperandDesc& d) { return d.dims.volume() >= kMost; };
  if (std::any_of(p.inputs.begin(), p.inputs.end(), too_large) || too_large(p.outputs[0])) {
    return "a tensor has 2^31 elements or more";
  }
  if (p.inputs[0].dims.volume() == 0 && p.outputs[0].dims.volume() != 0) {
    return "the input is empty";
  }
  return {};
}

int64_t pitch_of(const OperandDesc& d) {
  return d.layout == Layout::kChannelsLast && d.batch_stride != 0 ? d.pixel_pitch() : 0;
}

template <typename T>
ConvSpec spec_of(const Problem& p, const T& op) {
  const int axes = p.inputs[0].dims.rank() - 2;
  ConvSpec s{.type = p.outputs[0].dtype,
             .transposed = std::is_same_v<T, Deconv>,
             .channels_last = p.inputs[0].layout == Layout::kChannelsLast,
             .x = widened(p.inputs[0].dims),
             .w = widened(p.inputs[1].dims),
             .y = widened(p.outputs[0].dims),
             .x_pitch = pitch_of(p.inputs[0]),
             .residual_pitch = is_present(p, kConvResidual) ? pitch_of(p.inputs[kConvResidual]) : 0,
             .stride = widened(op.stride, axes, 1),
             .pad_begin = widened(op.pad_begin, axes, 0),
             .pad_end = widened(op.pad_end, axes, 0),
             .dilation = widened(op.dilation, axes, 1),
             .bias = is_present(p, kConvBias),
             .residual = is_present(p, kConvResidual),
             .act = op.act};
  return s;
}

}  // namespace

ConvSpec ConvSpec::dense() const {
  ConvSpec spec = *this;
  spec.x_pitch = spec.residual_pitch = 0;
  return spec;
}

std::string ConvSpec::key() const {
  const auto text = [](const std::vector<int64_t>& list) {
    return to_string(Dims(std::span(list)));
  };
  std::string key = fmt::format(
      "{}{}{} {} x{} w{} y{} s{} p{} {} d{}{}{} {}({},{})", name_of(type), tf32 ? "/tf32" : "",
      transposed ? " transposed" : "", channels_last ? "nhwc" : "nchw", text(x), text(w), text(y),
      text(stride), text(pad_begin), text(pad_end), text(dilation), bias ? " +bias" : "",
      residual ? " +residual" : "", name_of(act.fn), act.alpha, act.beta);
  if (!is_dense()) {
    key += fmt::format(" pitches {} {}", x_pitch, residual_pitch);
  }
  return key;
}

std::variant<ConvSpec, Refusal> conv_spec(const Problem& p) {
  const Conv* conv = p.op.as<Conv>();
  const Deconv* deconv = p.op.as<Deconv>();
  TENON_CHECK(conv != nullptr || deconv != nullptr);
  const Activation& act = conv ? conv->act : deconv->act;
  if (std::string reason = refusal_of(p, act); !reason.empty()) return Refusal{reason};
  return conv ? spec_of(p, *conv) : spec_of(p, *deconv);
}

ConvRest rest_of(const ConvSpec& spec, ConvFusion fusion) {
  const bool has_act = spec.act.fn != UnaryFn::kIdentity;
  switch (fusion) {
    case ConvFusion::kAll: return {.act = has_act && !cudnn_has(spec.act)};
    case ConvFusion::kBias: return {.act = has_act};
    case ConvFusion::kNone: break;
  }
  return {.bias = spec.bias, .residual = spec.residual, .act = has_act};
}

FinishParams conv_finish(const ConvSpec& spec, const ConvRest& rest) {
  int64_t pixels = 1;
  for (size_t i = 2; i < spec.y.size(); ++i) pixels *= spec.y[i];
  FinishShape shape;
  shape.extent = spec.channels_last ? std::vector{spec.y[0], pixels, spec.y[1]}
                                    : std::vector{spec.y[0], spec.y[1], pixels};
  shape.y_stride = dense_strides(shape.extent);
  if (rest.bias) {
    shape.bias_stride =
        spec.channels_last ? std::vector<int64_t>{0, 0, 1} : std::vector<int64_t>{0, 1, 0};
  }
  if (rest.residual) {
    const int64_t pitch = spec.residual_pitch;
    shape.residual_stride =
        pitch == 0 ? shape.y_stride : std::vector<int64_t>{pixels * pitch, pitch, 1};
  }
  return finish_params(spec.type, rest.act ? spec.act : Activation{}, shape);
}

std::vector<int64_t> conv_tensors(const ConvSpec& spec, ConvFusion fusion) {
  const ConvRest rest = rest_of(spec, fusion);
  std::vector<int64_t> ids = {kTensorX, kTensorW};
  if (spec.bias && !rest.bias) ids.push_back(kTensorBias);
  if (spec.residual && !rest.residual) ids.push_back(kTensorResidual);
  ids.push_back(kTensorY);
  return ids;
}

}  // namespace tenon
