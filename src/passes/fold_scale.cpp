#include <algorithm>

#include "ir/constant_value.h"
#include "ops/binary.h"
#include "ops/conv.h"
#include "ops/deconv.h"
#include "ops/matmul.h"
#include "ops/scale.h"
#include "ops/transpose.h"
#include "passes/apply_rules.h"
#include "passes/layer_weights.h"
#include "passes/passes.h"

namespace tenon {
namespace {

bool changes_channels(const Node& node) { return node.op.is<Scale>() || node.op.is<Binary>(); }

// Operands of the layer with other weights (empty: as they are) and another bias.
std::vector<ValueId> with_weights(Rewriter& r, const LayerWeights& layer,
                                  std::optional<Tensor> weights, const std::vector<double>& bias) {
  std::vector<ValueId> inputs = r.graph().node(layer.node).inputs;
  const DataType dtype = r.type(inputs[1]).dtype;
  if (weights) {
    inputs[1] = r.add_constant(r.graph().value(inputs[1]).name, std::move(*weights));
  }
  const bool zero = std::all_of(bias.begin(), bias.end(), [](double b) { return b == 0; });
  if (inputs.size() < 3 && zero) return inputs;
  if (inputs.size() < 3) inputs.push_back(kNone);
  const std::string name = inputs[2] == kNone ? r.graph().node(layer.node).name + ".bias"
                                              : r.graph().value(inputs[2]).name;
  inputs[2] = r.add_constant(name, from_doubles(dtype, {layer.out_channels}, bias));
  return inputs;
}

// The operands of a layer that computes affine(layer) itself; empty when it cannot.
std::vector<ValueId> absorb_after(Rewriter& r, const LayerWeights& layer, const Affine& affine) {
  if (!layer.bias || !layer.linear_output) return {};
  std::vector<double> bias = *layer.bias;
  for (size_t k = 0; k < bias.size(); ++k) bias[k] = bias[k] * affine.scale[k] + affine.shift[k];
  if (affine.shifts_only()) return with_weights(r, layer, std::nullopt, bias);
  if (layer.weights == nullptr || layer.residual) return {};
  if (layer.weights->dtype() != DataType::kF32) return {};
  return with_weights(r, layer, scaled_weights(r, layer, affine.scale, {}), bias);
}

NodeId producer_read_once(const Rewriter& r, NodeId id, size_t index) {
  const ValueId v = r.operand(id, index);
  if (v == kNone || r.graph().producer(v) == nullptr || !r.read_only_by(v, id)) return kNone;
  return r.graph().value(v).producer;
}

// A batch normalisation goes silently; what else was a layer of its own leaves its name.
std::string name_of_fused(const Rewriter& r, NodeId layer, NodeId affine) {
  const bool silent = r.graph().node(affine).op.is<Scale>();
  return silent ? r.graph().node(layer).name : joined_names(r.graph(), {layer, affine});
}

// affine(layer(x)) = layer'(x)
bool scale_after(Rewriter& r, NodeId id) {
  if (!changes_channels(r.graph().node(id))) return false;
  for (size_t i = 0; i < 2; ++i) {
    const NodeId producer = producer_read_once(r, id, i);
    const auto layer = producer == kNone ? std::nullopt : layer_weights(r, producer);
    if (!layer) continue;
    const auto affine = affine_of(r, id, layer->out_axis, layer->out_channels);
    if (!affine || affine->x != r.output(producer)) continue;
    auto inputs = absorb_after(r, *layer, *affine);
    if (inputs.empty()) continue;
    return r.fuse_as(id, name_of_fused(r, producer, id), {producer, id},
                     Op(r.graph().node(producer).op), std::move(inputs));
  }
  return false;
}

// affine(transpose(layer(x))) = transpose(layer'(x))
bool scale_after_transpose(Rewriter& r, NodeId id) {
  if (!changes_channels(r.graph().node(id))) return false;
  for (size_t i = 0; i < 2; ++i) {
    const NodeId transpose = r.absorbable<Transpose>(id, i);
    if (transpose == kNone) continue;
    const NodeId producer = producer_read_once(r, transpose, 0);
    const auto layer = producer == kNone ? std::nullopt : layer_weights(r, producer);
    if (!layer) continue;
    const Transpose op = *r.graph().node(transpose).op.as<Transpose>();
    const auto found = std::find(op.perm.begin(), op.perm.end(), layer->out_axis);
    if (found == op.perm.end()) continue;
    const auto axis = static_cast<int>(found - op.perm.begin());
    const auto affine = affine_of(r, id, axis, layer->out_channels);
    if (!affine || affine->x != r.output(transpose)) continue;
    auto inputs = absorb_after(r, *layer, *affine);
    if (inputs.empty()) continue;
    const ValueId before = r.add(name_of_fused(r, producer, id), r.graph().node(producer).op,
                                 std::move(inputs), producer);
    return r.fuse_as(id, r.graph().node(transpose).name, {transpose, id}, op, {before});
  }
  return false;
}

// Whether zero padding would stand for something else than a zero of the layer's input.
bool pads_input(const Op& op) {
  const auto zero = [](const std::vector<int64_t>& pads) {
    return std::all_of(pads.begin(), pads.end(), [](int64_t p) { return p == 0; });
  };
  const auto* conv = op.as<Conv>();
  return conv != nullptr && !(zero(conv->pad_begin) && zero(conv->pad_end));
}

// layer(affine(x)) = layer'(x); with a shift only where every output sees all of the weights.
bool scale_before(Rewriter& r, NodeId id) {
  const NodeId producer = producer_read_once(r, id, 0);
  if (producer == kNone || !changes_channels(r.graph().node(producer))) return false;
  const auto layer = layer_weights(r, id);
  if (!layer || layer->weights == nullptr || !layer->bias) return false;
  if (layer->weights->dtype() != DataType::kF32) return false;
  const auto affine = affine_of(r, producer, layer->in_axis, layer->in_channels);
  if (!affine) return false;
  const Op op = r.graph().node(id).op;
  std::vector<double> bias = *layer->bias;
  if (!affine->scales_only()) {
    if (pads_input(op) || op.is<Deconv>()) return false;
    const double alpha = op.is<MatMul>() ? op.as<MatMul>()->alpha : 1;
    const auto shift = weighted_shift(r, *layer, affine->shift);
    for (size_t k = 0; k < bias.size(); ++k) bias[k] += alpha * shift[k];
  }
  std::vector<ValueId> inputs = r.graph().node(id).inputs;
  inputs = with_weights(r, *layer, scaled_weights(r, *layer, {}, affine->scale), bias);
  inputs[0] = affine->x;
  const bool silent = r.graph().node(producer).op.is<Scale>();
  const std::string name =
      silent ? r.graph().node(id).name : joined_names(r.graph(), {producer, id});
  return r.fuse_as(id, name, {producer, id}, op, std::move(inputs));
}

// The axis and extent along which a node's constants vary; {0, 1} when they are uniform.
struct Channels {
  int axis = 0;
  int64_t extent = 1;
};

std::optional<Channels> channels_of(const Rewriter& r, NodeId id) {
  const Shape& dims = r.output_type(id).dims;
  for (size_t axis = 0; axis < dims.size(); ++axis) {
    if (!dims[axis].is_constant() || dims[axis] == Dim(1)) continue;
    const Channels channels{static_cast<int>(axis), dims[axis].value()};
    const auto affine = affine_of(r, id, channels.axis, channels.extent);
    if (!affine) continue;
    const auto same = [](const std::vector<double>& v) {
      return std::adjacent_find(v.begin(), v.end(), std::not_equal_to<>()) == v.end();
    };
    if (!same(affine->scale) || !same(affine->shift)) return channels;
  }
  return affine_of(r, id, 0, 1) ? std::optional<Channels>(Channels{}) : std::nullopt;
}

// affine(affine(x)) = scale(x), where that is shorter than the two.
bool scale_chain(Rewriter& r, NodeId id) {
  if (!changes_channels(r.graph().node(id))) return false;
  for (size_t i = 0; i < 2; ++i) {
    const NodeId inner = producer_read_once(r, id, i);
    if (inner == kNone || !changes_channels(r.graph().node(inner))) continue;
    if (r.output_type(id).dtype != DataType::kF32) continue;
    const auto a = channels_of(r, id), b = channels_of(r, inner);
    if (!a || !b || (a->extent > 1 && b->extent > 1 && a->axis != b->axis)) continue;
    const Channels channels = a->extent > 1 ? *a : *b;
    const auto first = affine_of(r, inner, channels.axis, channels.extent);
    const auto second = affine_of(r, id, channels.axis, channels.extent);
    if (!first || !second || second->x != r.output(inner)) continue;
    const Affine both = compose(*second, *first);
    const std::string& name = r.graph().value(r.output(id)).name;
    const Dims dims{channels.extent};
    const ValueId scale =
        r.add_constant(name + ".scale", from_doubles(DataType::kF32, dims, both.scale));
    const ValueId shift =
        r.add_constant(name + ".shift", from_doubles(DataType::kF32, dims, both.shift));
    return r.fuse(id, {inner, id}, Scale{channels.axis}, {both.x, scale, shift});
  }
  return false;
}

}  // namespace

Graph fold_scale(Graph graph, PassContext& context) {
  static const std::vector<Rule> rules{
      {"scale_after", scale_after},
      {"scale_after_transpose", scale_after_transpose},
      {"scale_before", scale_before},
      {"scale_chain", scale_chain},
  };
  return apply_rules(std::move(graph), rules, context);
}

}  // namespace tenon
