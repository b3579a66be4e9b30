#include "cuda/kernels/matmul/finish.h"

#include <algorithm>

#include "base/error.h"

namespace tenon {
namespace {

// Axes of y joined where every operand allows it; axes of extent 1 are gone.
struct Axis {
  int64_t extent;
  int64_t y;
  int64_t bias;
  int64_t residual;
};

std::vector<Axis> joined_axes(const FinishShape& s) {
  std::vector<Axis> axes;
  for (size_t i = 0; i < s.extent.size(); ++i) {
    if (s.extent[i] == 1) continue;
    const Axis axis{s.extent[i], s.y_stride[i], s.bias_stride.empty() ? 0 : s.bias_stride[i],
                    s.residual_stride.empty() ? s.y_stride[i] : s.residual_stride[i]};
    const bool goes_on = !axes.empty() && axes.back().y == axis.y * axis.extent &&
                         axes.back().bias == axis.bias * axis.extent &&
                         axes.back().residual == axis.residual * axis.extent;
    if (goes_on) {
      axes.back() = {axes.back().extent * axis.extent, axis.y, axis.bias, axis.residual};
    } else {
      axes.push_back(axis);
    }
  }
  return axes;
}

// Sets the dense form where the operands have it: y and residual without gaps, the bias repeated
// over inner and outer axes.
void set_dense(const std::vector<Axis>& axes, FinishParams& p) {
  int64_t step = 1;
  p.dense = true;
  for (size_t i = axes.size(); i-- > 0;) {
    p.dense = p.dense && axes[i].y == step && axes[i].residual == step;
    step *= axes[i].extent;
  }
  if (!p.dense) return;
  size_t end = axes.size();
  p.bias_inner = p.bias_count = 1;
  if (end > 0 && axes[end - 1].bias == 0) p.bias_inner = axes[--end].extent;
  if (end > 0 && axes[end - 1].bias == 1) p.bias_count = axes[--end].extent;
  if (end > 0 && axes[end - 1].bias == 0) --end;
  p.dense = end == 0;
}

}  // namespace

std::optional<FinishFn> finish_fn(UnaryFn fn) {
  switch (fn) {
    case UnaryFn::kIdentity: return FinishFn::kIdentity;
    case UnaryFn::kRelu: return FinishFn::kRelu;
    case UnaryFn::kSigmoid: return FinishFn::kSigmoid;
    case UnaryFn::kTanh: return FinishFn::kTanh;
    case UnaryFn::kLeakyRelu: return FinishFn::kLeakyRelu;
    case UnaryFn::kElu: return FinishFn::kElu;
    case UnaryFn::kSelu: return FinishFn::kSelu;
    case UnaryFn::kSoftsign: return FinishFn::kSoftsign;
    case UnaryFn::kSoftplus: return FinishFn::kSoftplus;
    case UnaryFn::kClip: return FinishFn::kClip;
    case UnaryFn::kHardSigmoid: return FinishFn::kHardSigmoid;
    case UnaryFn::kScaledTanh: return FinishFn::kScaledTanh;
    case UnaryFn::kThresholdedRelu: return FinishFn::kThresholdedRelu;
    case UnaryFn::kGeluErf: return FinishFn::kGeluErf;
    case UnaryFn::kGeluTanh: return FinishFn::kGeluTanh;
    case UnaryFn::kSwish: return FinishFn::kSwish;
    case UnaryFn::kHardSwish: return FinishFn::kHardSwish;
    case UnaryFn::kMish: return FinishFn::kMish;
    case UnaryFn::kExp: return FinishFn::kExp;
    case UnaryFn::kAbs: return FinishFn::kAbs;
    case UnaryFn::kNeg: return FinishFn::kNeg;
    case UnaryFn::kSin: return FinishFn::kSin;
    case UnaryFn::kCos: return FinishFn::kCos;
    case UnaryFn::kErf: return FinishFn::kErf;
    default: return std::nullopt;
  }
}

bool can_finish(UnaryFn fn, DataType type) {
  const bool sensitive = fn == UnaryFn::kExp || fn == UnaryFn::kSin || fn == UnaryFn::kCos;
  return finish_fn(fn) && (type == DataType::kF32 || !sensitive);
}

FinishParams finish_params(DataType type, const Activation& act, const FinishShape& shape) {
  const auto fn = finish_fn(act.fn);
  if (!fn) fail("no kernel finishes a product with the activation {}", name_of(act.fn));
  FinishParams p{.fn = *fn, .alpha = act.alpha, .beta = act.beta, .count = 1};
  p.type = type == DataType::kF16    ? FinishType::kF16
           : type == DataType::kBF16 ? FinishType::kBF16
                                     : FinishType::kF32;
  for (const int64_t extent : shape.extent) p.count *= extent;
  const std::vector<Axis> axes = joined_axes(shape);
  if (axes.size() > kFinishRank) fail("a product of {} axes", shape.extent.size());
  p.rank = static_cast<int>(axes.size());
  for (size_t i = 0; i < axes.size(); ++i) {
    p.extent[i] = axes[i].extent;
    p.y_stride[i] = axes[i].y;
    p.bias_stride[i] = axes[i].bias;
    p.residual_stride[i] = axes[i].residual;
  }
  set_dense(axes, p);
  return p;
}

std::vector<int64_t> dense_strides(const std::vector<int64_t>& extent) {
  std::vector<int64_t> strides(extent.size(), 1);
  for (size_t i = extent.size(); i-- > 1;) strides[i - 1] = strides[i] * extent[i];
  return strides;
}

}  // namespace tenon
