#include "api/network/layer.h"

#include <algorithm>

#include "api/network/network.h"
#include "ops/constant.h"

namespace tenon::api {

namespace nv = nvinfer1;

Layer::Layer(Network& network, nv::LayerType type, const char* face, std::string_view kind,
             size_t outputs)
    : network_(network),
      type_(type),
      face_name_(face),
      kind_(kind),
      outputs_(outputs, nullptr),
      output_types_(outputs) {}

const Reporter& Layer::reporter() const { return network_.reporter(); }

void Layer::complain(const char* method, const char* message) const noexcept {
  guarded(reporter(), face_name_, [&] { fail("{}: {}: {}", method, name_, message); });
}

void Layer::require_editable() const {
  if (kept_) {
    fail(ErrorCode::kInvalidState,
         "the layer was imported as {} {}, which these attributes cannot express", kept_->name(),
         kept_->attribute_text());
  }
}

// ---- names and bookkeeping

void Layer::setName(const char* name) noexcept {
  guarded(reporter(), "ILayer::setName", [&] {
    const std::string before = std::exchange(name_, text_of(name, "name"));
    Graph& graph = network_.graph();
    graph.node(node_).name = name_;
    for (const Part& part : parts_) {
      std::string& part_name = graph.node(part.node).name;
      if (part_name == before + "/" + part.tag) part_name = name_ + "/" + part.tag;
    }
    rewrite();  // an error names the layer
  });
}

void Layer::setMetadata(const char* metadata) noexcept {
  guarded(reporter(), "ILayer::setMetadata", [&] {
    metadata_ = text_of(metadata, "metadata");
    origins_ = {metadata_};
    network_.graph().node(node_).origins = origins_;
    for (const Part& part : parts_) network_.graph().node(part.node).origins = origins_;
  });
}

bool Layer::setNbRanks(int32_t ranks) noexcept {
  if (ranks == 1) return true;
  return not_implemented(reporter(), "ILayer::setNbRanks", false);
}

void Layer::setPrecision(nv::DataType type) noexcept {
  guarded(reporter(), "ILayer::setPrecision", [&] {
    if (network_.strongly_typed()) {
      fail(ErrorCode::kInvalidState, "{}: the network is strongly typed", name_);
    }
    to_internal(type);
    precision_ = type;
  });
}

nv::DataType Layer::getPrecision() const noexcept {
  return precision_.value_or(nv::DataType::kFLOAT);
}

size_t Layer::checked_output(int32_t index) const {
  if (index < 0 || index >= getNbOutputs()) fail("{}: output {} is out of range", name_, index);
  return static_cast<size_t>(index);
}

void Layer::setOutputType(int32_t index, nv::DataType type) noexcept {
  guarded(reporter(), "ILayer::setOutputType", [&] {
    if (network_.strongly_typed()) {
      fail(ErrorCode::kInvalidState, "{}: the network is strongly typed", name_);
    }
    const size_t output = checked_output(index);
    to_internal(type);
    output_types_[output] = type;
    rewrite();
  });
}

nv::DataType Layer::getOutputType(int32_t index) const noexcept {
  if (index < 0 || index >= getNbOutputs()) return nv::DataType::kFLOAT;
  const auto output = static_cast<size_t>(index);
  return output_types_[output].value_or(outputs_[output]->getType());
}

bool Layer::outputTypeIsSet(int32_t index) const noexcept {
  return index >= 0 && index < getNbOutputs() &&
         output_types_[static_cast<size_t>(index)].has_value();
}

void Layer::resetOutputType(int32_t index) noexcept {
  guarded(reporter(), "ILayer::resetOutputType", [&] {
    output_types_[checked_output(index)].reset();
    rewrite();
  });
}

// ---- inputs and outputs

nv::ITensor* Layer::getInput(int32_t index) const noexcept {
  return index >= 0 && index < getNbInputs() ? inputs_[static_cast<size_t>(index)] : nullptr;
}

nv::ITensor* Layer::getOutput(int32_t index) const noexcept {
  return index >= 0 && index < getNbOutputs() ? outputs_[static_cast<size_t>(index)] : nullptr;
}

void Layer::set_inputs(std::vector<NetworkTensor*> inputs) {
  for (NetworkTensor* tensor : inputs) {
    if (tensor) ++tensor->readers_;
  }
  for (NetworkTensor* tensor : inputs_) {
    if (tensor) --tensor->readers_;
  }
  inputs_ = std::move(inputs);
}

void Layer::setInput(int32_t index, nv::ITensor& tensor) noexcept {
  guarded(reporter(), "ILayer::setInput", [&] {
    const size_t most = kept_ ? inputs_.size() : std::max(most_inputs(), inputs_.size());
    if (index < 0 || static_cast<size_t>(index) >= most) {
      fail("{}: input {} is out of range: at most {} inputs", name_, index, most);
    }
    const auto i = static_cast<size_t>(index);
    NetworkTensor& own = network_.own(tensor, fmt::format("{}: input {}", name_, index));
    const std::vector<NetworkTensor*> before = inputs_;
    std::vector<NetworkTensor*> inputs = inputs_;
    if (i >= inputs.size()) inputs.resize(i + 1, nullptr);
    inputs[i] = &own;
    set_inputs(std::move(inputs));
    try {
      network_.require_no_cycle();
    } catch (const Error&) {
      set_inputs(before);
      throw;
    }
    input_was_set(i);
    rewrite();
  });
}

void Layer::drop_input(size_t index) {
  if (!has_input(index)) return;
  std::vector<NetworkTensor*> inputs = inputs_;
  inputs[index] = nullptr;
  while (!inputs.empty() && inputs.back() == nullptr) inputs.pop_back();
  set_inputs(std::move(inputs));
}

const Shape* Layer::known_dims(size_t input) const {
  network_.settle();
  if (!has_input(input) || !inputs_[input]->valid()) return nullptr;
  return &network_.graph().value(inputs_[input]->value()).type.dims;
}

// ---- writing nodes

void Layer::rewrite() { network_.rewrite(*this); }

bool Layer::refresh() {
  Graph& graph = network_.graph();
  const bool was_valid = !error_;
  std::vector<Value> before;
  for (const NetworkTensor* output : outputs_) before.push_back(graph.value(output->value()));
  error_.reset();
  for (Part& part : parts_) part.written = false;
  try {
    for (size_t i = 0; i < inputs_.size(); ++i) {
      if (inputs_[i] && !inputs_[i]->valid()) {
        throw Error(ErrorCode::kInvalidArgument, name_,
                    fmt::format("input {} (\"{}\") has no valid dims", i, inputs_[i]->name()));
      }
    }
    NodeWriter writer(*this);
    if (kept_) {
      std::vector<ValueId> values;
      for (size_t i = 0; i < inputs_.size(); ++i) values.push_back(writer.optional_input(i));
      writer.result(*kept_, std::move(values));
    } else {
      write(writer);
    }
    // The result no longer reads what was not written.
    std::erase_if(parts_, [&](const Part& part) {
      if (part.written) return false;
      graph.set_op(part.node, Constant{});  // lets weights go
      graph.remove_node(part.node);
      return true;
    });
  } catch (const Error& e) {
    error_ = e.where() == name_ ? e : at(name_, e);
  }
  bool changed = was_valid != !error_;
  for (size_t i = 0; i < outputs_.size(); ++i) {
    const Value& after = graph.value(outputs_[i]->value());
    changed |= before[i].type != after.type || before[i].elements != after.elements;
  }
  return changed;
}

bool Layer::is_read() const {
  return std::any_of(outputs_.begin(), outputs_.end(),
                     [](const NetworkTensor* output) { return output->readers_ > 0; });
}

NodeWriter::NodeWriter(Layer& layer) : layer_(layer), graph_(layer.network_.graph()) {}

ValueId NodeWriter::optional_input(size_t index) const {
  return layer_.has_input(index) ? layer_.inputs_[index]->value() : kNone;
}

ValueId NodeWriter::input(size_t index) const {
  const ValueId value = optional_input(index);
  if (value == kNone) fail("input {} is missing", index);
  return value;
}

size_t NodeWriter::input_count() const { return layer_.inputs_.size(); }

const TensorType& NodeWriter::type(ValueId value) const { return graph_.value(value).type; }

const std::optional<std::vector<Dim>>& NodeWriter::elements(ValueId value) const {
  return graph_.value(value).elements;
}

// Gives a node another op and inputs. An inference that fails leaves the output as it was.
static ValueId write_node(Graph& graph, NodeId id, Op op, std::vector<ValueId> inputs) {
  graph.set_op(id, std::move(op));
  graph.node(id).inputs = std::move(inputs);
  graph.infer_node(id);
  return graph.node(id).outputs.at(0);
}

ValueId NodeWriter::add(std::string_view tag, Op op, std::vector<ValueId> inputs) {
  auto& parts = layer_.parts_;
  auto part =
      std::find_if(parts.begin(), parts.end(), [&](const Layer::Part& p) { return p.tag == tag; });
  if (part == parts.end()) {
    const NodeId id = graph_.add_node(fmt::format("{}/{}", layer_.name_, tag), Constant{}, {});
    graph_.node(id).origins = layer_.origins_;
    parts.push_back({std::string(tag), id, false});
    part = parts.end() - 1;
  }
  TENON_CHECK(!part->written);
  part->written = true;
  return write_node(graph_, part->node, std::move(op), std::move(inputs));
}

ValueId NodeWriter::constant(std::string_view tag, const Tensor& value) {
  return add(tag, Constant{value}, {});
}

ValueId NodeWriter::integers(std::string_view tag, const std::vector<int64_t>& values) {
  return constant(tag, Tensor::i64(Dims{static_cast<int64_t>(values.size())}, values));
}

void NodeWriter::result(Op op, std::vector<ValueId> inputs) {
  write_node(graph_, layer_.node_, std::move(op), std::move(inputs));
}

// ---- axes

std::vector<int64_t> axes_of(uint32_t bits) {
  std::vector<int64_t> axes;
  for (int64_t i = 0; i < 32; ++i) {
    if ((bits >> i & 1U) != 0) axes.push_back(i);
  }
  return axes;
}

uint32_t bits_of_axes(const std::vector<int64_t>& axes, size_t rank) {
  uint32_t bits = 0;
  for (const int64_t a : axes) {
    const int64_t axis = a < 0 ? a + static_cast<int64_t>(rank) : a;
    if (axis >= 0 && axis < 32) bits |= 1U << axis;
  }
  return bits;
}

}  // namespace tenon::api
