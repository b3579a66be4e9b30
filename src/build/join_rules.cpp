#include "build/join_rules.h"

#include <algorithm>

#include "ops/conv_pair.h"
#include "ops/conv_pool.h"

namespace tenon {
namespace {

bool all_equal(const std::vector<int64_t>& list, int64_t value) {
  return std::all_of(list.begin(), list.end(), [&](int64_t v) { return v == value; });
}

// The convolution when it is a matrix product over the pixels by constant weights.
const Conv* pointwise(const Graph& graph, const Node& node) {
  const Conv* conv = node.op.as<Conv>();
  if (conv == nullptr || conv->groups != 1 || !all_equal(conv->stride, 1)) return nullptr;
  if (!all_equal(conv->pad_begin, 0) || !all_equal(conv->pad_end, 0)) return nullptr;
  const Tensor* weights = graph.constant(node.inputs[1]);
  const bool ones =
      weights != nullptr && weights->volume() == weights->dims()[0] * weights->dims()[1];
  return ones ? conv : nullptr;
}

ValueId operand(const Node& node, size_t i) {
  return i < node.inputs.size() ? node.inputs[i] : kNone;
}

// A convolution of 1x1 and one that reads it; both results are wanted.
std::optional<Join> conv_pair(const Graph& graph, NodeId id) {
  const Node& second = graph.node(id);
  const Conv* after = pointwise(graph, second);
  if (after == nullptr || operand(second, 3) != kNone) return std::nullopt;
  const Node* first = graph.producer(second.inputs[0]);
  const Conv* before = first != nullptr ? pointwise(graph, *first) : nullptr;
  if (before == nullptr) return std::nullopt;
  Join join{.parts = {graph.value(second.inputs[0]).producer, id},
            .op = ConvPair{*before, *after},
            .inputs = first->inputs,
            .outputs = {second.inputs[0], second.outputs[0]}};
  join.inputs.resize(ConvPair::kSecondWeights, kNone);
  join.inputs.push_back(second.inputs[1]);
  if (operand(second, 2) != kNone) join.inputs.push_back(second.inputs[2]);
  return join;
}

// A network's first convolution and the maxima that alone are wanted of it: few input channels mean
// that the time goes into writing and reading what lies between.
std::optional<Join> conv_pool(const Graph& graph, NodeId id) {
  constexpr int64_t kMostChannels = 4;
  const Node& last = graph.node(id);
  const Pool* pool = last.op.as<Pool>();
  if (pool == nullptr || pool->kind != PoolKind::kMax) return std::nullopt;
  const ValueId between = last.inputs[0];
  const Node* first = graph.producer(between);
  const Conv* conv = first != nullptr ? first->op.as<Conv>() : nullptr;
  if (conv == nullptr || conv->groups != 1 || operand(*first, 3) != kNone) return std::nullopt;
  const Tensor* weights = graph.constant(first->inputs[1]);
  if (weights == nullptr || weights->dims()[1] > kMostChannels) return std::nullopt;
  if (graph.only_user(between) != id) return std::nullopt;
  Join join{.parts = {graph.value(between).producer, id},
            .op = ConvPool{*conv, *pool},
            .inputs = {first->inputs[0], first->inputs[1]},
            .outputs = {last.outputs[0]}};
  if (operand(*first, 2) != kNone) join.inputs.push_back(first->inputs[2]);
  return join;
}

constexpr JoinRule kRules[] = {conv_pair, conv_pool};

}  // namespace

std::vector<Join> find_joins(const Graph& graph) {
  std::vector<Join> joins;
  for (const NodeId id : graph.order()) {
    for (const JoinRule rule : kRules) {
      auto join = rule(graph, id);
      if (!join) continue;
      join->rule = rule;
      joins.push_back(std::move(*join));
    }
  }
  return joins;
}

}  // namespace tenon
