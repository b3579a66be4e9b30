#include "model_builder.h"

#include <cmath>
#include <functional>
#include <numeric>

#include "onnx_schema/onnx.pb.h"

namespace tenon::zoo {

using onnx_format::AttributeProto;
using onnx_format::ElementType;
using onnx_format::NodeProto;
using onnx_format::TensorProto;

namespace {

// SplitMix64: a counter, scrambled. (Steele, Lea, Flood: Fast splittable pseudorandom number
// generators, 2014)
uint64_t next_random(uint64_t& state) {
  uint64_t z = (state += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

// Close to a standard normal: the sum of four uniform numbers of 16 bits, centred and scaled to
// variance 1. Exact integer arithmetic up to the last step, so that every machine agrees.
float next_normal(uint64_t& state) {
  const uint64_t bits = next_random(state);
  const auto sum = static_cast<int64_t>((bits & 0xffffU) + ((bits >> 16U) & 0xffffU) +
                                        ((bits >> 32U) & 0xffffU) + (bits >> 48U));
  constexpr float kScale = 1.7320508F / 65536.0F;
  return static_cast<float>(sum - 2 * 65535) * kScale;
}

void set_attribute(NodeProto& node, const ModelBuilder::Attribute& attribute) {
  AttributeProto* a = node.add_attribute();
  a->set_name(std::string(attribute.first));
  if (const auto* i = std::get_if<int64_t>(&attribute.second)) {
    a->set_type(AttributeProto::INT);
    a->set_i(*i);
  } else if (const auto* f = std::get_if<float>(&attribute.second)) {
    a->set_type(AttributeProto::FLOAT);
    a->set_f(*f);
  } else if (const auto* s = std::get_if<std::string>(&attribute.second)) {
    a->set_type(AttributeProto::STRING);
    a->set_s(*s);
  } else {
    a->set_type(AttributeProto::INTS);
    for (const int64_t v : std::get<std::vector<int64_t>>(attribute.second)) a->add_ints(v);
  }
}

void set_type(onnx_format::ValueInfo& info, const std::string& name, int64_t batch,
              const std::vector<int64_t>& dims, ElementType type = ElementType::FLOAT) {
  info.set_name(name);
  auto* tensor = info.mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(type);
  auto* first = tensor->mutable_shape()->add_dim();
  if (batch < 0) {
    first->set_dim_param("N");
  } else {
    first->set_dim_value(batch);
  }
  for (const int64_t d : dims) {
    auto* dim = tensor->mutable_shape()->add_dim();
    if (d == kLength) {
      dim->set_dim_param("S");
    } else {
      dim->set_dim_value(d);
    }
  }
}

}  // namespace

ConvSpec same(int64_t out, int64_t kernel, int64_t stride, int64_t groups, float gain) {
  const int64_t pad = (kernel - 1) / 2;
  return {out, {kernel, kernel}, stride, {pad, pad}, groups, gain};
}

ModelBuilder::ModelBuilder(std::string_view name, BuilderOptions options)
    : options_(options),
      model_(std::make_unique<onnx_format::ModelProto>()),
      random_(options.seed) {
  model_->set_ir_version(8);
  model_->set_producer_name("tenon_zoo");
  model_->add_opset_import()->set_version(17);
  model_->mutable_graph()->set_name(std::string(name));
}

ModelBuilder::~ModelBuilder() = default;

ModelBuilder::Value ModelBuilder::input(int64_t channels, int64_t height, int64_t width) {
  set_type(*model_->mutable_graph()->add_input(), "input", options_.batch,
           {channels, height, width});
  channels_["input"] = channels;
  return "input";
}

ModelBuilder::Value ModelBuilder::tokens(std::string_view name) {
  set_type(*model_->mutable_graph()->add_input(), std::string(name), options_.batch, {kLength},
           ElementType::INT64);
  return std::string(name);
}

void ModelBuilder::output(const Value& value, const std::vector<int64_t>& dims_after_batch) {
  auto& graph = *model_->mutable_graph();
  for (NodeProto& node : *graph.mutable_node()) {
    if (node.output(0) == value) node.set_output(0, "output");
  }
  set_type(*graph.add_output(), "output", options_.batch, dims_after_batch);
}

ModelBuilder::Value ModelBuilder::node(std::string_view op, const std::vector<Value>& inputs,
                                       const std::vector<Attribute>& attributes) {
  NodeProto* node = model_->mutable_graph()->add_node();
  node->set_op_type(std::string(op));
  std::string name = std::string(op) + "_" + std::to_string(count_[std::string(op)]++);
  node->set_name(name);
  for (const Value& input : inputs) node->add_input(input);
  node->add_output(name + ":0");
  for (const Attribute& attribute : attributes) set_attribute(*node, attribute);
  const auto found = channels_.find(inputs.at(0));
  channels_[node->output(0)] = found == channels_.end() ? 0 : found->second;
  return node->output(0);
}

ModelBuilder::Value ModelBuilder::weights(std::string_view name, const std::vector<int64_t>& dims,
                                          float deviation, float mean) {
  TensorProto* tensor = model_->mutable_graph()->add_initializer();
  tensor->set_name(std::string(name));
  tensor->set_data_type(ElementType::FLOAT);
  for (const int64_t d : dims) tensor->add_dims(d);
  const int64_t n = std::accumulate(dims.begin(), dims.end(), int64_t{1}, std::multiplies<>());
  std::vector<float> values(static_cast<size_t>(n));
  for (float& v : values) v = mean + deviation * next_normal(random_);
  tensor->set_raw_data(values.data(), values.size() * sizeof(float));
  return tensor->name();
}

ModelBuilder::Value ModelBuilder::constant(std::string_view name, float value) {
  return weights(name, {}, 0, value);
}

ModelBuilder::Value ModelBuilder::integer(std::string_view name, int64_t value) {
  const Value v = integers(name, {value});
  model_->mutable_graph()->mutable_initializer()->rbegin()->clear_dims();
  return v;
}

ModelBuilder::Value ModelBuilder::integers(std::string_view name,
                                           const std::vector<int64_t>& values) {
  TensorProto* tensor = model_->mutable_graph()->add_initializer();
  tensor->set_name(std::string(name));
  tensor->set_data_type(ElementType::INT64);
  tensor->add_dims(static_cast<int64_t>(values.size()));
  tensor->set_raw_data(values.data(), values.size() * sizeof(int64_t));
  return tensor->name();
}

ModelBuilder::Value ModelBuilder::batch_norm(const Value& x) {
  const int64_t n = channels(x);
  const std::string name = "BatchNormalization_" + std::to_string(count_["BatchNormalization"]);
  return node("BatchNormalization",
              {x, weights(name + ".scale", {n}, 0.1F, 1), weights(name + ".bias", {n}, 0.1F),
               weights(name + ".mean", {n}, 0.1F), weights(name + ".variance", {n}, 0.05F, 1)});
}

ModelBuilder::Value ModelBuilder::conv(const Value& x, const ConvSpec& spec) {
  const int64_t per_group = channels(x) / spec.groups;
  const auto fan_in = static_cast<float>(per_group * spec.kernel[0] * spec.kernel[1]);
  const std::string name = "Conv_" + std::to_string(count_["Conv"]);
  std::vector<Value> inputs{
      x, weights(name + ".weight", {spec.out, per_group, spec.kernel[0], spec.kernel[1]},
                 std::sqrt(spec.gain / fan_in))};
  if (!options_.batch_norm) inputs.push_back(weights(name + ".bias", {spec.out}, 0.1F));
  const Value y =
      node("Conv", inputs,
           {{"kernel_shape", spec.kernel},
            {"strides", std::vector<int64_t>{spec.stride, spec.stride}},
            {"pads", std::vector<int64_t>{spec.pad[0], spec.pad[1], spec.pad[0], spec.pad[1]}},
            {"group", spec.groups}});
  channels_[y] = spec.out;
  return options_.batch_norm ? batch_norm(y) : y;
}

ModelBuilder::Value ModelBuilder::conv_relu(const Value& x, const ConvSpec& spec) {
  return relu(conv(x, spec));
}

ModelBuilder::Value ModelBuilder::up_conv(const Value& x, int64_t out) {
  const std::string name = "ConvTranspose_" + std::to_string(count_["ConvTranspose"]);
  const auto fan_in = static_cast<float>(channels(x));
  const Value y =
      node("ConvTranspose",
           {x, weights(name + ".weight", {channels(x), out, 2, 2}, std::sqrt(1 / fan_in)),
            weights(name + ".bias", {out}, 0.1F)},
           {{"kernel_shape", std::vector<int64_t>{2, 2}}, {"strides", std::vector<int64_t>{2, 2}}});
  channels_[y] = out;
  return y;
}

ModelBuilder::Value ModelBuilder::dense(const Value& x, int64_t in, int64_t out, float gain) {
  const std::string name = "Gemm_" + std::to_string(count_["Gemm"]);
  const Value y =
      node("Gemm",
           {x, weights(name + ".weight", {out, in}, std::sqrt(gain / static_cast<float>(in))),
            weights(name + ".bias", {out}, 0.1F)},
           {{"transB", int64_t{1}}});
  channels_[y] = out;
  return y;
}

ModelBuilder::Value ModelBuilder::project(const Value& x, int64_t in, int64_t out, float gain) {
  const std::string name = "MatMul_" + std::to_string(count_["MatMul"]);
  const Value weight =
      weights(name + ".weight", {in, out}, std::sqrt(gain / static_cast<float>(in)));
  return add(node("MatMul", {x, weight}), weights(name + ".bias", {out}, 0.1F));
}

ModelBuilder::Value ModelBuilder::concat(const std::vector<Value>& parts) {
  const Value y = node("Concat", parts, {{"axis", int64_t{1}}});
  channels_[y] = 0;
  for (const Value& part : parts) channels_[y] += channels(part);
  return y;
}

ModelBuilder::Value ModelBuilder::pool(std::string_view kind, const Value& x, int64_t kernel,
                                       int64_t stride, int64_t pad) {
  std::vector<Attribute> attributes{{"kernel_shape", std::vector<int64_t>{kernel, kernel}},
                                    {"strides", std::vector<int64_t>{stride, stride}},
                                    {"pads", std::vector<int64_t>{pad, pad, pad, pad}}};
  if (kind == "AveragePool") attributes.emplace_back("count_include_pad", int64_t{1});
  return node(kind, {x}, attributes);
}

std::string ModelBuilder::serialize() const { return model_->SerializeAsString(); }

}  // namespace tenon::zoo
