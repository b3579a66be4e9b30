#include "ir/verify.h"

#include <unordered_set>

#include "ops/constant.h"

namespace tenon {
namespace {

template <typename... Args>
[[noreturn]] void fault(const std::string& where, fmt::format_string<Args...> format,
                        Args&&... args) {
  throw Error(ErrorCode::kInternal, where, fmt::format(format, std::forward<Args>(args)...));
}

bool alive_value(const Graph& graph, ValueId id) {
  return id >= 0 && static_cast<size_t>(id) < graph.value_capacity() && !graph.value(id).removed;
}

bool alive_node(const Graph& graph, NodeId id) {
  return id >= 0 && static_cast<size_t>(id) < graph.node_capacity() && !graph.node(id).removed;
}

void verify_links(const Graph& graph) {
  for (const ValueId v : graph.inputs()) {
    if (!alive_value(graph, v)) fault("graph", "input {} does not exist", v);
    if (graph.value(v).producer != kNone) {
      fault(graph.value(v).name, "is a graph input and has a producer");
    }
  }
  for (size_t i = 0; i < graph.node_capacity(); ++i) {
    const Node& node = graph.node(static_cast<NodeId>(i));
    if (node.removed) continue;
    for (const ValueId v : node.inputs) {
      if (v != kNone && !alive_value(graph, v)) {
        fault(node.name, "reads value {}, which does not exist", v);
      }
      if (v != kNone && graph.value(v).producer != kNone &&
          !alive_node(graph, graph.value(v).producer)) {
        fault(node.name, "reads %{}, whose producer was removed", graph.value(v).name);
      }
    }
    if (static_cast<int>(node.outputs.size()) != node.op.traits().outputs) {
      fault(node.name, "has {} outputs, {} gives {}", node.outputs.size(), node.op.name(),
            node.op.traits().outputs);
    }
    for (size_t k = 0; k < node.outputs.size(); ++k) {
      const ValueId v = node.outputs[k];
      if (!alive_value(graph, v)) fault(node.name, "writes value {}, which does not exist", v);
      if (graph.value(v).producer != static_cast<NodeId>(i) ||
          graph.value(v).output != static_cast<int>(k)) {
        fault(node.name, "is not recorded as the producer of %{}", graph.value(v).name);
      }
    }
  }
  for (const ValueId v : graph.outputs()) {
    if (!alive_value(graph, v)) fault("graph", "output {} does not exist", v);
  }
}

void verify_names(const Graph& graph) {
  std::unordered_set<std::string_view> values;
  for (size_t i = 0; i < graph.value_capacity(); ++i) {
    const Value& value = graph.value(static_cast<ValueId>(i));
    if (value.removed) continue;
    if (value.name.empty()) fault("graph", "value {} has no name", i);
    if (!values.insert(value.name).second) fault(value.name, "names two values");
  }
  std::unordered_set<std::string_view> nodes;
  for (size_t i = 0; i < graph.node_capacity(); ++i) {
    const Node& node = graph.node(static_cast<NodeId>(i));
    if (node.removed || node.op.is<Constant>()) continue;
    if (node.name.empty()) fault("graph", "node {} ({}) has no name", i, node.op.name());
    if (!nodes.insert(node.name).second) fault(node.name, "names two nodes");
  }
}

void verify_types(const Graph& graph, const Node& node) {
  std::vector<Fact> facts;
  for (const ValueId v : node.inputs) facts.push_back(graph.fact(v));
  Inference inference;
  try {
    inference = infer(node.op, facts);
  } catch (const Error& error) {
    throw at(node.name, error);
  }
  for (size_t k = 0; k < node.outputs.size(); ++k) {
    const Value& value = graph.value(node.outputs[k]);
    if (value.type != inference.outputs[k].type) {
      fault(node.name, "%{} is recorded as {}, inference gives {}", value.name,
            to_string(value.type), to_string(inference.outputs[k].type));
    }
    if (value.elements != inference.outputs[k].elements) {
      fault(node.name, "the tracked contents of %{} are not what inference gives", value.name);
    }
  }
}

}  // namespace

void verify(const Graph& graph) {
  verify_links(graph);
  verify_names(graph);
  for (const NodeId id : graph.order()) verify_types(graph, graph.node(id));
}

}  // namespace tenon
