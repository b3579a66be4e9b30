#include "ir/graph.h"

#include <algorithm>
#include <queue>
#include <set>

#include "ops/constant.h"

namespace tenon {

ValueId Graph::add_input(std::string name, TensorType type) {
  const auto id = static_cast<ValueId>(values_.size());
  values_.push_back(Value{.name = std::move(name), .type = std::move(type)});
  inputs_.push_back(id);
  return id;
}

NodeId Graph::add_node(std::string name, Op op, std::vector<ValueId> inputs) {
  const auto id = static_cast<NodeId>(nodes_.size());
  const int count = op.traits().outputs;
  nodes_.push_back(Node{.name = std::move(name), .op = std::move(op), .inputs = std::move(inputs)});
  Node& node = nodes_.back();
  for (int i = 0; i < count; ++i) {
    node.outputs.push_back(static_cast<ValueId>(values_.size()));
    std::string value_name = count == 1 ? node.name : fmt::format("{}:{}", node.name, i);
    values_.push_back(Value{.name = std::move(value_name), .producer = id, .output = i});
  }
  try {
    infer_node(id);
  } catch (...) {
    for (const ValueId v : nodes_.back().outputs) values_[static_cast<size_t>(v)].removed = true;
    nodes_.back().removed = true;
    throw;
  }
  return id;
}

ValueId Graph::add(std::string name, Op op, std::vector<ValueId> inputs) {
  return node(add_node(std::move(name), std::move(op), std::move(inputs))).outputs.at(0);
}

ValueId Graph::add_constant(std::string name, Tensor value) {
  return add(std::move(name), Constant{std::move(value)}, {});
}

ValueId Graph::extend_outputs(NodeId node) {
  Node& n = this->node(node);
  const auto id = static_cast<ValueId>(values_.size());
  const auto index = static_cast<int>(n.outputs.size());
  values_.push_back(
      Value{.name = fmt::format("{}:{}", n.name, index), .producer = node, .output = index});
  n.outputs.push_back(id);
  return id;
}

void Graph::add_output(ValueId value) { outputs_.push_back(value); }

void Graph::remove_input(ValueId value) {
  TENON_CHECK(users(value).empty());
  std::erase(inputs_, value);
  this->value(value).removed = true;
}

std::optional<ValueId> Graph::find_value(std::string_view name) const {
  for (size_t i = 0; i < values_.size(); ++i) {
    if (!values_[i].removed && values_[i].name == name) return static_cast<ValueId>(i);
  }
  return std::nullopt;
}

std::vector<NodeId> Graph::order() const {
  std::vector<int> waiting(nodes_.size(), 0);
  std::vector<std::vector<NodeId>> readers(nodes_.size());
  std::priority_queue<NodeId, std::vector<NodeId>, std::greater<>> ready;
  size_t alive = 0;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].removed) continue;
    ++alive;
    std::set<NodeId> producers;
    for (const ValueId v : nodes_[i].inputs) {
      if (v != kNone && value(v).producer != kNone) producers.insert(value(v).producer);
    }
    waiting[i] = static_cast<int>(producers.size());
    for (const NodeId p : producers)
      readers[static_cast<size_t>(p)].push_back(static_cast<NodeId>(i));
    if (producers.empty()) ready.push(static_cast<NodeId>(i));
  }
  std::vector<NodeId> sorted;
  sorted.reserve(alive);
  while (!ready.empty()) {
    const NodeId id = ready.top();
    ready.pop();
    sorted.push_back(id);
    for (const NodeId reader : readers[static_cast<size_t>(id)]) {
      if (--waiting[static_cast<size_t>(reader)] == 0) ready.push(reader);
    }
  }
  if (sorted.size() != alive) {
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (!nodes_[i].removed && waiting[i] > 0) {
        throw Error(ErrorCode::kInvalidArgument, nodes_[i].name, "is on a cycle of the graph");
      }
    }
  }
  return sorted;
}

std::vector<NodeId> Graph::users(ValueId value) const {
  std::vector<NodeId> result;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    const Node& n = nodes_[i];
    if (!n.removed && std::find(n.inputs.begin(), n.inputs.end(), value) != n.inputs.end()) {
      result.push_back(static_cast<NodeId>(i));
    }
  }
  return result;
}

bool Graph::is_output(ValueId value) const {
  return std::find(outputs_.begin(), outputs_.end(), value) != outputs_.end();
}

NodeId Graph::only_user(ValueId value) const {
  if (is_output(value)) return kNone;
  const auto readers = users(value);
  return readers.size() == 1 ? readers[0] : kNone;
}

const Node* Graph::producer(ValueId value) const {
  if (value == kNone || this->value(value).producer == kNone) return nullptr;
  return &node(this->value(value).producer);
}

const Tensor* Graph::constant(ValueId value) const {
  const auto* constant = produced_by<Constant>(value);
  return constant ? &constant->value : nullptr;
}

void Graph::set_input(NodeId node, size_t index, ValueId value) {
  auto& inputs = this->node(node).inputs;
  if (index >= inputs.size()) inputs.resize(index + 1, kNone);
  inputs[index] = value;
}

