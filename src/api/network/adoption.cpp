#include "api/network/adoption.h"

#include <algorithm>

#include "api/network/data_layers.h"
#include "api/network/math_layers.h"
#include "api/network/pointwise_layers.h"
#include "api/network/shape_layers.h"
#include "api/network/slice_layer.h"
#include "api/network/topk_layer.h"
#include "api/network/window_layers.h"
#include "ops/cast.h"
#include "ops/concat.h"
#include "ops/constant.h"
#include "ops/expand.h"
#include "ops/fill.h"
#include "ops/gather.h"
#include "ops/identity.h"
#include "ops/pad.h"
#include "ops/pointwise.h"
#include "ops/reshape.h"
#include "ops/scale.h"
#include "ops/select.h"
#include "ops/shape_of.h"
#include "ops/slice.h"
#include "ops/transpose.h"

namespace tenon::api {

namespace nv = nvinfer1;

static bool is_plain(const Activation& act) { return act.fn == UnaryFn::kIdentity; }

std::optional<std::vector<int64_t>> Adoption::integers(const Node& node, size_t input) const {
  if (input >= node.inputs.size() || node.inputs[input] == kNone) return std::nullopt;
  const auto& elements = source_.value(node.inputs[input]).elements;
  if (!elements || source_.constant(node.inputs[input]) == nullptr) return std::nullopt;
  std::vector<int64_t> values;
  for (const Dim& d : *elements) values.push_back(d.value());
  return values;
}

// ---- layers by op

std::optional<Adoption::Draft> Adoption::draft_weighted(const Node& node) {
  const auto start = [&](auto layer, const auto& op) -> std::optional<Draft> {
    const Shape& kernel = dims(node.inputs.at(1));
    if (!is_plain(op.act) || node.inputs.size() > 3 || !is_static(kernel) || kernel.size() < 3) {
      return std::nullopt;
    }
    const Tensor* weights = source_.constant(node.inputs[1]);
    const ValueId bias_value = node.inputs.size() > 2 ? node.inputs[2] : kNone;
    const Tensor* bias = source_.constant(bias_value);
    layer->adopt(op, to_dims(kernel), weights, bias);
    std::vector<ValueId> inputs = {node.inputs[0], weights ? kNone : node.inputs[1],
                                   bias ? kNone : bias_value};
    while (inputs.back() == kNone) inputs.pop_back();
    return Draft{std::move(layer), std::move(inputs)};
  };
  if (const auto* op = node.op.as<Conv>()) {
    return start(std::make_unique<ConvolutionLayer>(network_), *op);
  }
  if (const auto* op = node.op.as<Deconv>()) {
    return start(std::make_unique<DeconvolutionLayer>(network_), *op);
  }
  const auto* op = node.op.as<Scale>();
  const Tensor* scale = op ? source_.constant(node.inputs.at(1)) : nullptr;
  const Tensor* shift = op ? source_.constant(node.inputs.at(2)) : nullptr;
  if (scale == nullptr || shift == nullptr || scale->volume() != shift->volume()) {
    return std::nullopt;
  }
  const auto axis = op->axis < 0 ? op->axis + static_cast<int64_t>(rank(node.inputs[0])) : op->axis;
  auto layer = std::make_unique<ScaleLayer>(network_);
  layer->adopt(axis, *scale, *shift);
  return Draft{std::move(layer), {node.inputs[0]}};
}

std::optional<Adoption::Draft> Adoption::draft_pointwise(const Node& node) {
  if (const auto* op = node.op.as<Unary>()) {
    if (activation_of(op->fn)) {
      auto layer = std::make_unique<ActivationLayer>(network_);
      layer->adopt(*op);
      return Draft{std::move(layer), node.inputs};
    }
    if (const auto operation = unary_of(op->fn)) {
      auto layer = std::make_unique<UnaryLayer>(network_);
      layer->start(*operation);
      return Draft{std::move(layer), node.inputs};
    }
  }
  if (const auto* op = node.op.as<Binary>()) {
    if (op->fn == BinaryFn::kPrelu) {
      return Draft{std::make_unique<ParametricReluLayer>(network_), node.inputs};
    }
    if (const auto operation = elementwise_of(op->fn)) {
      auto layer = std::make_unique<ElementWiseLayer>(network_);
      layer->start(*operation);
      return Draft{std::move(layer), node.inputs};
    }
  }
  if (node.op.is<Select>()) return Draft{std::make_unique<SelectLayer>(network_), node.inputs};
  if (node.op.is<Identity>()) return Draft{std::make_unique<IdentityLayer>(network_), node.inputs};
  if (const auto* op = node.op.as<Cast>()) {
    auto layer = std::make_unique<CastLayer>(network_);
    layer->start(to_public(op->to));
    return Draft{std::move(layer), node.inputs};
  }
  return std::nullopt;
}

std::optional<Adoption::Draft> Adoption::draft_math(const Node& node) {
  if (const auto* op = node.op.as<MatMul>(); op && is_plain(op->act)) {
    auto layer = std::make_unique<MatrixMultiplyLayer>(network_);
    layer->adopt(*op);
    return Draft{std::move(layer), node.inputs};
  }
  if (const auto* op = node.op.as<Softmax>()) {
    auto layer = std::make_unique<SoftMaxLayer>(network_);
    layer->adopt(*op, rank(node.inputs.at(0)));
    return Draft{std::move(layer), node.inputs};
  }
  if (const auto* op = node.op.as<Reduce>(); op && ReduceLayer::operation_of(op->kind)) {
    auto layer = std::make_unique<ReduceLayer>(network_);
    layer->adopt(*op, rank(node.inputs.at(0)));
    return Draft{std::move(layer), node.inputs};
  }
  if (const auto* op = node.op.as<Normalization>()) {
    auto layer = std::make_unique<NormalizationLayer>(network_);
    layer->adopt(*op, rank(node.inputs.at(0)));
    return Draft{std::move(layer), node.inputs};
  }
  if (const auto* op = node.op.as<Pool>()) {
    auto layer = std::make_unique<PoolingLayer>(network_);
    layer->adopt(*op);
    return Draft{std::move(layer), node.inputs};
  }
  if (const auto* op = node.op.as<TopK>()) {
    auto layer = std::make_unique<TopKLayer>(network_);
    const auto k = integers(node, 1);
    layer->adopt(*op, k ? std::optional(k->at(0)) : std::nullopt, rank(node.inputs.at(0)));
    return Draft{std::move(layer), k ? std::vector<ValueId>{node.inputs[0]} : node.inputs};
  }
  return std::nullopt;
}

std::optional<Adoption::Draft> Adoption::draft_shape(const Node& node) {
  if (const auto* op = node.op.as<Reshape>()) {
    auto layer = std::make_unique<ShuffleLayer>(network_);
    const auto shape = integers(node, 1);
    if (!shape) {
      layer->adopt_reshape_by_tensor(op->allow_zero);
      return Draft{std::move(layer), node.inputs};
    }
    layer->adopt_reshape(*shape, op->allow_zero);
    return Draft{std::move(layer), {node.inputs[0]}};
  }
  if (const auto* op = node.op.as<Transpose>()) {
    std::vector<int64_t> perm = op->perm;
    for (size_t i = rank(node.inputs.at(0)); op->perm.empty() && i > 0; --i) {
      perm.push_back(static_cast<int64_t>(i) - 1);
    }
    auto layer = std::make_unique<ShuffleLayer>(network_);
    layer->adopt_transpose(perm);
    return Draft{std::move(layer), node.inputs};
  }
  if (const auto* op = node.op.as<Concat>()) {
    auto layer = std::make_unique<ConcatenationLayer>(network_);
    layer->adopt(op->axis, rank(node.inputs.at(0)));
    return Draft{std::move(layer), node.inputs};
  }
  if (const auto* op = node.op.as<Gather>()) {
    auto layer = std::make_unique<GatherLayer>(network_);
    layer->start(static_cast<int32_t>(op->axis));
    return Draft{std::move(layer), node.inputs};
  }
  if (const auto* op = node.op.as<ShapeOf>(); op && *op == ShapeOf{}) {
    return Draft{std::make_unique<ShapeLayer>(network_), node.inputs};
  }
  if (const auto* op = node.op.as<Resize>()) {
    auto layer = std::make_unique<ResizeLayer>(network_);
    auto sizes = integers(node, 1);
    std::vector<ValueId> inputs = node.inputs;
    if (sizes) inputs.resize(1);
    layer->adopt(*op, std::move(sizes));
    return Draft{std::move(layer), std::move(inputs)};
  }
  if (const auto* op = node.op.as<Fill>()) {
    auto layer = std::make_unique<FillLayer>(network_);
    auto extents = integers(node, 0);
    const bool known = extents.has_value();
    layer->adopt(std::move(extents), op->dtype, op->value);
    return Draft{std::move(layer), known ? std::vector<ValueId>{} : node.inputs};
  }
  return std::nullopt;
}

// Slices with constant bounds of axes whose extents are known.
std::optional<Adoption::Draft> Adoption::draft_slice(const Node& node) {
  if (!node.op.is<Slice>()) return std::nullopt;
  const auto starts = integers(node, 1);
  const auto present = [&](size_t i) { return i < node.inputs.size() && node.inputs[i] != kNone; };
  auto axes = integers(node, 3);
  auto steps = integers(node, 4);
  if (!starts || !integers(node, 2) || (present(3) && !axes) || (present(4) && !steps)) {
    return std::nullopt;
  }
  const Shape& in = dims(node.inputs[0]);
  const Shape& out = dims(node.outputs[0]);
  if (!is_static(in) || !is_static(out)) return std::nullopt;
  std::vector<int64_t> start(in.size(), 0);
  std::vector<int64_t> size;
  std::vector<int64_t> stride(in.size(), 1);
  for (const Dim& d : out) size.push_back(d.value());
  for (size_t i = 0; i < starts->size(); ++i) {
    int64_t axis = axes ? axes->at(i) : static_cast<int64_t>(i);
    if (axis < 0) axis += static_cast<int64_t>(in.size());
    const auto a = static_cast<size_t>(axis);
    const int64_t d = in.at(a).value();
    if (steps) stride[a] = steps->at(i);
    const int64_t from = starts->at(i) < 0 ? starts->at(i) + d : starts->at(i);
    start[a] = std::clamp<int64_t>(from, 0, std::max<int64_t>(d - 1, 0));
  }
  auto layer = std::make_unique<SliceLayer>(network_);
  layer->adopt(start, size, stride);
  return Draft{std::move(layer), {node.inputs[0]}};
}

// Zeros around the last two axes.
std::optional<Adoption::Draft> Adoption::draft_pad(const Node& node) {
  const auto* op = node.op.as<Pad>();
  if (op == nullptr || *op != Pad{}) return std::nullopt;
  const auto pads = integers(node, 1);
  const size_t r = rank(node.inputs.at(0));
  if (!pads || r < 2 || pads->size() != 2 * r) return std::nullopt;
  for (size_t i = 0; i + 2 < r; ++i) {
    if (pads->at(i) != 0 || pads->at(r + i) != 0) return std::nullopt;
  }
  const auto last_two = [&](size_t end) {
    return std::vector<int64_t>{pads->at(end - 2), pads->at(end - 1)};
  };
  auto layer = std::make_unique<PaddingLayer>(network_);
  layer->adopt(last_two(r), last_two(2 * r));
  return Draft{std::move(layer), {node.inputs[0]}};
}

std::optional<Adoption::Draft> Adoption::draft(const Node& node) {
  using Drafter = std::optional<Draft> (Adoption::*)(const Node&);
  static constexpr Drafter kDrafters[] = {&Adoption::draft_weighted, &Adoption::draft_pointwise,
                                          &Adoption::draft_math,     &Adoption::draft_shape,
                                          &Adoption::draft_slice,    &Adoption::draft_pad};
  for (const Drafter drafter : kDrafters) {
    if (auto found = (this->*drafter)(node)) return found;
  }
  return std::nullopt;
}

std::unique_ptr<Layer> Adoption::closest(const Node& node) {
  const Op& op = node.op;
  if (op.is<Conv>()) return std::make_unique<ConvolutionLayer>(network_);
  if (op.is<Deconv>()) return std::make_unique<DeconvolutionLayer>(network_);
  if (op.is<Unary>()) return std::make_unique<ActivationLayer>(network_);
  if (op.is<Binary>() || op.is<Pointwise>()) return std::make_unique<ElementWiseLayer>(network_);
  if (op.is<Reduce>()) return std::make_unique<ReduceLayer>(network_);
  if (op.is<MatMul>()) return std::make_unique<MatrixMultiplyLayer>(network_);
  if (op.is<Scale>()) return std::make_unique<ScaleLayer>(network_);
  if (op.is<ShapeOf>()) return std::make_unique<ShapeLayer>(network_);
  if (op.is<Cast>()) return std::make_unique<CastLayer>(network_);
  if (op.is<Pool>()) return std::make_unique<PoolingLayer>(network_);
  if (op.is<Resize>()) return std::make_unique<ResizeLayer>(network_);
  if (op.is<Fill>()) return std::make_unique<FillLayer>(network_);
  if (op.is<Normalization>()) return std::make_unique<NormalizationLayer>(network_);
  if (op.is<Slice>() || op.is<Expand>() || op.is<Pad>()) {
    return std::make_unique<SliceLayer>(network_);
  }
  if (op.is<Reshape>() || op.is<Transpose>() || op.is<Squeeze>() || op.is<Unsqueeze>() ||
      op.is<Flatten>()) {
    auto layer = std::make_unique<ShuffleLayer>(network_);
    if (!op.is<Transpose>()) {
      layer->adopt_reshape(to_vector(to_public(dims(node.outputs.at(0)))), true);
    }
    return layer;
  }
  return std::make_unique<IdentityLayer>(network_);
}

// ---- one node after another

void Adoption::add_input(ValueId value) {
  const Value& input = source_.value(value);
  for (const ValueId v : network_.graph().inputs()) {
    if (network_.graph().value(v).name == input.name) {
      fail("there is an input called {} already", input.name);
    }
  }
  const ValueId added = network_.graph().add_input(input.name, input.type);
  NetworkTensor& tensor = network_.add_tensor(added, nullptr, input.name);
  tensor.dims_ = to_public(input.type.dims);
  for (size_t i = 0; i < input.type.dims.size(); ++i) {
    const Dim& d = input.type.dims[i];
    const auto name = d.symbol_name();
    if (name && *name != fmt::format("{}.{}", input.name, i)) {
      tensor.dim_names_[static_cast<int32_t>(i)] = *name;
    }
  }
  tensors_[value] = &tensor;
}

NetworkTensor* Adoption::tensor(ValueId value) {
  if (value == kNone) return nullptr;
  if (!tensors_.contains(value)) add_constant(*source_.producer(value));
  return tensors_.at(value);
}

Layer& Adoption::take(Draft draft, const Node& node) {
  Layer& layer = *draft.layer;
  std::vector<NetworkTensor*> inputs;
  for (const ValueId v : draft.inputs) inputs.push_back(tensor(v));
  layer.metadata_ = fmt::format("{}", fmt::join(node.origins, "\x1E"));
  layer.origins_ = node.origins;
  std::vector<std::string> names;
  for (const ValueId v : node.outputs) names.push_back(source_.value(v).name);
  network_.insert(std::move(draft.layer), std::move(inputs), node.name, names);
  TENON_CHECK(layer.outputs().size() == node.outputs.size());
  for (size_t i = 0; i < node.outputs.size(); ++i) tensors_[node.outputs[i]] = layer.outputs()[i];
  return layer;
}

void Adoption::add_constant(const Node& node) {
  auto layer = std::make_unique<ConstantLayer>(network_);
  const Constant* constant = node.op.as<Constant>();
  TENON_CHECK(constant != nullptr);  // anything else was added before its readers
  layer->adopt(constant->value);
  take({std::move(layer), {}}, node);
}

void Adoption::add_node(const Node& node) {
  if (node.op.is<Constant>()) return;  // made a layer when it is read as a tensor
  std::optional<Draft> draft = this->draft(node);
  const bool kept = !draft;
  if (kept) draft = Draft{closest(node), node.inputs};
  // Constants first: they come before the layers that read them.
  for (const ValueId v : draft->inputs) tensor(v);
  if (kept) draft->layer->kept_ = node.op;
  const Layer& layer = take(std::move(*draft), node);
  if (layer.error()) throw *layer.error();
  for (size_t i = 0; i < node.outputs.size(); ++i) {
    const TensorType& expected = source_.value(node.outputs[i]).type;
    const TensorType& written = network_.graph().value(layer.outputs()[i]->value()).type;
    if (written == expected) continue;
    throw Error(ErrorCode::kInternal, node.name,
                fmt::format("{} became {}", to_string(expected), to_string(written)));
  }
}

void Adoption::run() {
  for (const ValueId v : source_.inputs()) add_input(v);
  for (const NodeId id : source_.order()) add_node(source_.node(id));
  for (const ValueId v : source_.outputs()) {
    const NetworkTensor* output = tensor(v);
    if (!network_.graph().is_output(output->value())) {
      network_.graph().add_output(output->value());
    }
  }
}

void Network::adopt(Graph source) {
  settle();
  source.infer();
  const Graph before = graph_;
  const size_t layers = layers_.size();
  try {
    Adoption(*this, source).run();
    if (!source.name.empty()) graph_.name = source.name;
  } catch (...) {
    for (size_t i = layers; i < layers_.size(); ++i) layers_[i]->set_inputs({});
    layers_.resize(layers);
    graph_ = before;
    by_value_.resize(std::min(by_value_.size(), graph_.value_capacity()));
    std::erase_if(tensors_, [&](const auto& entry) {
      return static_cast<size_t>(entry.second->value()) >= graph_.value_capacity();
    });
    throw;
  }
}

}  // namespace tenon::api
