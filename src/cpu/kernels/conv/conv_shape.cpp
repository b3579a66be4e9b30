#include "cpu/kernels/conv/conv_shape.h"

#include <algorithm>
#include <limits>

#include "cpu/isa.h"
#include "ops/conv.h"

namespace tenon {
namespace {

int64_t value_or(const std::vector<int64_t>& list, size_t axis, int64_t otherwise) {
  return axis < list.size() ? list[axis] : otherwise;
}

bool is_present(const Problem& p, size_t i) { return i < p.inputs.size() && p.inputs[i].present; }

std::string refusal_of_operands(const Problem& p) {
  for (const OperandDesc& d : p.inputs) {
    if (d.present && d.dtype != DataType::kF32) return "an operand is not f32";
  }
  if (p.outputs[0].dtype != DataType::kF32) return "the output is not f32";
  if (!p.inputs[1].is_constant) return "the weights are not constant";
  if (is_present(p, 2) && !p.inputs[2].is_constant) return "the bias is not constant";
  const int rank = p.inputs[0].dims.rank();
  if (rank != 3 && rank != 4) return fmt::format("{} spatial axes", rank - 2);
  return {};
}

}  // namespace

std::variant<ConvShape, Refusal> conv_shape(const Problem& p) {
  const Conv* conv = p.op.as<Conv>();
  if (conv == nullptr) return Refusal{"not a convolution"};
  if (std::string reason = refusal_of_operands(p); !reason.empty()) return Refusal{reason};
  const Dims& x = p.inputs[0].dims;
  const Dims& weights = p.inputs[1].dims;
  const Dims& y = p.outputs[0].dims;
  ConvShape s{.n = x[0], .c = x[1], .k = y[1], .groups = conv->groups, .act = conv->act};
  const int last = x.rank() - 1;
  const auto axis = static_cast<size_t>(last - 2);
  s.w = x[last];
  s.ow = y[last];
  s.kw = weights[last];
  s.stride_w = value_or(conv->stride, axis, 1);
  s.dilation_w = value_or(conv->dilation, axis, 1);
  s.pad_left = value_or(conv->pad_begin, axis, 0);
  if (x.rank() == 4) {
    s.h = x[2];
    s.oh = y[2];
    s.kh = weights[2];
    s.stride_h = value_or(conv->stride, 0, 1);
    s.dilation_h = value_or(conv->dilation, 0, 1);
    s.pad_top = value_or(conv->pad_begin, 0, 0);
  }
  s.has_bias = is_present(p, 2);
  s.has_residual = is_present(p, kResidualInput);
  return s;
}

int conv_in_place(const Problem& p) { return is_present(p, kResidualInput) ? kResidualInput : -1; }

Offer conv_offer(const Problem& p, Layout x, Layout y) {
  LayoutOffer offer{.inputs = std::vector<Layout>(p.inputs.size(), Layout::kLinear),
                    .outputs = {y}};
  offer.inputs[0] = x;
  if (is_present(p, kResidualInput)) offer.inputs[kResidualInput] = y;
  return std::vector<LayoutOffer>{offer};
}

double conv_estimate(const Problem& p, double efficiency) {
  // FLOP/s and bytes/s of two cores of today.
  const double peak = isa() == Isa::kAvx512 ? 2.2e11 : 1.6e11;
  constexpr double kBandwidth = 4e10;
  constexpr double kLaunch = 2e-6;
  return kLaunch + std::max(flops_of(p) / (peak * efficiency), bytes_moved(p) / kBandwidth);
}

ConvEpilogue conv_epilogue(const ConvShape& s, int block) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  ConvEpilogue e{.low = -kInfinity,
                 .high = kInfinity,
                 .second_pass = false,
                 .second_pass_for_last = false,
                 .last_lanes = static_cast<int>((s.k - 1) % block + 1)};
  switch (s.act.fn) {
    case UnaryFn::kIdentity: break;
    case UnaryFn::kRelu: e.low = 0; break;
    case UnaryFn::kClip:
      e.low = s.act.alpha;
      e.high = s.act.beta;
      break;
    default: e.second_pass = true;
  }
  e.second_pass_for_last =
      e.second_pass || (e.last_lanes < block && static_cast<float>(s.act(0)) != 0.0F);
  return e;
}

}  // namespace tenon