void Graph::replace_uses(ValueId from, ValueId to) {
  for (Node& n : nodes_) {
    if (!n.removed) std::replace(n.inputs.begin(), n.inputs.end(), from, to);
  }
  if (is_output(from)) {
    std::replace(outputs_.begin(), outputs_.end(), from, to);
    std::swap(value(from).name, value(to).name);
  }
}

void Graph::remove_node(NodeId id) {
  Node& n = node(id);
  for (const ValueId v : n.outputs) {
    TENON_CHECK(!is_output(v));
    value(v).removed = true;
  }
  n.removed = true;
}

int Graph::remove_dead() {
  std::vector<int> readers(values_.size(), 0);
  for (const Node& n : nodes_) {
    if (n.removed) continue;
    for (const ValueId v : n.inputs) {
      if (v != kNone) ++readers[static_cast<size_t>(v)];
    }
  }
  for (const ValueId v : outputs_) ++readers[static_cast<size_t>(v)];
  auto unread = [&](const Node& n) {
    return std::all_of(n.outputs.begin(), n.outputs.end(),
                       [&](ValueId v) { return readers[static_cast<size_t>(v)] == 0; });
  };
  std::vector<NodeId> dead;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (!nodes_[i].removed && unread(nodes_[i])) dead.push_back(static_cast<NodeId>(i));
  }
  int count = 0;
  while (!dead.empty()) {
    const NodeId id = dead.back();
    dead.pop_back();
    if (node(id).removed) continue;
    remove_node(id);
    ++count;
    for (const ValueId v : node(id).inputs) {
      if (v == kNone || --readers[static_cast<size_t>(v)] > 0) continue;
      const NodeId p = value(v).producer;
      if (p != kNone && !node(p).removed && unread(node(p))) dead.push_back(p);
    }
  }
  return count;
}

void Graph::compact() {
  const auto sorted = order();
  std::vector<ValueId> value_map(values_.size(), kNone);
  std::deque<Value> values;
  std::deque<Node> nodes;
  auto move_value = [&](ValueId v, NodeId producer) {
    value_map[static_cast<size_t>(v)] = static_cast<ValueId>(values.size());
    values.push_back(std::move(value(v)));
    values.back().producer = producer;
  };
  for (const ValueId v : inputs_) move_value(v, kNone);
  for (const NodeId id : sorted) {
    for (const ValueId v : node(id).outputs) move_value(v, static_cast<NodeId>(nodes.size()));
    nodes.push_back(std::move(node(id)));
  }
  auto renumber = [&](std::vector<ValueId>& ids) {
    for (ValueId& v : ids) {
      if (v != kNone) v = value_map[static_cast<size_t>(v)];
    }
  };
  for (Node& n : nodes) {
    renumber(n.inputs);
    renumber(n.outputs);
  }
  renumber(inputs_);
  renumber(outputs_);
  nodes_ = std::move(nodes);
  values_ = std::move(values);
}

Fact Graph::fact(ValueId id) const {
  if (id == kNone) return {};
  const Value& v = value(id);
  return {.present = true, .type = v.type, .elements = v.elements, .constant = constant(id)};
}

void Graph::infer_node(NodeId id) {
  Node& n = node(id);
  std::vector<Fact> facts;
  facts.reserve(n.inputs.size());
  for (const ValueId v : n.inputs) facts.push_back(fact(v));
  try {
    Inference inference = tenon::infer(n.op, facts);
    for (size_t i = 0; i < n.outputs.size(); ++i) {
      Value& v = value(n.outputs[i]);
      v.type = std::move(inference.outputs[i].type);
      v.elements = std::move(inference.outputs[i].elements);
    }
    for (Constraint& c : inference.constraints) {
      c.reason = fmt::format("{}: {}", n.name, c.reason);
      add_constraint(std::move(c));
    }
  } catch (const Error& error) {
    throw at(n.name, error);
  }
}

void Graph::add_constraint(Constraint constraint) {
  const auto same = [&](const Constraint& c) { return c.a == constraint.a && c.b == constraint.b; };
  if (std::none_of(constraints_.begin(), constraints_.end(), same)) {
    constraints_.push_back(std::move(constraint));
  }
}

void Graph::infer() {
  constraints_.clear();
  for (const NodeId id : order()) infer_node(id);
}

std::vector<std::vector<NodeId>> users_of_all(const Graph& graph) {
  std::vector<std::vector<NodeId>> users(graph.value_capacity());
  for (size_t i = 0; i < graph.node_capacity(); ++i) {
    const Node& n = graph.node(static_cast<NodeId>(i));
    if (n.removed) continue;
    for (const ValueId v : n.inputs) {
      if (v == kNone) continue;
      auto& list = users[static_cast<size_t>(v)];
      if (list.empty() || list.back() != static_cast<NodeId>(i)) {
        list.push_back(static_cast<NodeId>(i));
      }
    }
  }
  return users;
}

}  // namespace tenon
