#include "api/runtime/layer_information.h"

#include "base/hash.h"
#include "ops/binary.h"
#include "ops/conv.h"
#include "ops/deconv.h"
#include "ops/matmul.h"
#include "ops/pool.h"
#include "ops/reduce.h"
#include "ops/unary.h"

namespace tenon::api {
namespace {

using Json = nlohmann::ordered_json;

struct LayerKind {
  std::string_view op;
  const char* layer_type;
  const char* parameter_type;
};

constexpr LayerKind kKinds[] = {
    {"conv", "Convolution", "Convolution"},
    {"conv_depthwise", "Convolution", "Convolution"},
    {"conv_pair", "Convolution", "Convolution"},
    {"conv_pool", "Convolution", "Convolution"},
    {"deconv", "Deconvolution", "Deconvolution"},
    {"inverted_residual", "Convolution", "Convolution"},
    {"matmul", "MatrixMultiply", "MatrixMultiply"},
    {"pool", "Pooling", "Pooling"},
    {"reduce", "Reduce", "Reduce"},
    {"softmax", "SoftMax", "SoftMax"},
    {"normalization", "Normalization", "Normalization"},
    {"pointwise", "PointWise", "PointWise"},
    {"unary", "PointWise", "PointWise"},
    {"binary", "PointWise", "ElementWise"},
    {"scale", "Scale", "Scale"},
    {"reformat", "Reformat", "Reformat"},
    {"resize", "Resize", "Resize"},
    {"concat", "Concatenation", "Concatenation"},
    {"slice", "Slice", "Slice"},
    {"gather", "Gather", "Gather"},
    {"transpose", "Shuffle", "Shuffle"},
    {"reshape", "Shuffle", "Shuffle"},
    {"pad", "Padding", "Padding"},
    {"cast", "Cast", "Cast"},
    {"select", "Select", "Select"},
};

LayerKind kind_of(const Op& op) {
  for (const LayerKind& kind : kKinds) {
    if (kind.op == op.name()) return kind;
  }
  return {op.name(), "Layer", "Layer"};
}

std::string format_text(const PlanTensor& tensor) {
  std::string type;
  switch (tensor.dtype) {
    case DataType::kF32: type = "FP32"; break;
    case DataType::kF16: type = "FP16"; break;
    case DataType::kBF16: type = "BF16"; break;
    case DataType::kI8: type = "Int8"; break;
    case DataType::kI32: type = "Int32"; break;
    case DataType::kI64: type = "Int64"; break;
    case DataType::kBool: type = "Bool"; break;
    default: type = std::string(name_of(tensor.dtype));
  }
  switch (tensor.layout) {
    case Layout::kLinear: return "Row major linear " + type + " format";
    case Layout::kChannelsLast: return "Channel last " + type + " format";
    case Layout::kBlocked8: return "Eight wide channel vectorized row major " + type + " format";
    default: return "Sixteen wide channel vectorized row major " + type + " format";
  }
}

Json tensor_json(const PlanTensor& tensor) {
  Json dims = Json::array();
  for (const Dim& dim : tensor.dims) dims.push_back(dim.is_constant() ? dim.value() : -1);
  return {{"Name", tensor.name},
          {"Location", "Device"},
          {"Dimensions", std::move(dims)},
          {"Format/Datatype", format_text(tensor)}};
}

const PlanOperand* weights_of(const PlanStep& step, size_t input) {
  const bool there =
      input < step.inputs.size() && step.inputs[input].kind == OperandKind::kConstant;
  return there ? &step.inputs[input] : nullptr;
}

Json count_json(const PlanOperand* operand) {
  return {{"Type", "Float"}, {"Count", operand ? operand->dims.volume() : 0}};
}

std::vector<int64_t> or_ones(const std::vector<int64_t>& values, size_t n, int64_t value) {
  return values.empty() ? std::vector<int64_t>(n, value) : values;
}

template <typename Convolution>
void add_convolution(Json& json, const Convolution& conv, const PlanStep& step, bool transposed) {
  const PlanOperand* w = weights_of(step, 1);
  const size_t spatial = w && w->dims.rank() > 2 ? static_cast<size_t>(w->dims.rank() - 2) : 0;
  std::vector<int64_t> kernel;
  for (size_t i = 0; i < spatial; ++i) kernel.push_back(w->dims[static_cast<int>(i) + 2]);
  json["Kernel"] = kernel;
  json["PaddingMode"] = "kEXPLICIT_ROUND_DOWN";
  json["PrePadding"] = or_ones(conv.pad_begin, spatial, 0);
  json["PostPadding"] = or_ones(conv.pad_end, spatial, 0);
  json["Stride"] = or_ones(conv.stride, spatial, 1);
  json["Dilation"] = or_ones(conv.dilation, spatial, 1);
  json["OutMaps"] = w ? (transposed ? w->dims[1] * conv.groups : w->dims[0]) : 0;
  json["Groups"] = conv.groups;
  json["Weights"] = count_json(w);
  json["Bias"] = count_json(weights_of(step, 2));
  json["HasBias"] = weights_of(step, 2) != nullptr;
  json["HasReLU"] = conv.act.fn == UnaryFn::kRelu;
  json["HasResidual"] = step.inputs.size() > 3 && step.inputs[3].kind == OperandKind::kTensor;
  json["Activation"] =
      conv.act.fn == UnaryFn::kIdentity ? "NONE" : std::string(name_of(conv.act.fn));
}

void add_parameters(Json& json, const PlanStep& step, const Op& op) {
  if (const auto* conv = op.as<Conv>()) {
    add_convolution(json, *conv, step, false);
  } else if (const auto* deconv = op.as<Deconv>()) {
    add_convolution(json, *deconv, step, true);
  } else if (const auto* pool = op.as<Pool>()) {
    json["PoolingType"] = std::string(name_of(pool->kind));
    json["WindowSize"] = pool->window;
    json["Stride"] = or_ones(pool->stride, pool->window.size(), 1);
    json["PrePadding"] = or_ones(pool->pad_begin, pool->window.size(), 0);
    json["PostPadding"] = or_ones(pool->pad_end, pool->window.size(), 0);
  } else if (const auto* matmul = op.as<MatMul>()) {
    json["TransposeA"] = matmul->transpose_a;
    json["TransposeB"] = matmul->transpose_b;
    json["Weights"] = count_json(weights_of(step, 1));
    json["Bias"] = count_json(weights_of(step, 2));
    json["HasReLU"] = matmul->act.fn == UnaryFn::kRelu;
  } else {
    json["Parameters"] = op.attribute_text();
  }
}

}  // namespace

Json describe_step(const Program& program, const PlanStep& step, const Op& op) {
  const LayerKind kind = kind_of(op);
  Json json;
  json["Name"] = step.name;
  json["LayerType"] = step.tactic.empty() ? "HostToDeviceCopy" : kind.layer_type;
  json["Inputs"] = Json::array();
  for (const PlanOperand& operand : step.inputs) {
    if (operand.kind == OperandKind::kTensor) {
      json["Inputs"].push_back(
          tensor_json(program.tensors.at(static_cast<size_t>(operand.tensor))));
    }
  }
  json["Outputs"] = Json::array();
  for (const int64_t output : step.outputs) {
    json["Outputs"].push_back(tensor_json(program.tensors.at(static_cast<size_t>(output))));
  }
  json["ParameterType"] = kind.parameter_type;
  add_parameters(json, step, op);
  json["TacticName"] = step.tactic;
  json["TacticValue"] = fmt::format("0x{:016x}", hash_text(step.tactic));
  json["StreamId"] = step.stream;
  std::string metadata;
  for (const std::string& origin : step.origins) {
    metadata += (metadata.empty() ? "" : "\x1E") + origin;
  }
  json["Metadata"] = metadata;
  return json;
}

}  // namespace tenon::api
