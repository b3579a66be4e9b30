#include <algorithm>
#include <array>
#include <map>

#include "ops/binary.h"
#include "ops/conv.h"
#include "ops/matmul.h"
#include "passes/apply_rules.h"
#include "passes/passes.h"

namespace tenon {
namespace {

// The layer behind operand `index` of a sum, when it can add the other operand itself.
template <OpStruct Layer>
NodeId adding_layer(const Rewriter& r, NodeId sum, size_t index) {
  const NodeId node = r.absorbable<Layer>(sum, index);
  if (node == kNone || r.operand(sum, 0) == r.operand(sum, 1)) return kNone;
  const Layer& layer = *r.graph().node(node).op.as<Layer>();
  const bool free = layer.act == Activation{} && r.operand(node, 3) == kNone &&
                    is_float(r.output_type(node).dtype) &&
                    r.type(r.operand(sum, 1 - index)) == r.output_type(node);
  return free ? node : kNone;
}

// Nodes on the longest way from an input or a constant to each of the two.
std::array<int, 2> depths(const Graph& graph, NodeId a, NodeId b) {
  std::map<NodeId, int> depth;
  for (const NodeId id : graph.order()) {
    int& deepest = depth[id];
    for (const ValueId input : graph.node(id).inputs) {
      if (input == kNone || graph.value(input).producer == kNone) continue;
      deepest = std::max(deepest, 1 + depth.at(graph.value(input).producer));
    }
  }
  return {depth.at(a), depth.at(b)};
}

// Which of two layers adds the other: the one at the end of the longer way, so that the other can
// be done meanwhile, on its own stream; the later of two alike.
size_t adding_index(const Graph& graph, const NodeId (&nodes)[2]) {
  if (nodes[0] == kNone || nodes[1] == kNone) return nodes[0] == kNone ? 1 : 0;
  const auto [first, second] = depths(graph, nodes[0], nodes[1]);
  return first != second ? (second > first ? 1 : 0) : (nodes[1] > nodes[0] ? 1 : 0);
}

// layer(x) + y = layer(x, residual y).
template <OpStruct Layer>
bool sum_into(Rewriter& r, NodeId id) {
  const auto* binary = r.graph().node(id).op.as<Binary>();
  if (binary == nullptr || binary->fn != BinaryFn::kAdd) return false;
  const NodeId nodes[] = {adding_layer<Layer>(r, id, 0), adding_layer<Layer>(r, id, 1)};
  const size_t index = adding_index(r.graph(), nodes);
  const NodeId layer = nodes[index];
  if (layer == kNone) return false;
  std::vector<ValueId> inputs = r.graph().node(layer).inputs;
  inputs.resize(4, kNone);
  inputs[3] = r.operand(id, 1 - index);
  return r.fuse(id, {layer, id}, Op(r.graph().node(layer).op), std::move(inputs));
}

}  // namespace

Graph fuse_residual(Graph graph, PassContext& context) {
  static const std::vector<Rule> rules{{"sum_into_convolution", sum_into<Conv>},
                                       {"sum_into_matmul", sum_into<MatMul>}};
  return apply_rules(std::move(graph), rules, context);
}

}  // namespace tenon
