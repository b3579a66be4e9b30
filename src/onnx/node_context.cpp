#include "onnx/node_context.h"

#include <algorithm>

#include "onnx/graph_importer.h"
#include "onnx_schema/onnx.pb.h"
#include "ops/binary.h"
#include "ops/concat.h"
#include "ops/constant.h"
#include "ops/gather.h"
#include "ops/shape_of.h"

namespace tenon {

using onnx_format::AttributeProto;

ImportError::ImportError(ImportFault fault, const std::string& message)
    : Error(fault >= ImportFault::kUnsupportedGraph ? ErrorCode::kUnsupported
                                                    : ErrorCode::kInvalidArgument,
            "", message),
      fault(fault) {}

std::string_view NodeContext::op() const { return node_.op_type(); }

// ---- attributes

static const AttributeProto* find_in(const onnx_format::NodeProto& node, std::string_view name) {
  for (const AttributeProto& attribute : node.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

// In the body of a function, follows references to the attributes of the calling node.
static const AttributeProto* resolve(const AttributeProto* attribute, const Frame* frame) {
  while (attribute != nullptr && !attribute->ref_attr_name().empty()) {
    if (frame->function == nullptr) return nullptr;
    const std::string& name = attribute->ref_attr_name();
    attribute = find_in(*frame->call, name);
    if (attribute == nullptr) {
      for (const AttributeProto& candidate : frame->function->attribute_proto()) {
        if (candidate.name() == name) return &candidate;
      }
      return nullptr;
    }
    frame = frame->caller;
  }
  return attribute;
}

const AttributeProto* NodeContext::find(std::string_view name, int kind,
                                        std::string_view kind_name) const {
  read_.emplace(name);
  const AttributeProto* attribute = resolve(find_in(node_, name), &frame_);
  // Files of before IR version 2 leave the kind out.
  if (attribute != nullptr && attribute->type() != AttributeProto::UNDEFINED &&
      attribute->type() != kind) {
    invalid("attribute {} is not {}", name, kind_name);
  }
  return attribute;
}

bool NodeContext::has_attribute(std::string_view name) const {
  read_.emplace(name);
  return resolve(find_in(node_, name), &frame_) != nullptr;
}

int64_t NodeContext::integer(std::string_view name, int64_t otherwise) const {
  const auto* a = find(name, AttributeProto::INT, "an integer");
  return a ? a->i() : otherwise;
}

int64_t NodeContext::integer(std::string_view name) const {
  if (!has_attribute(name)) invalid("attribute {} is missing", name);
  return integer(name, 0);
}

bool NodeContext::flag(std::string_view name, bool otherwise) const {
  return integer(name, otherwise ? 1 : 0) != 0;
}

float NodeContext::number(std::string_view name, float otherwise) const {
  const auto* a = find(name, AttributeProto::FLOAT, "a number");
  return a ? a->f() : otherwise;
}

std::string NodeContext::text(std::string_view name, std::string_view otherwise) const {
  const auto* a = find(name, AttributeProto::STRING, "a text");
  return a ? a->s() : std::string(otherwise);
}

std::vector<int64_t> NodeContext::integers(std::string_view name) const {
  const auto* a = find(name, AttributeProto::INTS, "a list of integers");
  return a ? std::vector<int64_t>(a->ints().begin(), a->ints().end()) : std::vector<int64_t>();
}

std::vector<float> NodeContext::numbers(std::string_view name) const {
  const auto* a = find(name, AttributeProto::FLOATS, "a list of numbers");
  return a ? std::vector<float>(a->floats().begin(), a->floats().end()) : std::vector<float>();
}

std::optional<Tensor> NodeContext::tensor(std::string_view name) const {
  const auto* a = find(name, AttributeProto::TENSOR, "a tensor");
  if (a == nullptr) return std::nullopt;
  try {
    return importer_.tensor(a->t());
  } catch (const Error& error) {
    unsupported(error.code() == ErrorCode::kUnsupported ? ImportFault::kUnsupportedDataType
                                                        : ImportFault::kInvalidValue,
                "attribute {}: {}", name, error.what());
  }
}

std::vector<std::string> NodeContext::unread_attributes() const {
  std::vector<std::string> names;
  for (const AttributeProto& attribute : node_.attribute()) {
    if (!read_.contains(attribute.name())) names.push_back(attribute.name());
  }
  return names;
}

// ---- operands

size_t NodeContext::input_count() const { return static_cast<size_t>(node_.input_size()); }

bool NodeContext::has_input(size_t i) const {
  return i < input_count() && !node_.input(static_cast<int>(i)).empty();
}

ValueId NodeContext::input(size_t i) const {
  if (!has_input(i)) invalid("input {} is missing", i);
  return frame_.values.at(node_.input(static_cast<int>(i)));
}

ValueId NodeContext::optional_input(size_t i) const { return has_input(i) ? input(i) : kNone; }

std::vector<ValueId> NodeContext::inputs() const {
  std::vector<ValueId> values;
  for (size_t i = 0; i < input_count(); ++i) values.push_back(optional_input(i));
  return values;
}

const TensorType& NodeContext::type(ValueId value) const {
  return importer_.graph().value(value).type;
}

int64_t NodeContext::axis(int64_t axis, int rank) const {
  if (axis < -rank || axis >= rank) invalid("axis {} is outside of rank {}", axis, rank);
  return axis < 0 ? axis + rank : axis;
}

std::optional<Tensor> NodeContext::constant(ValueId value) const {
  return importer_.constants().find(importer_.graph(), value);
}

Tensor NodeContext::constant_input(size_t i, std::string_view what) const {
  if (!has_input(i)) invalid("input {} ({}) is missing", i, what);
  auto tensor = constant(input(i));
  if (!tensor) {
    unsupported(ImportFault::kUnsupportedInput, "input {} ({}), \"{}\", is not constant", i, what,
                node_.input(static_cast<int>(i)));
  }
  return *std::move(tensor);
}

std::vector<int64_t> NodeContext::constant_integers(size_t i, std::string_view what) const {
  const Tensor tensor = constant_input(i, what);
  if (!is_integer(tensor.dtype())) {
    invalid("input {} ({}) has elements of type {}, integers expected", i, what,
            name_of(tensor.dtype()));
  }
  return to_integers(tensor);
}

std::vector<float> NodeContext::constant_numbers(size_t i, std::string_view what) const {
  const Tensor tensor = constant_input(i, what);
  std::vector<float> values;
  for (int64_t k = 0; k < tensor.volume(); ++k) {
    values.push_back(static_cast<float>(element(tensor.view(), k)));
  }
  return values;
}

// ---- results

ValueId NodeContext::add(std::string_view part, Op op, std::vector<ValueId> inputs) {
  const std::string name = part.empty() ? layer_ : fmt::format("{}/{}", layer_, part);
  return importer_.add(layer_, name, std::move(op), std::move(inputs));
}

ValueId NodeContext::add_constant(std::string_view part, Tensor value) {
  if (!importer_.constants().allow(value.bytes().size())) {
    unsupported(ImportFault::kUnsupportedShape, "the constant {}{} is too large",
                name_of(value.dtype()), to_string(value.dims()));
  }
  return add(part, Constant{std::move(value)}, {});
}

ValueId NodeContext::add_integers(std::string_view part, const std::vector<int64_t>& values) {
  return add_constant(part, Tensor::i64({static_cast<int64_t>(values.size())}, values));
}

ValueId NodeContext::add_scalar(std::string_view part, DataType dtype, double value) {
  return add_constant(
      part, Tensor::make(dtype, {}, [&](const TensorView& view) { set_element(view, 0, value); }));
}

ValueId NodeContext::add_shape(std::string_view part, ValueId x,
                               const std::vector<ShapePiece>& pieces) {
  const Shape dims = type(x).dims;
  std::vector<int64_t> known;
  for (const ShapePiece& piece : pieces) {
    const Dim from = piece.axis < 0 ? Dim(1) : dims.at(static_cast<size_t>(piece.axis));
    const Dim extent = floor_div(from * Dim(piece.factor), Dim(piece.divisor));
    if (extent.is_constant()) known.push_back(extent.value());
  }
  if (known.size() == pieces.size()) return add_integers(part, known);

  const std::string prefix(part);
  const ValueId all = add(prefix + "/dims", ShapeOf{}, {x});
  std::vector<ValueId> parts;
  for (const ShapePiece& piece : pieces) {
    if (piece.axis < 0) {
      parts.push_back(add_integers(prefix + "/extent", {piece.factor}));
      continue;
    }
    const ValueId index = add_integers(prefix + "/axis", {piece.axis});
    ValueId extent = add(prefix + "/dim", Gather{.axis = 0}, {all, index});
    if (piece.factor != 1) {
      const ValueId factor = add_integers(prefix + "/factor", {piece.factor});
      extent = add(prefix + "/times", Binary{BinaryFn::kMul}, {extent, factor});
    }
    if (piece.divisor != 1) {
      const ValueId divisor = add_integers(prefix + "/divisor", {piece.divisor});
      extent = add(prefix + "/over", Binary{BinaryFn::kFloorDiv}, {extent, divisor});
    }
    parts.push_back(extent);
  }
  return add(part, Concat{.axis = 0}, parts);
}

void NodeContext::result(Op op, std::vector<ValueId> inputs) {
  const ValueId first = add("", std::move(op), std::move(inputs));
  const Graph& graph = importer_.graph();
  const auto& outputs = graph.node(graph.value(first).producer).outputs;
  for (size_t i = 0; i < outputs.size(); ++i) set_output(i, outputs[i]);
}

ValueId NodeContext::output_of(ValueId value, size_t i) const {
  const Graph& graph = importer_.graph();
  return graph.node(graph.value(value).producer).outputs.at(i);
}

size_t NodeContext::output_count() const { return static_cast<size_t>(node_.output_size()); }

bool NodeContext::wants_output(size_t i) const {
  return i < output_count() && !node_.output(static_cast<int>(i)).empty();
}

void NodeContext::refuse_outputs(size_t first, std::string_view why) const {
  for (size_t i = first; i < output_count(); ++i) {
    if (wants_output(i)) {
      unsupported(ImportFault::kUnsupportedNode, "output {} (\"{}\") is not supported: {}", i,
                  node_.output(static_cast<int>(i)), why);
    }
  }
}

void NodeContext::set_output(size_t i, ValueId value) {
  if (outputs_.size() <= i) outputs_.resize(i + 1, kNone);
  outputs_[i] = value;
}

void NodeContext::warn(std::string_view message) const {
  importer_.log().warning("{} ({}): {}", layer_, op(), message);
}

}  // namespace tenon
