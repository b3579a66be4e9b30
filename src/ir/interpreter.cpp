#include "ir/interpreter.h"

#include <algorithm>
#include <map>

#include "ops/constant.h"

namespace tenon {
namespace {

void bind_symbols(const Value& input, const Tensor& tensor,
                  std::map<std::string, int64_t>& symbols) {
  const Shape& dims = input.type.dims;
  bool fits = tensor.dtype() == input.type.dtype &&
              static_cast<size_t>(tensor.dims().rank()) == dims.size();
  for (size_t i = 0; fits && i < dims.size(); ++i) {
    const int64_t extent = tensor.dims()[static_cast<int>(i)];
    std::vector<std::string> names;
    dims[i].collect_symbols(names);
    if (dims[i].symbol_name()) symbols.emplace(names[0], extent);
    const int64_t expected = dims[i].evaluate([&](std::string_view name) {
      const auto found = symbols.find(std::string(name));
      return found == symbols.end() ? std::nullopt : std::optional(found->second);
    });
    fits = expected == extent;
  }
  if (!fits) {
    throw Error(ErrorCode::kInvalidArgument, input.name,
                fmt::format("is {}, given {}", to_string(input.type), to_string(tensor.type())));
  }
}

std::vector<Tensor> run(const Node& node, const std::vector<Tensor>& values) {
  if (const auto* constant = node.op.as<Constant>()) return {constant->value};
  std::vector<const Tensor*> operands;
  for (const ValueId v : node.inputs) {
    operands.push_back(v == kNone ? nullptr : &values[static_cast<size_t>(v)]);
  }
  try {
    return evaluate(node.op, operands);
  } catch (const Error& error) {
    throw at(node.name, error);
  }
}

}  // namespace

std::vector<Tensor> interpret(const Graph& graph, std::span<const Tensor> inputs) {
  if (inputs.size() != graph.inputs().size()) {
    fail("the graph takes {} inputs, {} given", graph.inputs().size(), inputs.size());
  }
  std::vector<Tensor> values(graph.value_capacity());
  std::map<std::string, int64_t> symbols;
  for (size_t i = 0; i < inputs.size(); ++i) {
    bind_symbols(graph.value(graph.inputs()[i]), inputs[i], symbols);
    values[static_cast<size_t>(graph.inputs()[i])] = inputs[i];
  }
  const auto users = users_of_all(graph);
  std::vector<size_t> waiting(users.size());
  for (size_t i = 0; i < users.size(); ++i) waiting[i] = users[i].size();
  for (const NodeId id : graph.order()) {
    const Node& node = graph.node(id);
    auto results = run(node, values);
    for (size_t i = 0; i < results.size(); ++i) {
      values[static_cast<size_t>(node.outputs[i])] = std::move(results[i]);
    }
    std::vector<ValueId> read(node.inputs);
    std::sort(read.begin(), read.end());
    read.erase(std::unique(read.begin(), read.end()), read.end());
    for (const ValueId v : read) {
      if (v != kNone && --waiting[static_cast<size_t>(v)] == 0 && !graph.is_output(v)) {
        values[static_cast<size_t>(v)] = {};
      }
    }
  }
  std::vector<Tensor> outputs;
  for (const ValueId v : graph.outputs()) outputs.push_back(values[static_cast<size_t>(v)]);
  return outputs;
}

}  // namespace tenon
