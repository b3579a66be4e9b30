#include "test_model.h"

#include <gtest/gtest.h>

#include <cmath>

#include "ir/interpreter.h"
#include "onnx_schema/onnx.pb.h"

namespace tenon::testing {

using onnx_format::AttributeProto;
using onnx_format::ElementType;
using onnx_format::ModelProto;
using onnx_format::NodeProto;
using onnx_format::TensorProto;

static ElementType onnx_type(DataType dtype) {
  switch (dtype) {
    case DataType::kF32: return ElementType::FLOAT;
    case DataType::kF16: return ElementType::FLOAT16;
    case DataType::kBF16: return ElementType::BFLOAT16;
    case DataType::kF64: return ElementType::DOUBLE;
    case DataType::kI32: return ElementType::INT32;
    case DataType::kI64: return ElementType::INT64;
    case DataType::kI8: return ElementType::INT8;
    case DataType::kU8: return ElementType::UINT8;
    case DataType::kBool: return ElementType::BOOL;
    default: throw std::invalid_argument("no ONNX type for this");
  }
}

static void fill(TensorProto& proto, const Tensor& value) {
  proto.set_data_type(onnx_type(value.dtype()));
  for (const int64_t d : value.dims()) proto.add_dims(d);
  proto.set_raw_data(value.bytes().data(), value.bytes().size());
}

static void fill(AttributeProto& proto, const AttributeValue& value) {
  if (const auto* i = std::get_if<int64_t>(&value)) {
    proto.set_type(AttributeProto::INT);
    proto.set_i(*i);
  } else if (const auto* f = std::get_if<float>(&value)) {
    proto.set_type(AttributeProto::FLOAT);
    proto.set_f(*f);
  } else if (const auto* s = std::get_if<std::string>(&value)) {
    proto.set_type(AttributeProto::STRING);
    proto.set_s(*s);
  } else if (const auto* ints = std::get_if<std::vector<int64_t>>(&value)) {
    proto.set_type(AttributeProto::INTS);
    for (const int64_t v : *ints) proto.add_ints(v);
  } else if (const auto* floats = std::get_if<std::vector<float>>(&value)) {
    proto.set_type(AttributeProto::FLOATS);
    for (const float v : *floats) proto.add_floats(v);
  } else {
    proto.set_type(AttributeProto::TENSOR);
    fill(*proto.mutable_t(), std::get<Tensor>(value));
  }
}

TestModel::TestModel(int opset) : proto_(std::make_unique<ModelProto>()) {
  proto_->set_ir_version(8);
  proto_->set_producer_name("test");
  proto_->add_opset_import()->set_version(opset);
  proto_->mutable_graph()->set_name("graph");
}

TestModel::~TestModel() = default;

TestModel& TestModel::input(const std::string& name, std::string_view type) {
  auto* info = proto_->mutable_graph()->add_input();
  info->set_name(name);
  auto* tensor = info->mutable_type()->mutable_tensor_type();
  const size_t bracket = type.find('[');
  tensor->set_elem_type(onnx_type(parse_dtype(type.substr(0, bracket)).value()));
  auto* shape = tensor->mutable_shape();
  std::string dims(type.substr(bracket + 1, type.size() - bracket - 2));
  for (size_t at = 0; at < dims.size();) {
    const size_t end = std::min(dims.find(',', at), dims.size());
    const std::string dim = dims.substr(at, end - at);
    auto* d = shape->add_dim();
    if (std::isdigit(static_cast<unsigned char>(dim[0])) != 0) {
      d->set_dim_value(std::stoll(dim));
    } else if (dim != "?") {
      d->set_dim_param(dim);
    }
    at = end + 1;
  }
  return *this;
}

TensorProto& TestModel::add_initializer(const std::string& name) {
  TensorProto* tensor = proto_->mutable_graph()->add_initializer();
  tensor->set_name(name);
  return *tensor;
}

TestModel& TestModel::constant(const std::string& name, const Tensor& value) {
  fill(add_initializer(name), value);
  return *this;
}

TestModel& TestModel::output(const std::string& name) {
  proto_->mutable_graph()->add_output()->set_name(name);
  return *this;
}

NodeProto& TestModel::node(const std::string& op, const std::vector<std::string>& inputs,
                           const std::vector<std::string>& outputs, const Attributes& attributes) {
  NodeProto* node = proto_->mutable_graph()->add_node();
  node->set_op_type(op);
  node->set_name("the_" + op);
  for (const auto& name : inputs) node->add_input(name);
  for (const auto& name : outputs) node->add_output(name);
  for (const auto& [name, value] : attributes) {
    AttributeProto* attribute = node->add_attribute();
    attribute->set_name(name);
    fill(*attribute, value);
  }
  return *node;
}

std::string TestModel::bytes() const { return proto_->SerializeAsString(); }

Imported TestModel::import(const ImportOptions& options, const Log& log) const {
  return OnnxModel(as_bytes(bytes()), options).import(log);
}

std::string TestModel::problems() const {
  std::string text;
  for (const auto& problem : import().problems) {
    text += (text.empty() ? "" : "\n") + problem.message;
  }
  return text;
}

std::vector<Tensor> TestModel::run(const std::vector<Tensor>& inputs) const {
  return interpret(import_onnx(as_bytes(bytes()), {}, {}), inputs);
}

Tensor run_node(int opset, const std::string& op, const std::vector<Tensor>& inputs,
                const Attributes& attributes, bool constants) {
  TestModel model(opset);
  std::vector<std::string> names;
  std::vector<Tensor> given;
  for (size_t i = 0; i < inputs.size(); ++i) {
    names.push_back("x" + std::to_string(i));
    if (i == 0 || !constants) {
      model.input(names[i], to_string(inputs[i].type()));
      given.push_back(inputs[i]);
    } else {
      model.constant(names[i], inputs[i]);
    }
  }
  model.node(op, names, {"y"}, attributes);
  model.output("y");
  return model.run(given).at(0);
}

std::span<const std::byte> as_bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::vector<double> numbers(const Tensor& tensor) {
  std::vector<double> values;
  for (int64_t i = 0; i < tensor.volume(); ++i) values.push_back(element(tensor.view(), i));
  return values;
}

void expect_near(const Tensor& a, const std::vector<double>& b, double tolerance) {
  const auto values = numbers(a);
  ASSERT_EQ(values.size(), b.size());
  for (size_t i = 0; i < b.size(); ++i) {
    if (values[i] == b[i] || (std::isnan(values[i]) && std::isnan(b[i]))) continue;
    EXPECT_NEAR(values[i], b[i], tolerance * std::max(1.0, std::abs(b[i]))) << "element " << i;
  }
}

Tensor iota(Dims dims, float scale) {
  return Tensor::make(DataType::kF32, dims, [&](const TensorView& view) {
    for (int64_t i = 0; i < view.volume(); ++i) view.as<float>()[i] = static_cast<float>(i) * scale;
  });
}

}  // namespace tenon::testing
