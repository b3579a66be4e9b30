#include "api/network/network.h"

#include <algorithm>
#include <queue>

#include "ops/cast.h"
#include "ops/constant.h"
#include "ops/shape_of.h"

namespace tenon::api {

namespace nv = nvinfer1;

Network::Network(nv::IBuilder& builder, const Reporter& parent,
                 nv::NetworkDefinitionCreationFlags flags)
    : builder_(builder), reporter_(parent.logger()), flags_(flags) {
  reporter_.set_recorder(parent.recorder());
  nv::INetworkDefinition::mImpl = this;
  graph_.name = "Unnamed Network 0";
}

Network::~Network() = default;

bool Network::strongly_typed() const {
  return getFlag(nv::NetworkDefinitionCreationFlag::kSTRONGLY_TYPED);
}

bool Network::getFlag(nv::NetworkDefinitionCreationFlag flag) const noexcept {
  const auto bit = static_cast<uint32_t>(flag);
  return bit < 32 && (flags_ >> bit & 1U) != 0;
}

void Network::setName(const char* name) noexcept {
  guarded(reporter_, "INetworkDefinition::setName", [&] { graph_.name = text_of(name, "name"); });
}

void Network::setErrorRecorder(nv::IErrorRecorder* recorder) noexcept {
  reporter_.set_recorder(recorder);
}

nv::IErrorRecorder* Network::getErrorRecorder() const noexcept { return reporter_.recorder(); }

// ---- tensors

NetworkTensor& Network::own(const nv::ITensor& tensor, std::string_view what) const {
  // A null pointer behind the reference is not found either.
  const auto found = tensors_.find(&tensor);
  if (found == tensors_.end()) fail("{} is no tensor of this network", what);
  return *found->second;
}

NetworkTensor* Network::tensor_of(ValueId value) const {
  const auto index = static_cast<size_t>(value);
  return value != kNone && index < by_value_.size() ? by_value_[index] : nullptr;
}

NetworkTensor& Network::add_tensor(ValueId value, Layer* layer, std::string name) {
  graph_.value(value).name = name;
  auto tensor = std::make_unique<NetworkTensor>(*this, value, layer, std::move(name));
  NetworkTensor& added = *tensor;
  const auto index = static_cast<size_t>(value);
  if (index >= by_value_.size()) by_value_.resize(index + 1, nullptr);
  tensors_.emplace(&added, std::move(tensor));
  by_value_[index] = &added;
  return added;
}

nv::ITensor* Network::addInput(const char* name, nv::DataType type, const nv::Dims& dims) noexcept {
  return guarded(
      reporter_, "INetworkDefinition::addInput", static_cast<nv::ITensor*>(nullptr), [&] {
        const std::string text = text_of(name, "name");
        if (text.empty()) fail("the name is empty");
        for (const ValueId v : graph_.inputs()) {
          if (graph_.value(v).name == text) fail("there is an input called {} already", text);
        }
        const DataType dtype = to_internal(type);
        numbers(dims, -1, "a dimension of input " + text);
        NetworkTensor& tensor = add_tensor(graph_.add_input(text, {dtype, {}}), nullptr, text);
        tensor.dims_ = dims;
        tensor.apply_dims();
        return static_cast<nv::ITensor*>(&tensor);
      });
}

bool Network::is_output(const NetworkTensor& tensor) const {
  return graph_.is_output(tensor.value());
}

void Network::markOutput(nv::ITensor& tensor) noexcept {
  guarded(reporter_, "INetworkDefinition::markOutput", [&] {
    const NetworkTensor& own_tensor = own(tensor, "the tensor");
    if (own_tensor.isNetworkInput()) fail("{} is an input", own_tensor.name());
    if (is_output(own_tensor)) fail("{} is an output already", own_tensor.name());
    graph_.add_output(own_tensor.value());
  });
}

static void take_output_back(Graph& graph, const NetworkTensor& tensor) {
  std::vector<ValueId> outputs = graph.outputs();
  if (std::erase(outputs, tensor.value()) == 0) fail("{} is no output", tensor.name());
  graph.set_outputs(std::move(outputs));
}

void Network::unmarkOutput(nv::ITensor& tensor) noexcept {
  guarded(reporter_, "INetworkDefinition::unmarkOutput",
          [&] { take_output_back(graph_, own(tensor, "the tensor")); });
}

bool Network::markOutputForShapes(nv::ITensor& tensor) noexcept {
  return guarded(reporter_, "INetworkDefinition::markOutputForShapes", false, [&] {
    NetworkTensor& own_tensor = own(tensor, "the tensor");
    settle();
    if (!own_tensor.valid() || !graph_.value(own_tensor.value()).elements) {
      fail("{} does not follow from shapes and constants", own_tensor.name());
    }
    if (is_output(own_tensor)) fail("{} is an output already", own_tensor.name());
    graph_.add_output(own_tensor.value());
    own_tensor.location_ = nv::TensorLocation::kHOST;
    return true;
  });
}

bool Network::unmarkOutputForShapes(nv::ITensor& tensor) noexcept {
  return guarded(reporter_, "INetworkDefinition::unmarkOutputForShapes", false, [&] {
    NetworkTensor& own_tensor = own(tensor, "the tensor");
    take_output_back(graph_, own_tensor);
    own_tensor.location_.reset();
    return true;
  });
}

void Network::removeTensor(nv::ITensor& tensor) noexcept {
  guarded(reporter_, "INetworkDefinition::removeTensor", [&] {
    NetworkTensor& own_tensor = own(tensor, "the tensor");
    if (!own_tensor.isNetworkInput()) fail("{} is the output of a layer", own_tensor.name());
    if (own_tensor.readers_ > 0) fail("{} is the input of a layer", own_tensor.name());
    graph_.remove_input(own_tensor.value());
    by_value_[static_cast<size_t>(own_tensor.value())] = nullptr;
    tensors_.erase(&own_tensor);
  });
}

int32_t Network::getNbInputs() const noexcept {
  return static_cast<int32_t>(graph_.inputs().size());
}

nv::ITensor* Network::getInput(int32_t index) const noexcept {
  if (index < 0 || index >= getNbInputs()) return nullptr;
  return tensor_of(graph_.inputs()[static_cast<size_t>(index)]);
}

int32_t Network::getNbOutputs() const noexcept {
  return static_cast<int32_t>(graph_.outputs().size());
}

nv::ITensor* Network::getOutput(int32_t index) const noexcept {
  if (index < 0 || index >= getNbOutputs()) return nullptr;
  return tensor_of(graph_.outputs()[static_cast<size_t>(index)]);
}

Network::Uses Network::uses(ValueId wanted) const {
  std::vector<Uses> uses(graph_.value_capacity());
  for (const ValueId v : graph_.outputs()) uses[static_cast<size_t>(v)].as_data = true;
  const std::vector<NodeId> order = graph_.order();
  for (auto id = order.rbegin(); id != order.rend(); ++id) {
    const Node& node = graph_.node(*id);
    if (node.op.is<ShapeOf>()) continue;  // reads dims, no values
    Uses result;
    for (const ValueId output : node.outputs) {
      result.as_shape |= uses[static_cast<size_t>(output)].as_shape;
      result.as_data |= uses[static_cast<size_t>(output)].as_data;
    }
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i] == kNone) continue;
      Uses& input = uses[static_cast<size_t>(node.inputs[i])];
      if ((node.op.traits().shape_operands >> i & 1U) != 0) {
        input.as_shape = true;
      } else {
        input.as_shape |= result.as_shape;
        input.as_data |= result.as_data || !result.as_shape;
      }
    }
  }
  return uses[static_cast<size_t>(wanted)];
}

