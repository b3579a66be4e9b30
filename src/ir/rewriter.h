#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/graph.h"

namespace tenon {

// Edits a graph for rules. It knows the readers of every value and removes what an edit leaves
// unread at once, so that "read once" means what it says. Types stay as they are: an edit that
// would change a value's type is refused.
class Rewriter {
 public:
  explicit Rewriter(Graph graph);

  const Graph& graph() const { return graph_; }
  // The edited graph. Values that were numbered to be unique take the plain name where its owner
  // has gone in the meantime.
  Graph take();

  const std::vector<NodeId>& readers(ValueId value) const;
  // Whether `node` is the only reader (through any number of its operands) of a value that is no
  // graph output: nobody notices when it disappears into that node.
  bool read_only_by(ValueId value, NodeId node) const;
  // The producer of operand `index` of a node when it is a T and read only by that node; kNone
  // otherwise.
  template <OpStruct T>
  NodeId absorbable(NodeId node, size_t index) const {
    const ValueId v = operand(node, index);
    if (v == kNone || graph_.produced_by<T>(v) == nullptr || !read_only_by(v, node)) return kNone;
    return graph_.value(v).producer;
  }
  ValueId operand(NodeId node, size_t index) const;  // kNone when left out
  const TensorType& type(ValueId value) const { return graph_.value(value).type; }
  ValueId output(NodeId node) const { return graph_.node(node).outputs.at(0); }
  const TensorType& output_type(NodeId node) const { return type(output(node)); }

  // A new node named after `name`, made unique; with the origins of `origin` when given.
  ValueId add(std::string_view name, Op op, std::vector<ValueId> inputs, NodeId origin = kNone);
  // A new node that does the work of `parts`: with their joined names, made unique, and origins.
  ValueId add_joined(const std::vector<NodeId>& parts, Op op, std::vector<ValueId> inputs);
  ValueId add_constant(std::string_view name, Tensor value);
  // Turns a node into another op over other inputs; its outputs stay the same values, and what it
  // read before is removed when unread. False, and nothing done, when its type would change.
  bool redefine(NodeId node, Op op, std::vector<ValueId> inputs);
  // redefine() for a node that takes over the work of `parts` (itself among them, in order): their
  // names are joined ("conv1 + relu1"), as are their origins.
  bool fuse(NodeId node, const std::vector<NodeId>& parts, Op op, std::vector<ValueId> inputs);
  // The same under a given name, which is made unique.
  bool fuse_as(NodeId node, std::string_view name, const std::vector<NodeId>& parts, Op op,
               std::vector<ValueId> inputs);
  // Everyone who reads the output of `node` reads `value` instead, and the node goes. False, and
  // nothing done, when the types differ or when the output is a graph output whose name `value`
  // cannot take (it is an input, an output or a constant).
  bool bypass(NodeId node, ValueId value);

 private:
  std::string unique_value_name(std::string_view name);
  std::string unique_node_name(std::string_view name, NodeId except);
  void attach(NodeId node);
  void release(NodeId node, const std::vector<ValueId>& inputs);
  void remove_if_unread(NodeId node);

  Graph graph_;
  std::vector<std::vector<NodeId>> readers_;
  std::vector<bool> is_output_;
  std::unordered_set<std::string> value_names_;
  std::unordered_map<std::string, std::string> plain_names_;  // of numbered ones
  std::unordered_map<std::string, NodeId> node_names_;
};

// What a node that does the work of others is called and where it comes from.
std::string joined_names(const Graph& graph, const std::vector<NodeId>& nodes);
std::vector<std::string> joined_origins(const Graph& graph, const std::vector<NodeId>& nodes);

// A local rewrite, tried on every node: it returns whether it changed the graph.
struct Rule {
  std::string_view name;
  std::function<bool(Rewriter&, NodeId)> apply;
};

// Applies rules, the earlier first, to all nodes in order until none applies.
// applied(rule, node) is called after each application that left `node` alive.
Graph rewrite(Graph graph, const std::vector<const Rule*>& rules,
              const std::function<void(const Rule&, const Node&)>& applied);

}  // namespace tenon
