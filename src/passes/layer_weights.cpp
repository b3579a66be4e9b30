#include "passes/layer_weights.h"

#include <algorithm>

#include "ir/constant_value.h"
#include "ops/conv.h"
#include "ops/deconv.h"
#include "ops/matmul.h"

namespace tenon {
namespace {

std::optional<std::vector<double>> bias_of(const Rewriter& r, NodeId id, size_t index, int rank,
                                           int axis, int64_t channels) {
  const ValueId bias = r.operand(id, index);
  if (bias == kNone) return std::vector<double>(static_cast<size_t>(channels), 0);
  const Tensor* constant = r.graph().constant(bias);
  return constant ? along_axis(*constant, rank, axis, channels) : std::nullopt;
}

std::optional<LayerWeights> of_conv(const Rewriter& r, NodeId id, const Conv& conv) {
  const Shape& dims = r.type(r.operand(id, 1)).dims;
  if (!dims[0].is_constant() || !dims[1].is_constant()) return std::nullopt;
  LayerWeights layer{.node = id, .weights = r.graph().constant(r.operand(id, 1))};
  layer.out_channels = dims[0].value();
  layer.in_channels = dims[1].value() * conv.groups;
  layer.bias = bias_of(r, id, 2, 1, 0, layer.out_channels);
  layer.linear_output = conv.act == Activation{};
  layer.residual = r.operand(id, 3) != kNone;
  return layer;
}

std::optional<LayerWeights> of_deconv(const Rewriter& r, NodeId id, const Deconv& deconv) {
  const Shape& dims = r.type(r.operand(id, 1)).dims;
  if (!dims[0].is_constant() || !dims[1].is_constant()) return std::nullopt;
  LayerWeights layer{.node = id, .weights = r.graph().constant(r.operand(id, 1))};
  layer.in_channels = dims[0].value();
  layer.out_channels = dims[1].value() * deconv.groups;
  layer.bias = bias_of(r, id, 2, 1, 0, layer.out_channels);
  layer.linear_output = deconv.act == Activation{};
  return layer;
}

std::optional<LayerWeights> of_matmul(const Rewriter& r, NodeId id, const MatMul& matmul) {
  const Shape& dims = r.type(r.operand(id, 1)).dims;
  const auto a_rank = static_cast<int>(r.type(r.operand(id, 0)).dims.size());
  if (dims.size() != 2 || a_rank < 1) return std::nullopt;
  if (!dims[0].is_constant() || !dims[1].is_constant()) return std::nullopt;
  LayerWeights layer{.node = id, .weights = r.graph().constant(r.operand(id, 1))};
  layer.in_channels = dims[matmul.transpose_b ? 1 : 0].value();
  layer.out_channels = dims[matmul.transpose_b ? 0 : 1].value();
  const auto rank = static_cast<int>(r.output_type(id).dims.size());
  layer.in_axis = matmul.transpose_a && a_rank > 1 ? a_rank - 2 : a_rank - 1;
  layer.out_axis = rank - 1;
  layer.bias = bias_of(r, id, 2, rank, layer.out_axis, layer.out_channels);
  layer.linear_output = matmul.act == Activation{};
  return layer;
}

// Calls visit(element, output channel, input channel) for every element of the weights.
template <typename Visit>
void for_each_weight(const Rewriter& r, const LayerWeights& layer, Visit&& visit) {
  const Dims& dims = layer.weights->dims();
  const Op& op = r.graph().node(layer.node).op;
  const auto* conv = op.as<Conv>();
  const auto* deconv = op.as<Deconv>();
  const auto* matmul = op.as<MatMul>();
  const int64_t groups = conv ? conv->groups : deconv ? deconv->groups : 1;
  const int64_t inner = layer.weights->volume() / std::max<int64_t>(dims[0] * dims[1], 1);
  int64_t element = 0;
  for (int64_t i = 0; i < dims[0]; ++i) {
    for (int64_t j = 0; j < dims[1]; ++j) {
      int64_t out = i, in = j;
      if (conv != nullptr) in = i / (dims[0] / groups) * dims[1] + j;
      if (deconv != nullptr) in = i, out = i / (dims[0] / groups) * dims[1] + j;
      if (matmul != nullptr && !matmul->transpose_b) in = i, out = j;
      for (int64_t k = 0; k < inner; ++k) {
        visit(element++, static_cast<size_t>(out), static_cast<size_t>(in));
      }
    }
  }
}

}  // namespace

std::optional<LayerWeights> layer_weights(const Rewriter& r, NodeId id) {
  const Op& op = r.graph().node(id).op;
  if (const auto* conv = op.as<Conv>()) return of_conv(r, id, *conv);
  if (const auto* deconv = op.as<Deconv>()) return of_deconv(r, id, *deconv);
  if (const auto* matmul = op.as<MatMul>()) return of_matmul(r, id, *matmul);
  return std::nullopt;
}

Tensor scaled_weights(const Rewriter& r, const LayerWeights& layer, const std::vector<double>& out,
                      const std::vector<double>& in) {
  const Tensor& weights = *layer.weights;
  return Tensor::make(weights.dtype(), weights.dims(), [&](const TensorView& view) {
    for_each_weight(r, layer, [&](int64_t element, size_t k, size_t c) {
      const double scale = (out.empty() ? 1 : out[k]) * (in.empty() ? 1 : in[c]);
      set_element(view, element, tenon::element(weights.view(), element) * scale);
    });
  });
}

std::vector<double> weighted_shift(const Rewriter& r, const LayerWeights& layer,
                                   const std::vector<double>& shift) {
  const TensorView weights = layer.weights->view();
  std::vector<double> sums(static_cast<size_t>(layer.out_channels), 0);
  for_each_weight(r, layer, [&](int64_t element, size_t k, size_t c) {
    sums[k] += tenon::element(weights, element) * shift[c];
  });
  return sums;
}

}  // namespace tenon
