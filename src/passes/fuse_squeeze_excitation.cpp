#include <algorithm>
#include <optional>

#include "ops/binary.h"
#include "ops/conv.h"
#include "ops/matmul.h"
#include "ops/pool.h"
#include "ops/reduce.h"
#include "ops/squeeze_excitation.h"
#include "passes/apply_rules.h"
#include "passes/passes.h"

namespace tenon {
namespace {

bool all_equal(const std::vector<int64_t>& list, int64_t wanted) {
  return std::all_of(list.begin(), list.end(), [=](int64_t i) { return i == wanted; });
}

// Whether the dims are [x's batch, channels, 1..], of any rank from 2 on.
bool is_channel_vector(const Shape& dims, const Shape& x, const Dim& channels) {
  return dims.size() >= 2 && dims[0] == x[0] && dims[1] == channels &&
         std::all_of(dims.begin() + 2, dims.end(), [](const Dim& d) { return d == Dim(1); });
}

// A layer that multiplies channel vectors by a constant matrix.
struct DenseLayer {
  NodeId node = kNone;
  Tensor weights;  // [out channels, in channels]
  std::optional<Tensor> bias;
  Activation act;
  int64_t out_channels() const { return weights.dims()[0]; }
  int64_t in_channels() const { return weights.dims()[1]; }
};

// The same matrix as [columns, rows].
Tensor transposed(const Tensor& w) {
  const int64_t rows = w.dims()[0], columns = w.dims()[1];
  return Tensor::make(w.dtype(), {columns, rows}, [&](const TensorView& to) {
    for (int64_t i = 0; i < w.volume(); ++i) {
      set_element(to, i % columns * rows + i / columns, element(w.view(), i));
    }
  });
}

// A constant matrix [out channels, in channels]; nullopt for other weights and layers.
std::optional<Tensor> dense_weights(const Rewriter& r, NodeId id) {
  const Op& op = r.graph().node(id).op;
  const Tensor* w =
      op.is<Conv>() || op.is<MatMul>() ? r.graph().constant(r.operand(id, 1)) : nullptr;
  if (w == nullptr || w->volume() == 0 || r.operand(id, 3) != kNone) return std::nullopt;
  if (const auto* conv = op.as<Conv>()) {
    const int64_t out = w->dims()[0], in = w->dims()[1];
    const bool plain = conv->groups == 1 && all_equal(conv->pad_begin, 0) &&
                       all_equal(conv->pad_end, 0) && w->volume() == out * in;
    return plain ? std::optional(w->reshaped({out, in})) : std::nullopt;
  }
  const MatMul& matmul = *op.as<MatMul>();
  const bool plain = w->dims().rank() == 2 && !matmul.transpose_a && matmul.alpha == 1 &&
                     r.type(r.operand(id, 0)).dims.size() == 2;
  if (!plain) return std::nullopt;
  return matmul.transpose_b ? *w : transposed(*w);
}

std::optional<DenseLayer> dense_layer(const Rewriter& r, NodeId id) {
  auto weights = dense_weights(r, id);
  if (!weights) return std::nullopt;
  const Op& op = r.graph().node(id).op;
  DenseLayer layer{.node = id, .weights = std::move(*weights)};
  layer.act = op.is<Conv>() ? op.as<Conv>()->act : op.as<MatMul>()->act;
  if (r.operand(id, 2) == kNone) return layer;
  const Tensor* bias = r.graph().constant(r.operand(id, 2));
  const bool vector = bias != nullptr && bias->volume() == layer.out_channels() &&
                      bias->dims()[bias->dims().rank() - 1] == layer.out_channels();
  if (!vector) return std::nullopt;
  layer.bias = bias->reshaped({layer.out_channels()});
  return layer;
}

// A constant operand of a node in the form `value`: the operand itself where it has that form.
ValueId operand_as(Rewriter& r, NodeId id, size_t index, const Tensor& value) {
  const ValueId operand = r.operand(id, index);
  if (r.graph().constant(operand)->dims() == value.dims()) return operand;
  return r.add_constant(r.graph().value(operand).name, value);
}

// Whether a node takes the mean over all spatial axes of its input.
bool is_spatial_mean(const Rewriter& r, NodeId id) {
  const Shape& x = r.type(r.operand(id, 0)).dims;
  if (x.size() < 3) return false;
  if (const auto* reduce = r.graph().node(id).op.as<Reduce>()) {
    const auto rank = static_cast<int64_t>(x.size());
    const auto spatial = [&](int64_t a) { return (a < 0 ? a + rank : a) >= 2; };
    return reduce->kind == ReduceKind::kMean && reduce->axes.size() == x.size() - 2 &&
           std::all_of(reduce->axes.begin(), reduce->axes.end(), spatial);
  }
  const auto* pool = r.graph().node(id).op.as<Pool>();
  return pool != nullptr && pool->kind == PoolKind::kAverage && all_equal(pool->pad_begin, 0) &&
         all_equal(pool->pad_end, 0) && all_equal(pool->dilation, 1) &&
         std::equal(pool->window.begin(), pool->window.end(), x.begin() + 2, x.end(),
                    [](int64_t extent, const Dim& dim) { return dim == Dim(extent); });
}

// The node that makes operand 0 of `reader` if nobody else reads it, views in between passed over;
// what was walked over is put before the others of `parts`.
NodeId sole_source(const Rewriter& r, NodeId reader, std::vector<NodeId>& parts) {
  while (true) {
    const ValueId value = r.operand(reader, 0);
    const NodeId producer = r.graph().value(value).producer;
    if (producer == kNone || !r.read_only_by(value, reader)) return kNone;
    parts.insert(parts.begin(), producer);
    if (!r.graph().node(producer).op.traits().view) return producer;
    reader = producer;
  }
}

// The two layers between the means of x and its gate.
struct Excitation {
  ValueId x = kNone;
  DenseLayer hidden;
  DenseLayer gate;
  std::vector<NodeId> parts;  // in order
};

// What ends in `id`: the second layer, or a view that gives its output spatial axes.
std::optional<Excitation> excitation(const Rewriter& r, NodeId id) {
  Excitation e{.parts = {id}};
  const bool view = r.graph().node(id).op.traits().view;
  const NodeId second = view ? sole_source(r, id, e.parts) : id;
  auto gate = second == kNone ? std::nullopt : dense_layer(r, second);
  const NodeId first = gate ? sole_source(r, second, e.parts) : kNone;
  auto hidden = first == kNone ? std::nullopt : dense_layer(r, first);
  const NodeId mean = hidden ? sole_source(r, first, e.parts) : kNone;
  if (mean == kNone || !is_spatial_mean(r, mean)) return std::nullopt;
  e.x = r.operand(mean, 0);
  e.hidden = std::move(*hidden);
  e.gate = std::move(*gate);
  return e;
}

// layer(layer(mean(x))) = the gate of x
bool gate_of_means(Rewriter& r, NodeId id) {
  if (!is_float(r.output_type(id).dtype)) return false;
  const auto e = excitation(r, id);
  if (!e) return false;
  const Shape& x = r.type(e->x).dims;
  const int64_t channels = e->gate.out_channels(), hidden = e->gate.in_channels();
  const auto holds = [&](ValueId value, int64_t extent) {
    return is_channel_vector(r.type(value).dims, x, extent);
  };
  // A layer that does not squeeze is large: better a product over the whole batch.
  const bool fits = x[1] == Dim(channels) && hidden <= channels &&
                    holds(r.operand(e->hidden.node, 0), channels) &&
                    holds(r.operand(e->gate.node, 0), hidden) && holds(r.output(id), channels) &&
                    r.output_type(id).dims.size() == x.size();
  if (!fits) return false;
  std::vector<ValueId> inputs{e->x};
  for (const DenseLayer* layer : {&e->hidden, &e->gate}) {
    inputs.push_back(operand_as(r, layer->node, 1, layer->weights));
  }
  for (const DenseLayer* layer : {&e->hidden, &e->gate}) {
    inputs.push_back(layer->bias ? operand_as(r, layer->node, 2, *layer->bias) : kNone);
  }
  while (inputs.back() == kNone) inputs.pop_back();
  return r.fuse(id, e->parts, SqueezeExcitation{e->hidden.act, e->gate.act}, std::move(inputs));
}

// x * gate(x)
bool multiplication_by_gate(Rewriter& r, NodeId id) {
  const auto* binary = r.graph().node(id).op.as<Binary>();
  if (binary == nullptr || binary->fn != BinaryFn::kMul) return false;
  for (size_t i = 0; i < 2; ++i) {
    const NodeId gate = r.absorbable<SqueezeExcitation>(id, i);
    if (gate == kNone || r.operand(gate, 0) != r.operand(id, 1 - i)) continue;
    SqueezeExcitation op = *r.graph().node(gate).op.as<SqueezeExcitation>();
    if (op.multiply) continue;
    op.multiply = true;
    return r.fuse(id, {gate, id}, op, std::vector<ValueId>(r.graph().node(gate).inputs));
  }
  return false;
}

}  // namespace

Graph fuse_squeeze_excitation(Graph graph, PassContext& context) {
  static const std::vector<Rule> rules{
      {"gate_of_means", gate_of_means},
      {"multiplication_by_gate", multiplication_by_gate},
  };
  return apply_rules(std::move(graph), rules, context);
}

}  // namespace tenon