// ---- layers

nv::ILayer* Network::getLayer(int32_t index) const noexcept {
  if (index < 0 || index >= getNbLayers()) return nullptr;
  return &layers_[static_cast<size_t>(index)]->face();
}

void Network::insert(std::unique_ptr<Layer> layer, std::vector<NetworkTensor*> inputs,
                     const std::string& name, const std::vector<std::string>& output_names) {
  settle();
  Layer& added = *layer;
  const std::string otherwise =
      fmt::format("(Unnamed Layer* {}) [{}]", layers_.size(), added.kind_);
  added.name_ = name.empty() ? otherwise : name;
  added.node_ = graph_.add_node(added.name_, Constant{}, {});
  graph_.node(added.node_).origins = added.origins_;
  for (size_t i = 0; i < added.outputs_.size(); ++i) {
    const ValueId value =
        i == 0 ? graph_.node(added.node_).outputs.at(0) : graph_.extend_outputs(added.node_);
    const std::string number = added.outputs_.size() == 1 ? "" : fmt::format("_{}", i + 1);
    const bool named = i < output_names.size() && !output_names[i].empty();
    added.outputs_[i] =
        &add_tensor(value, &added, named ? output_names[i] : added.name_ + "_output" + number);
  }
  added.set_inputs(std::move(inputs));
  layers_.push_back(std::move(layer));
  added.refresh();
}

void Network::rewrite(Layer& layer) {
  settle();
  if (layer.refresh() && layer.is_read()) touch();
}

