#include "build/join_rules.h"

#include <algorithm>

#include "ops/conv_depthwise.h"
#include "ops/conv_pair.h"
#include "ops/conv_pool.h"
#include "ops/inverted_residual.h"

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

// The convolution when it has a constant window for each channel and adds nothing.
const Conv* depthwise(const Graph& graph, const Node& node) {
  const Conv* conv = node.op.as<Conv>();
  if (conv == nullptr || operand(node, 3) != kNone) return nullptr;
  const Tensor* weights = graph.constant(node.inputs[1]);
  const bool apart = weights != nullptr && weights->dims()[1] == 1 && weights->dims().rank() == 4 &&
                     weights->dims()[0] == conv->groups && conv->groups > 1;
  return apart ? conv : nullptr;
}

// A depthwise convolution and one of 1x1, which alone reads it: an inverted residual block without
// its expansion, as the first one of a network often is.
std::optional<Join> separable(const Graph& graph, NodeId id) {
  const Node& last = graph.node(id);
  const Conv* projection = pointwise(graph, last);
  if (projection == nullptr) return std::nullopt;
  const ValueId filtered = last.inputs[0], residual = operand(last, 3);
  const Node* middle = graph.producer(filtered);
  const Conv* filter = middle != nullptr ? depthwise(graph, *middle) : nullptr;
  if (filter == nullptr || graph.only_user(filtered) == kNone || residual == filtered) {
    return std::nullopt;
  }
  Join join{.parts = {graph.value(filtered).producer, id},
            .op = InvertedResidual{.depthwise = *filter, .projection = *projection},
            .inputs = {middle->inputs[0], kNone, kNone},
            .outputs = {last.outputs[0]}};
  for (const Node* part : {middle, &last}) {
    join.inputs.push_back(part->inputs[1]);
    join.inputs.push_back(operand(*part, 2));
  }
  if (residual != kNone) join.inputs.push_back(residual);
  return join;
}

// The same behind its expansion, where nobody else reads that.
std::optional<Join> inverted_residual(const Graph& graph, NodeId id) {
  auto join = separable(graph, id);
  if (!join) return std::nullopt;
  const ValueId expanded = join->inputs[0];
  const Node* first = graph.producer(expanded);
  const Conv* expansion = first != nullptr ? pointwise(graph, *first) : nullptr;
  if (expansion == nullptr || operand(*first, 3) != kNone) return std::nullopt;
  if (graph.only_user(expanded) == kNone) return std::nullopt;
  InvertedResidual block = *join->op.as<InvertedResidual>();
  block.expansion = *expansion;
  join->op = block;
  join->parts.insert(join->parts.begin(), graph.value(expanded).producer);
  join->inputs[0] = first->inputs[0];
  join->inputs[InvertedResidual::kWeights1] = first->inputs[1];
  join->inputs[InvertedResidual::kBias1] = operand(*first, 2);
  return join;
}

// A convolution of 1x1 and a depthwise one that alone reads it.
std::optional<Join> conv_depthwise(const Graph& graph, NodeId id) {
  const Node& second = graph.node(id);
  const Conv* after = depthwise(graph, second);
  if (after == nullptr) return std::nullopt;
  const Node* first = graph.producer(second.inputs[0]);
  const Conv* before = first != nullptr ? pointwise(graph, *first) : nullptr;
  if (before == nullptr || operand(*first, 3) != kNone) return std::nullopt;
  if (graph.only_user(second.inputs[0]) != id) return std::nullopt;
  Join join{.parts = {graph.value(second.inputs[0]).producer, id},
            .op = ConvDepthwise{*before, *after},
            .inputs = first->inputs,
            .outputs = {second.outputs[0]}};
  join.inputs.resize(ConvDepthwise::kSecondWeights, kNone);
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

constexpr JoinRule kRules[] = {conv_depthwise, conv_pair, conv_pool, separable, inverted_residual};

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
