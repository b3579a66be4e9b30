// Normalisations.
#include "ops/normalization.h"

#include <cmath>

#include "onnx/node_context.h"
#include "ops/binary.h"
#include "ops/expand.h"
#include "ops/reshape.h"
#include "ops/scale.h"
#include "ops/unary.h"

namespace tenon {
namespace {

// y = x * scale + shift with scale = gamma / sqrt(variance + epsilon), shift = beta - mean * scale.
struct Affine {
  ValueId scale;
  ValueId shift;
};

// Computed here, in double, when everything is constant.
std::optional<Affine> constant_affine(NodeContext& c, float epsilon) {
  std::vector<Tensor> p;  // gamma, beta, mean, variance
  for (size_t i = 1; i < 5; ++i) {
    const auto tensor = c.constant(c.input(i));
    if (!tensor) return std::nullopt;
    if (i > 1 && !(tensor->dims() == p[0].dims())) {
      c.invalid("inputs 1 and {} have the shapes {} and {}", i, to_string(p[0].dims()),
                to_string(tensor->dims()));
    }
    p.push_back(*tensor);
  }
  const auto at = [&](size_t which, int64_t i) { return element(p[which].view(), i); };
  const auto scale = [&](int64_t i) { return at(0, i) / std::sqrt(at(3, i) + epsilon); };
  const auto make = [&](auto&& f) {
    return Tensor::make(c.dtype(0), p[0].dims(), [&](const TensorView& view) {
      for (int64_t i = 0; i < view.volume(); ++i) set_element(view, i, f(i));
    });
  };
  return Affine{
      c.add_constant("scale", make(scale)),
      c.add_constant("shift", make([&](int64_t i) { return at(1, i) - at(2, i) * scale(i); }))};
}

Affine computed_affine(NodeContext& c, float epsilon) {
  const ValueId eps = c.add_scalar("epsilon", c.dtype(4), epsilon);
  const ValueId sum = c.add("variance", Binary{BinaryFn::kAdd}, {c.input(4), eps});
  const ValueId deviation = c.add("deviation", Unary{UnaryFn::kSqrt}, {sum});
  const ValueId scale = c.add("scale", Binary{BinaryFn::kDiv}, {c.input(1), deviation});
  const ValueId offset = c.add("offset", Binary{BinaryFn::kMul}, {c.input(3), scale});
  return {scale, c.add("shift", Binary{BinaryFn::kSub}, {c.input(2), offset})};
}

void import_batch_normalization(NodeContext& c) {
  if (c.flag("training_mode", false)) {
    c.unsupported(ImportFault::kUnsupportedAttribute, "training_mode is not supported");
  }
  if (!c.flag("spatial", true)) {
    c.unsupported(ImportFault::kUnsupportedAttribute, "spatial = 0 is not supported");
  }
  c.ignore("momentum");  // of training
  c.refuse_outputs(1, "it is of training");
  const float epsilon = c.number("epsilon", 1e-5F);
  const auto constant = constant_affine(c, epsilon);
  const Affine affine = constant ? *constant : computed_affine(c, epsilon);
  c.result(Scale{.axis = 1}, {c.input(0), affine.scale, affine.shift});
}

std::vector<int64_t> axes_from(int64_t first, int rank) {
  std::vector<int64_t> axes;
  for (int64_t i = first; i < rank; ++i) axes.push_back(i);
  return axes;
}

// Over all axes from `axis` on; scale and bias have their shape.
void import_layer_normalization(NodeContext& c) {
  const int64_t axis = c.axis(c.integer("axis", -1), c.rank(0));
  c.ignore("stash_type");  // the precision of the statistics, FP32 or wider here
  c.refuse_outputs(1, "mean and deviation are not computed");
  std::vector<ValueId> operands{c.input(0), c.input(1)};
  if (c.has_input(2)) operands.push_back(c.input(2));
  c.result(Normalization{.axes = axes_from(axis, c.rank(0)),
                         .epsilon = c.number("epsilon", 1e-5F),
                         .rms = c.op() == "RMSNormalization"},
           std::move(operands));
}

// [C] as [C, 1, .. 1], which broadcasts along axis 1 of a tensor of that rank.
ValueId per_channel(NodeContext& c, std::string_view part, ValueId value, int rank) {
  return c.add(part, Unsqueeze{axes_from(1, rank - 1)}, {value});
}

void require_spatial(const NodeContext& c) {
  if (c.rank(0) < 3) c.invalid("input 0 has rank {}, at least 3 expected", c.rank(0));
}

void import_instance_normalization(NodeContext& c) {
  require_spatial(c);
  const int rank = c.rank(0);
  const ValueId scale = per_channel(c, "scale", c.input(1), rank);
  const ValueId bias = per_channel(c, "bias", c.input(2), rank);
  c.result(Normalization{.axes = axes_from(2, rank), .epsilon = c.number("epsilon", 1e-5F)},
           {c.input(0), scale, bias});
}

// Opset 18 has a scale for every group, later ones for every channel.
ValueId group_to_channels(NodeContext& c, std::string_view part, ValueId value, int64_t groups) {
  if (c.opset() >= 21) return value;
  const Dim& channels = c.dims(0)[1];
  if (!channels.is_constant()) {
    c.unsupported(ImportFault::kUnsupportedDynamic, "the number of channels must be known");
  }
  const int64_t each = channels.value() / groups;
  const std::string prefix(part);
  const ValueId column = c.add(prefix + "/column", Unsqueeze{{1}}, {value});
  const ValueId shape = c.add_integers(prefix + "/shape", {groups, each});
  const ValueId wide = c.add(prefix + "/wide", Expand{}, {column, shape});
  return c.add(part, Reshape{}, {wide, c.add_integers(prefix + "/flat", {groups * each})});
}

void import_group_normalization(NodeContext& c) {
  require_spatial(c);
  const int64_t groups = c.integer("num_groups");
  const Dim& channels = c.dims(0)[1];
  if (groups < 1 || (channels.is_constant() && channels.value() % groups != 0)) {
    c.invalid("num_groups {} does not divide the {} channels", groups, channels.to_string());
  }
  c.ignore("stash_type");
  const int rank = c.rank(0);
  Normalization op{.axes = axes_from(groups == 1 ? 1 : 2, rank),
                   .epsilon = c.number("epsilon", 1e-5F),
                   .groups = groups};
  ValueId scale = group_to_channels(c, "scale", c.input(1), groups);
  ValueId bias = group_to_channels(c, "bias", c.input(2), groups);
  if (groups == 1) {
    scale = per_channel(c, "scale/planes", scale, rank);
    bias = per_channel(c, "bias/planes", bias, rank);
  }
  c.result(std::move(op), {c.input(0), scale, bias});
}

constexpr Importer kImporters[] = {
    {"BatchNormalization", 7, kNoEnd, import_batch_normalization},
    {"GroupNormalization", 18, kNoEnd, import_group_normalization},
    {"InstanceNormalization", 6, kNoEnd, import_instance_normalization},
    {"LayerNormalization", 17, kNoEnd, import_layer_normalization},
    {"RMSNormalization", 23, kNoEnd, import_layer_normalization},
};

}  // namespace

std::span<const Importer> normalization_importers() { return kImporters; }

}  // namespace tenon
