#include "passes/affine.h"

#include <algorithm>

#include "ir/constant_value.h"
#include "ops/binary.h"
#include "ops/scale.h"

namespace tenon {
namespace {

std::optional<Affine> of_scale(const Rewriter& r, const Node& node, int axis, int64_t extent) {
  const auto rank = static_cast<int64_t>(r.type(node.inputs[0]).dims.size());
  const int64_t declared = node.op.as<Scale>()->axis;
  const Tensor* scale = r.graph().constant(node.inputs[1]);
  const Tensor* shift = r.graph().constant(node.inputs[2]);
  if (scale == nullptr || shift == nullptr) return std::nullopt;
  const bool uniform = scale->volume() == 1 && shift->volume() == 1;
  if (!uniform && (declared < 0 ? declared + rank : declared) != axis) return std::nullopt;
  const auto s = along_axis(*scale, 1, 0, extent);
  const auto t = along_axis(*shift, 1, 0, extent);
  if (!s || !t) return std::nullopt;
  return Affine{node.inputs[0], *s, *t};
}

std::optional<Affine> of_binary(const Rewriter& r, const Node& node, int axis, int64_t extent) {
  const BinaryFn fn = node.op.as<Binary>()->fn;
  const Tensor* c = r.graph().constant(node.inputs[1]);
  const size_t x = c != nullptr ? 0 : 1;
  if (c == nullptr) c = r.graph().constant(node.inputs[0]);
  if (c == nullptr) return std::nullopt;
  const auto rank = static_cast<int>(r.type(node.outputs[0]).dims.size());
  auto values = along_axis(*c, rank, axis, extent);
  if (!values) return std::nullopt;
  Affine affine{node.inputs[x], std::vector<double>(values->size(), 1),
                std::vector<double>(values->size(), 0)};
  using enum BinaryFn;
  if (fn == kMul) {
    affine.scale = std::move(*values);
  } else if (fn == kAdd) {
    affine.shift = std::move(*values);
  } else if (fn == kSub && x == 0) {
    for (size_t i = 0; i < values->size(); ++i) affine.shift[i] = -(*values)[i];
  } else if (fn == kSub) {
    std::fill(affine.scale.begin(), affine.scale.end(), -1);
    affine.shift = std::move(*values);
  } else {
    return std::nullopt;
  }
  return affine;
}

}  // namespace

bool Affine::shifts_only() const {
  return std::all_of(scale.begin(), scale.end(), [](double s) { return s == 1; });
}

bool Affine::scales_only() const {
  return std::all_of(shift.begin(), shift.end(), [](double t) { return t == 0; });
}

std::optional<Affine> affine_of(const Rewriter& r, NodeId id, int axis, int64_t extent) {
  const Node& node = r.graph().node(id);
  if (!is_float(r.output_type(id).dtype)) return std::nullopt;
  std::optional<Affine> affine;
  if (node.op.is<Scale>()) affine = of_scale(r, node, axis, extent);
  if (node.op.is<Binary>()) affine = of_binary(r, node, axis, extent);
  if (!affine || r.type(affine->x) != r.output_type(id)) return std::nullopt;
  return affine;
}

Affine compose(const Affine& outer, const Affine& inner) {
  Affine result = inner;
  for (size_t i = 0; i < result.scale.size(); ++i) {
    result.scale[i] = outer.scale[i] * inner.scale[i];
    result.shift[i] = outer.scale[i] * inner.shift[i] + outer.shift[i];
  }
  return result;
}

}  // namespace tenon
