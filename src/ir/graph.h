#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ops/op.h"

namespace tenon {

using ValueId = int32_t;
using NodeId = int32_t;
inline constexpr int32_t kNone = -1;  // no value (an optional input left out), no node

// A tensor that flows through a graph: an input of the graph or an output of one node.
struct Value {
  std::string name;
  TensorType type;
  // The contents where shapes and constants determine them (see Fact::elements).
  std::optional<std::vector<Dim>> elements;
  NodeId producer = kNone;  // kNone: a graph input
  int output = 0;           // which output of the producer
  bool removed = false;
};

// One application of an op.
struct Node {
  std::string name;  // unique in messages and profiles; fused nodes join names: "conv1 + relu1"
  Op op;
  std::vector<ValueId> inputs;  // kNone: left out
  std::vector<ValueId> outputs;
  // Where the node came from, one entry a source node, as the engine inspector shows it:
  // "[ONNX Layer: /conv1/Conv]".
  std::vector<std::string> origins;
  bool removed = false;
};

// A network: values, nodes and which values go in and come out. Ids stay valid until compact().
// Types and tracked contents are kept by infer(): whoever edits calls it before reading them.
class Graph {
 public:
  std::string name;

  ValueId add_input(std::string name, TensorType type);
  // Adds a node with fresh outputs, whose types it infers. Throws Error that names the node.
  // The outputs are called after the node until renamed.
  NodeId add_node(std::string name, Op op, std::vector<ValueId> inputs);
  // The first output of add_node().
  ValueId add(std::string name, Op op, std::vector<ValueId> inputs);
  ValueId add_constant(std::string name, Tensor value);
  // One more output of a node whose op is to be replaced by one of more outputs.
  ValueId extend_outputs(NodeId node);
  void add_output(ValueId value);
  void set_outputs(std::vector<ValueId> values) { outputs_ = std::move(values); }
  void remove_input(ValueId value);

  const Node& node(NodeId id) const { return nodes_.at(static_cast<size_t>(id)); }
  Node& node(NodeId id) { return nodes_.at(static_cast<size_t>(id)); }
  const Value& value(ValueId id) const { return values_.at(static_cast<size_t>(id)); }
  Value& value(ValueId id) { return values_.at(static_cast<size_t>(id)); }
  const std::vector<ValueId>& inputs() const { return inputs_; }
  const std::vector<ValueId>& outputs() const { return outputs_; }
  size_t node_capacity() const { return nodes_.size(); }    // ids are below this
  size_t value_capacity() const { return values_.size(); }  // likewise
  std::optional<ValueId> find_value(std::string_view name) const;

  // The nodes that exist, every one after the producers of its inputs; ties in order of creation.
  // Throws Error naming a node on a cycle.
  std::vector<NodeId> order() const;
  // The nodes that read a value, in order of creation, each once.
  std::vector<NodeId> users(ValueId value) const;
  bool is_output(ValueId value) const;
  // The one node that reads a value that is no graph output; kNone otherwise.
  NodeId only_user(ValueId value) const;
  const Node* producer(ValueId value) const;  // nullptr for graph inputs
  // The contents of a value produced by a constant node, else nullptr.
  const Tensor* constant(ValueId value) const;
  template <OpStruct T>
  const T* produced_by(ValueId value) const {
    const Node* node = producer(value);
    return node ? node->op.as<T>() : nullptr;
  }

  void set_op(NodeId node, Op op) { nodes_.at(static_cast<size_t>(node)).op = std::move(op); }
  void set_input(NodeId node, size_t index, ValueId value);
  // Every reader of `from`, graph outputs included, reads `to` instead. When `from` is a graph
  // output its name moves to `to`.
  void replace_uses(ValueId from, ValueId to);
  void remove_node(NodeId id);  // its outputs must have no readers
  // Removes nodes whose outputs nobody reads, until there are none; returns how many.
  int remove_dead();
  // Renumbers nodes in order() and drops what is removed.
  void compact();

  // Recomputes the types, tracked contents and constraints of everything. Throws Error that names
  // the node.
  void infer();
  // Recomputes one node's outputs from its inputs.
  void infer_node(NodeId id);
  // What must hold of the inputs' symbols at run time for the types to be right.
  const std::vector<Constraint>& constraints() const { return constraints_; }
  void add_constraint(Constraint constraint);

  Fact fact(ValueId value) const;

 private:
  std::deque<Node> nodes_;  // deques: a reference to a node or value outlives additions
  std::deque<Value> values_;
  std::vector<ValueId> inputs_;
  std::vector<ValueId> outputs_;
  std::vector<Constraint> constraints_;
};

// Whether two graphs have the same nodes in the same order(), with equal names, origins, ops, types
// and links. Ids may differ.
bool operator==(const Graph& a, const Graph& b);

// The readers of every value in one sweep: for passes that ask often.
std::vector<std::vector<NodeId>> users_of_all(const Graph& graph);

}  // namespace tenon
