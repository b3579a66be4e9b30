#include "ir/rewriter.h"

#include <algorithm>

namespace tenon {

Rewriter::Rewriter(Graph graph) : graph_(std::move(graph)) {
  readers_ = users_of_all(graph_);
  is_output_.resize(graph_.value_capacity());
  for (const ValueId v : graph_.outputs()) is_output_[static_cast<size_t>(v)] = true;
  for (size_t i = 0; i < graph_.value_capacity(); ++i) {
    const Value& value = graph_.value(static_cast<ValueId>(i));
    if (!value.removed) value_names_.insert(value.name);
  }
  for (size_t i = 0; i < graph_.node_capacity(); ++i) {
    const Node& node = graph_.node(static_cast<NodeId>(i));
    if (!node.removed) node_names_.emplace(node.name, static_cast<NodeId>(i));
  }
}

const std::vector<NodeId>& Rewriter::readers(ValueId value) const {
  return readers_.at(static_cast<size_t>(value));
}

bool Rewriter::read_only_by(ValueId value, NodeId node) const {
  const auto& list = readers(value);
  return !is_output_[static_cast<size_t>(value)] && list.size() == 1 && list[0] == node;
}

ValueId Rewriter::operand(NodeId node, size_t index) const {
  const auto& inputs = graph_.node(node).inputs;
  return index < inputs.size() ? inputs[index] : kNone;
}

std::string Rewriter::unique_value_name(std::string_view name) {
  const auto numbered = plain_names_.find(std::string(name));
  const std::string plain = numbered == plain_names_.end() ? std::string(name) : numbered->second;
  std::string candidate = plain;
  for (int i = 1; !value_names_.insert(candidate).second; ++i) {
    candidate = fmt::format("{}_{}", plain, i);
  }
  if (candidate != plain) plain_names_[candidate] = plain;
  return candidate;
}

Graph Rewriter::take() {
  for (size_t i = 0; i < graph_.value_capacity(); ++i) {
    Value& value = graph_.value(static_cast<ValueId>(i));
    const auto numbered = plain_names_.find(value.name);
    if (value.removed || numbered == plain_names_.end()) continue;
    if (!value_names_.insert(numbered->second).second) continue;
    Node& producer = graph_.node(value.producer);
    if (producer.name == value.name)
      producer.name = unique_node_name(numbered->second, value.producer);
    value.name = numbered->second;
  }
  return std::move(graph_);
}

std::string Rewriter::unique_node_name(std::string_view name, NodeId except) {
  std::string candidate(name);
  for (int i = 1;; ++i) {
    const auto [found, inserted] = node_names_.emplace(candidate, except);
    if (inserted || found->second == except) return candidate;
    candidate = fmt::format("{}_{}", name, i);
  }
}

void Rewriter::attach(NodeId node) {
  readers_.resize(graph_.value_capacity());
  is_output_.resize(graph_.value_capacity());
  for (const ValueId v : graph_.node(node).inputs) {
    if (v == kNone) continue;
    auto& list = readers_[static_cast<size_t>(v)];
    if (std::find(list.begin(), list.end(), node) == list.end()) list.push_back(node);
  }
}

void Rewriter::release(NodeId node, const std::vector<ValueId>& inputs) {
  const std::vector<ValueId> kept =
      graph_.node(node).removed ? std::vector<ValueId>{} : graph_.node(node).inputs;
  for (const ValueId v : inputs) {
    if (v == kNone || std::find(kept.begin(), kept.end(), v) != kept.end()) continue;
    std::erase(readers_[static_cast<size_t>(v)], node);
    if (graph_.value(v).producer != kNone) remove_if_unread(graph_.value(v).producer);
  }
}

void Rewriter::remove_if_unread(NodeId id) {
  const Node& node = graph_.node(id);
  if (node.removed) return;
  for (const ValueId v : node.outputs) {
    if (is_output_[static_cast<size_t>(v)] || !readers(v).empty()) return;
  }
  for (const ValueId v : node.outputs) value_names_.erase(graph_.value(v).name);
  const auto named = node_names_.find(node.name);
  if (named != node_names_.end() && named->second == id) node_names_.erase(named);
  graph_.remove_node(id);
  release(id, std::vector<ValueId>(node.inputs));
}

ValueId Rewriter::add(std::string_view name, Op op, std::vector<ValueId> inputs, NodeId origin) {
  const std::string value_name = unique_value_name(name);
  const NodeId id = graph_.add_node(value_name, std::move(op), std::move(inputs));
  graph_.node(id).name = unique_node_name(value_name, id);
  if (origin != kNone) graph_.node(id).origins = graph_.node(origin).origins;
  attach(id);
  return output(id);
}

ValueId Rewriter::add_constant(std::string_view name, Tensor value) {
  const std::string value_name = unique_value_name(name);
  const ValueId id = graph_.add_constant(value_name, std::move(value));
  attach(graph_.value(id).producer);
  return id;
}

bool Rewriter::redefine(NodeId id, Op op, std::vector<ValueId> inputs) {
  std::vector<Fact> facts;
  for (const ValueId v : inputs) facts.push_back(graph_.fact(v));
  const Inference inference = infer(op, facts);
  Node& node = graph_.node(id);
  TENON_CHECK(inference.outputs.size() == node.outputs.size());
  for (size_t i = 0; i < node.outputs.size(); ++i) {
    if (inference.outputs[i].type == type(node.outputs[i])) continue;
    for (const ValueId v : inputs) {  // made for this edit, perhaps
      if (v != kNone && graph_.value(v).producer != kNone)
        remove_if_unread(graph_.value(v).producer);
    }
    return false;
  }
  const std::vector<ValueId> before = std::move(node.inputs);
  node.inputs = std::move(inputs);
  node.op = std::move(op);
  graph_.infer_node(id);
  attach(id);
  release(id, before);
  return true;
}

std::string joined_names(const Graph& graph, const std::vector<NodeId>& nodes) {
  std::string name;
  for (const NodeId id : nodes) name += (name.empty() ? "" : " + ") + graph.node(id).name;
  return name;
}

std::vector<std::string> joined_origins(const Graph& graph, const std::vector<NodeId>& nodes) {
  std::vector<std::string> origins;
  for (const NodeId part : nodes) {
    for (const std::string& origin : graph.node(part).origins) {
      if (std::find(origins.begin(), origins.end(), origin) == origins.end()) {
        origins.push_back(origin);
      }
    }
  }
  return origins;
}

ValueId Rewriter::add_joined(const std::vector<NodeId>& parts, Op op, std::vector<ValueId> inputs) {
  std::vector<std::string> origins = joined_origins(graph_, parts);
  const ValueId value = add(joined_names(graph_, parts), std::move(op), std::move(inputs));
  graph_.node(graph_.value(value).producer).origins = std::move(origins);
  return value;
}

bool Rewriter::fuse(NodeId node, const std::vector<NodeId>& parts, Op op,
                    std::vector<ValueId> inputs) {
  return fuse_as(node, joined_names(graph_, parts), parts, std::move(op), std::move(inputs));
}

bool Rewriter::fuse_as(NodeId id, std::string_view name, const std::vector<NodeId>& parts, Op op,
                       std::vector<ValueId> inputs) {
  const std::string wanted(name);  // may name a node that goes
  std::vector<std::string> origins = joined_origins(graph_, parts);
  if (!redefine(id, std::move(op), std::move(inputs))) return false;
  Node& node = graph_.node(id);
  const auto named = node_names_.find(node.name);
  if (named != node_names_.end() && named->second == id) node_names_.erase(named);
  node.name = unique_node_name(wanted, id);
  node.origins = std::move(origins);
  return true;
}

bool Rewriter::bypass(NodeId id, ValueId value) {
  const ValueId from = output(id);
  if (type(from) != type(value) || from == value) return false;
  if (is_output_[static_cast<size_t>(from)]) {
    const Node* producer = graph_.producer(value);
    const bool constant = graph_.constant(value) != nullptr;
    if (producer == nullptr || constant || is_output_[static_cast<size_t>(value)]) return false;
    is_output_[static_cast<size_t>(value)] = true;
    is_output_[static_cast<size_t>(from)] = false;
  }
  graph_.replace_uses(from, value);
  for (const NodeId reader : std::vector<NodeId>(readers(from))) attach(reader);
  readers_[static_cast<size_t>(from)].clear();
  remove_if_unread(id);
  return true;
}

Graph rewrite(Graph graph, const std::vector<const Rule*>& rules,
              const std::function<void(const Rule&, const Node&)>& applied) {
  Rewriter rewriter(std::move(graph));
  // Rules make graphs smaller or more canonical; one that undoes another would go on for ever.
  constexpr int kMaxSweeps = 1000;
  for (int sweep = 0; sweep < kMaxSweeps; ++sweep) {
    bool changed = false;
    for (const NodeId id : rewriter.graph().order()) {
      for (const Rule* rule : rules) {
        if (rewriter.graph().node(id).removed) break;
        if (!rule->apply(rewriter, id)) continue;
        changed = true;
        if (!rewriter.graph().node(id).removed) applied(*rule, rewriter.graph().node(id));
      }
    }
    if (!changed) return rewriter.take();
  }
  TENON_CHECK(!"rules reach a fixed point");
  return rewriter.take();
}

}  // namespace tenon
