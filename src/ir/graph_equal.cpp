#include "ir/graph.h"

namespace tenon {
namespace {

// Values numbered by where they are defined: inputs, then outputs of nodes in order.
std::vector<int> numbering(const Graph& graph, const std::vector<NodeId>& order) {
  std::vector<int> number(graph.value_capacity(), kNone);
  int next = 0;
  for (const ValueId v : graph.inputs()) number[static_cast<size_t>(v)] = next++;
  for (const NodeId id : order) {
    for (const ValueId v : graph.node(id).outputs) number[static_cast<size_t>(v)] = next++;
  }
  return number;
}

class Comparison {
 public:
  Comparison(const Graph& a, const Graph& b)
      : a_(a),
        b_(b),
        order_a_(a.order()),
        order_b_(b.order()),
        number_a_(numbering(a, order_a_)),
        number_b_(numbering(b, order_b_)) {}

  bool equal() const {
    if (a_.name != b_.name || order_a_.size() != order_b_.size()) return false;
    if (!same_values(a_.inputs(), b_.inputs()) || !same_values(a_.outputs(), b_.outputs())) {
      return false;
    }
    for (size_t i = 0; i < order_a_.size(); ++i) {
      const Node& m = a_.node(order_a_[i]);
      const Node& n = b_.node(order_b_[i]);
      if (m.name != n.name || m.origins != n.origins || !(m.op == n.op)) return false;
      if (!same_values(m.inputs, n.inputs) || !same_values(m.outputs, n.outputs)) return false;
    }
    return true;
  }

 private:
  bool same_values(const std::vector<ValueId>& x, const std::vector<ValueId>& y) const {
    if (x.size() != y.size()) return false;
    for (size_t i = 0; i < x.size(); ++i) {
      if ((x[i] == kNone) != (y[i] == kNone)) return false;
      if (x[i] == kNone) continue;
      const Value& v = a_.value(x[i]);
      const Value& w = b_.value(y[i]);
      if (v.name != w.name || v.type != w.type) return false;
      if (number_a_[static_cast<size_t>(x[i])] != number_b_[static_cast<size_t>(y[i])])
        return false;
    }
    return true;
  }

  const Graph& a_;
  const Graph& b_;
  std::vector<NodeId> order_a_, order_b_;
  std::vector<int> number_a_, number_b_;
};

}  // namespace

bool operator==(const Graph& a, const Graph& b) { return Comparison(a, b).equal(); }

}  // namespace tenon
