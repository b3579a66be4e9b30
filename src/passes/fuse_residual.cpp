#include "ops/binary.h"
#include "ops/conv.h"
#include "passes/apply_rules.h"
#include "passes/passes.h"

namespace tenon {
namespace {

// Whether operand `index` of a sum is a convolution that can add the other operand itself.
bool can_add(const Rewriter& r, NodeId sum, size_t index) {
  const NodeId node = r.absorbable<Conv>(sum, index);
  if (node == kNone || r.operand(sum, 0) == r.operand(sum, 1)) return false;
  const Conv& conv = *r.graph().node(node).op.as<Conv>();
  return conv.act == Activation{} && r.operand(node, 3) == kNone &&
         r.type(r.operand(sum, 1 - index)) == r.output_type(node);
}

// conv(x) + y = conv(x, residual y). Where both are convolutions, the later one adds the earlier.
bool sum_into_convolution(Rewriter& r, NodeId id) {
  const auto* binary = r.graph().node(id).op.as<Binary>();
  if (binary == nullptr || binary->fn != BinaryFn::kAdd) return false;
  const bool first = can_add(r, id, 0), second = can_add(r, id, 1);
  if (!first && !second) return false;
  const auto producer = [&](size_t i) { return r.graph().value(r.operand(id, i)).producer; };
  const size_t index = first && second ? (producer(1) > producer(0) ? 1 : 0) : (second ? 1 : 0);
  const NodeId conv = producer(index);
  std::vector<ValueId> inputs = r.graph().node(conv).inputs;
  inputs.resize(4, kNone);
  inputs[3] = r.operand(id, 1 - index);
  return r.fuse(id, {conv, id}, Op(r.graph().node(conv).op), std::move(inputs));
}

}  // namespace

Graph fuse_residual(Graph graph, PassContext& context) {
  static const std::vector<Rule> rules{{"sum_into_convolution", sum_into_convolution}};
  return apply_rules(std::move(graph), rules, context);
}

}  // namespace tenon