std::vector<Layer*> Network::layers_in_order() const {
  std::unordered_map<const Layer*, size_t> index;
  for (size_t i = 0; i < layers_.size(); ++i) index.emplace(layers_[i].get(), i);
  std::vector<int> waiting(layers_.size(), 0);
  std::vector<std::vector<size_t>> readers(layers_.size());
  std::priority_queue<size_t, std::vector<size_t>, std::greater<>> ready;
  for (size_t i = 0; i < layers_.size(); ++i) {
    for (const NetworkTensor* input : layers_[i]->inputs()) {
      if (input == nullptr || input->layer() == nullptr) continue;
      readers[index.at(input->layer())].push_back(i);
      ++waiting[i];
    }
    if (waiting[i] == 0) ready.push(i);
  }
  std::vector<Layer*> order;
  while (!ready.empty()) {
    const size_t i = ready.top();
    ready.pop();
    order.push_back(layers_[i].get());
    for (const size_t reader : readers[i]) {
      if (--waiting[reader] == 0) ready.push(reader);
    }
  }
  if (order.size() == layers_.size()) return order;
  for (size_t i = 0; i < layers_.size(); ++i) {
    if (waiting[i] > 0) {
      throw Error(ErrorCode::kInvalidArgument, layers_[i]->getName(), "is on a cycle of layers");
    }
  }
  return order;
}

void Network::require_no_cycle() const { layers_in_order(); }

void Network::settle() {
  if (!stale_) return;
  stale_ = false;
  for (Layer* layer : layers_in_order()) layer->refresh();
}

// ---- weights' names

bool Network::weights_exist(const char* name) const {
  return name != nullptr && weights_names_.find(std::string_view(name)) != weights_names_.end();
}

bool Network::setWeightsName(nv::Weights weights, const char* name) noexcept {
  return guarded(reporter_, "INetworkDefinition::setWeightsName", false, [&] {
    const std::string text = text_of(name, "name");
    const bool known = std::any_of(layers_.begin(), layers_.end(), [&](const auto& layer) {
      return layer->has_weights(weights.values);
    });
    if (!known) fail("no layer uses the weights for the name {}", text);
    weights_names_.insert(text);
    return true;
  });
}

bool Network::markWeightsRefittable(const char* name) noexcept {
  return guarded(reporter_, "INetworkDefinition::markWeightsRefittable", false, [&] {
    if (!weights_exist(name)) fail("there are no weights called {}", name ? name : "(null)");
    refittable_.insert(name);
    return true;
  });
}

bool Network::unmarkWeightsRefittable(const char* name) noexcept {
  return guarded(reporter_, "INetworkDefinition::unmarkWeightsRefittable", false, [&] {
    if (!weights_exist(name)) fail("there are no weights called {}", name ? name : "(null)");
    refittable_.erase(name);
    return true;
  });
}

bool Network::areWeightsMarkedRefittable(const char* name) const noexcept {
  return name != nullptr && refittable_.find(std::string_view(name)) != refittable_.end();
}

// ---- the finished graph

void Network::require_distinct_names() const {
  std::set<std::string_view> seen;
  for (const bool inputs : {true, false}) {
    for (const ValueId v : inputs ? graph_.inputs() : graph_.outputs()) {
      const std::string& name = graph_.value(v).name;
      if (name.empty()) fail("an {} of the network has no name", inputs ? "input" : "output");
      if (!seen.insert(name).second) fail("two inputs or outputs are called {}", name);
    }
  }
  seen.clear();
  for (const auto& layer : layers_) {
    if (!seen.insert(layer->name_).second) fail("two layers are called {}", layer->name_);
  }
}

// Outputs for which the program asked another type are converted to it.
void Network::append_casts(Graph& graph) const {
  std::vector<ValueId> outputs = graph.outputs();
  for (ValueId& output : outputs) {
    const NetworkTensor* tensor = tensor_of(output);
    const auto& asked = tensor->asked_type();
    if (!asked || *asked == graph.value(output).type.dtype) continue;
    const ValueId cast = graph.add(tensor->name() + " [type]", Cast{*asked}, {output});
    graph.value(output).name = tensor->name() + " [as computed]";
    graph.value(cast).name = tensor->name();
    output = cast;
  }
  graph.set_outputs(std::move(outputs));
}

Graph Network::complete_graph() {
  settle();
  for (const Layer* layer : layers_in_order()) {
    if (layer->error()) throw *layer->error();
  }
  if (graph_.outputs().empty()) {
    fail(ErrorCode::kInvalidConfig, "the network has no output: mark one");
  }
  require_distinct_names();
  Graph graph = graph_;
  append_casts(graph);
  return graph;
}

}  // namespace tenon::api
