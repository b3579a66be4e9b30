#include "cuda/kernels/igemm/conv_geometry.h"

#include <algorithm>

#include "ops/conv.h"
#include "ops/deconv.h"

namespace tenon {
namespace {

static_assert(static_cast<int>(UnaryFn::kIdentity) == kActIdentity);
static_assert(static_cast<int>(UnaryFn::kRelu) == kActRelu);
static_assert(static_cast<int>(UnaryFn::kClip) == kActClip);
static_assert(static_cast<int>(UnaryFn::kSwish) == kActSwish);
static_assert(static_cast<int>(UnaryFn::kMish) == kActMish);

int64_t value_or(const std::vector<int64_t>& list, size_t axis, int64_t otherwise) {
  return axis < list.size() ? list[axis] : otherwise;
}

std::string refusal_of_operands(const Problem& p) {
  const DataType type = p.inputs[0].dtype;
  for (const OperandDesc& d : p.inputs) {
    if (d.present && d.dtype != type) return "operands of different types";
  }
  if (p.outputs[0].dtype != type) return "the output is of another type";
  if (p.inputs[0].is_constant) return "the input is constant";
  if (!p.inputs[1].is_constant) return "the weights are not constant";
  if (is_present(p, 2) && !p.inputs[2].is_constant) return "the bias is not constant";
  if (is_present(p, kResidualOperand) && p.inputs[kResidualOperand].is_constant) {
    return "the residual is constant";
  }
  const int rank = p.inputs[0].dims.rank();
  if (rank != 3 && rank != 4) return fmt::format("{} spatial axes", rank - 2);
  return {};
}

template <typename T>
ConvGeometry geometry_of(const Problem& p, const T& op) {
  const Dims& x = p.inputs[0].dims;
  const Dims& weights = p.inputs[1].dims;
  const Dims& y = p.outputs[0].dims;
  ConvGeometry g{.n = x[0], .c = x[1], .k = y[1], .groups = op.groups, .act = op.act};
  const int last = x.rank() - 1;
  const auto axis = static_cast<size_t>(last - 2);
  g.w = x[last];
  g.ow = y[last];
  g.kw = weights[last];
  g.stride_w = value_or(op.stride, axis, 1);
  g.dilation_w = value_or(op.dilation, axis, 1);
  g.pad_left = value_or(op.pad_begin, axis, 0);
  if (x.rank() == 4) {
    g.h = x[2];
    g.oh = y[2];
    g.kh = weights[2];
    g.stride_h = value_or(op.stride, 0, 1);
    g.dilation_h = value_or(op.dilation, 0, 1);
    g.pad_top = value_or(op.pad_begin, 0, 0);
  }
  g.has_bias = is_present(p, 2);
  g.has_residual = is_present(p, kResidualOperand);
  g.x_pitch = p.inputs[0].pixel_pitch();
  g.y_pitch = p.outputs[0].pixel_pitch();
  if (g.has_residual) g.residual_pitch = p.inputs[kResidualOperand].pixel_pitch();
  return g;
}

}  // namespace

bool is_present(const Problem& p, size_t i) { return i < p.inputs.size() && p.inputs[i].present; }

int residual_in_place(const Problem& p) {
  return is_present(p, kResidualOperand) ? static_cast<int>(kResidualOperand) : -1;
}

std::variant<ConvGeometry, Refusal> conv_geometry(const Problem& p) {
  const Conv* conv = p.op.as<Conv>();
  const Deconv* deconv = p.op.as<Deconv>();
  if (conv == nullptr && deconv == nullptr) return Refusal{"not a convolution"};
  const Activation& act = conv != nullptr ? conv->act : deconv->act;
  if (!has_activation(act)) return Refusal{fmt::format("no activation {}", name_of(act.fn))};
  if (std::string reason = refusal_of_operands(p); !reason.empty()) return Refusal{reason};
  return conv != nullptr ? geometry_of(p, *conv) : geometry_of(p, *deconv);
}

Offer conv_offer(const Problem& p, Layout x, Layout y) {
  LayoutOffer offer{.inputs = std::vector<Layout>(p.inputs.size(), Layout::kLinear),
                    .outputs = {y}};
  offer.inputs[0] = x;
  if (is_present(p, kResidualOperand)) offer.inputs[kResidualOperand] = y;
  return std::vector<LayoutOffer>{offer};
}

bool has_activation(const Activation& act) { return static_cast<int>(act.fn) <= kActMish; }

ActivationParams activation_params(const Activation& act) {
  return {static_cast<int>(act.fn), act.alpha, act.beta};
}

std::span<const uint16_t> words_of(const Tensor& tensor) { return tensor.as<uint16_t>(); }

bool fits_32_bits(const Problem& p) {
  const auto small = [](const OperandDesc& d) { return d.extent() <= INT32_MAX; };
  return std::ranges::all_of(p.inputs, small) && std::ranges::all_of(p.outputs, small);
}

}  // namespace tenon
