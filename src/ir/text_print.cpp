#include <algorithm>
#include <cctype>

#include "ir/op_text.h"
#include "ir/text.h"
#include "ops/attribute_text.h"
#include "ops/constant.h"

namespace tenon {
namespace {

std::string reference(const std::string& name) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '.' || c == '/' || c == '-';
  });
  return "%" + (plain ? name : quoted(name));
}

std::string constant_text(const Tensor& tensor, const PrintOptions& options) {
  const auto spelled = options.spellings.find(tensor.hash());
  if (spelled == options.spellings.end()) return "const " + tensor_text(tensor);
  return fmt::format("const {} {}", to_string(tensor.type()), spelled->second);
}

std::string call_text(const Graph& graph, const Node& node) {
  std::string text = std::string(text_name(node.op)) + "(";
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    if (i > 0) text += ", ";
    text += node.inputs[i] == kNone ? "_" : reference(graph.value(node.inputs[i]).name);
  }
  text += ")";
  const std::string attributes = text_attributes(node.op);
  return attributes.empty() ? text : text + " " + attributes;
}

std::string statement(const Graph& graph, const Node& node, const PrintOptions& options) {
  std::string text = "  ";
  for (size_t i = 0; i < node.outputs.size(); ++i) {
    if (i > 0) text += ", ";
    text += reference(graph.value(node.outputs[i]).name);
  }
  const auto* constant = node.op.as<Constant>();
  text += " = " + (constant ? constant_text(constant->value, options) : call_text(graph, node));
  if (node.name != graph.value(node.outputs.at(0)).name) text += " name=" + quoted(node.name);
  if (!node.origins.empty()) text += " origins=" + value_text(node.origins);
  if (options.types && constant == nullptr) {
    text += "  #";
    for (const ValueId v : node.outputs) text += " " + to_string(graph.value(v).type);
  }
  return text + "\n";
}

}  // namespace

std::string print(const Graph& graph, const PrintOptions& options) {
  std::string text = "graph";
  if (!graph.name.empty()) text += " " + quoted(graph.name);
  text += "(";
  for (size_t i = 0; i < graph.inputs().size(); ++i) {
    const Value& input = graph.value(graph.inputs()[i]);
    text += (i > 0 ? ", " : "") + reference(input.name) + ": " + to_string(input.type);
  }
  text += ") {\n";
  for (const NodeId id : graph.order()) text += statement(graph, graph.node(id), options);
  text += "  return";
  for (size_t i = 0; i < graph.outputs().size(); ++i) {
    text += (i > 0 ? ", " : " ") + reference(graph.value(graph.outputs()[i]).name);
  }
  return text + "\n}\n";
}

ConstantPool constants_of(const Graph& graph) {
  ConstantPool pool;
  for (const NodeId id : graph.order()) {
    if (const auto* constant = graph.node(id).op.as<Constant>()) {
      pool.emplace(constant->value.hash(), constant->value);
    }
  }
  return pool;
}

}  // namespace tenon
