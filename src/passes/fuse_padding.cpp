#include <algorithm>
#include <cmath>

#include "ops/conv.h"
#include "ops/pad.h"
#include "ops/pool.h"
#include "ops/unary.h"
#include "passes/apply_rules.h"
#include "passes/passes.h"

namespace tenon {
namespace {

struct Padding {
  ValueId x = kNone;
  NodeId node = kNone;
  float value = 0;
  std::vector<int64_t> begin, end;  // of the spatial axes
};

// The producer of a node's operand 0 when it pads spatial axes with a constant and crops nothing.
std::optional<Padding> padding_before(const Rewriter& r, NodeId id) {
  const ValueId padded = r.operand(id, 0);
  const auto* pad = r.graph().produced_by<Pad>(padded);
  if (pad == nullptr || pad->mode != PadMode::kConstant) return std::nullopt;
  const NodeId node = r.graph().value(padded).producer;
  const auto& elements = r.graph().value(r.operand(node, 1)).elements;
  const size_t rank = r.type(padded).dims.size();
  if (!elements || elements->size() != 2 * rank || rank < 3) return std::nullopt;
  Padding padding{r.operand(node, 0), node, pad->value, {}, {}};
  for (size_t i = 0; i < 2 * rank; ++i) {
    if (!(*elements)[i].is_constant()) return std::nullopt;
    const int64_t pads = (*elements)[i].value();
    if (pads < 0 || (i % rank < 2 && pads != 0)) return std::nullopt;
    if (i % rank >= 2) (i < rank ? padding.begin : padding.end).push_back(pads);
  }
  return padding;
}

std::vector<int64_t> sum(std::vector<int64_t> a, const std::vector<int64_t>& b) {
  if (a.empty()) return b;
  for (size_t i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

bool none(const std::vector<int64_t>& pads) {
  return std::all_of(pads.begin(), pads.end(), [](int64_t p) { return p == 0; });
}

bool fuse(Rewriter& r, NodeId id, const Padding& padding, Op op) {
  std::vector<ValueId> inputs = r.graph().node(id).inputs;
  inputs[0] = padding.x;
  return r.fuse(id, {padding.node, id}, std::move(op), std::move(inputs));
}

// conv(pad(x)) = conv(x), padded by zeros.
bool pad_into_convolution(Rewriter& r, NodeId id) {
  const auto* conv = r.graph().node(id).op.as<Conv>();
  if (conv == nullptr) return false;
  const auto padding = padding_before(r, id);
  if (!padding || padding->value != 0) return false;
  Conv padded = *conv;
  padded.pad_begin = sum(padded.pad_begin, padding->begin);
  padded.pad_end = sum(padded.pad_end, padding->end);
  return fuse(r, id, *padding, padded);
}

// Every window must keep an element of x: kernels rely on it.
bool smaller_than_window(const Pool& pool) {
  for (size_t i = 0; i < pool.window.size(); ++i) {
    const int64_t dilation = pool.dilation.empty() ? 1 : pool.dilation[i];
    const int64_t extent = dilation * (pool.window[i] - 1) + 1;
    if (pool.pad_begin[i] >= extent || pool.pad_end[i] >= extent) return false;
  }
  return true;
}

// Whether no element of a value is below zero.
bool never_negative(const Rewriter& r, ValueId value) {
  const Node* producer = r.graph().producer(value);
  if (producer == nullptr) return false;
  Activation act;
  if (const auto* unary = producer->op.as<Unary>()) act = {unary->fn, unary->alpha, unary->beta};
  if (const auto* conv = producer->op.as<Conv>()) act = conv->act;
  using enum UnaryFn;
  if (act.fn == kClip) return act.alpha >= 0;
  return act.fn == kRelu || act.fn == kSigmoid || act.fn == kHardSigmoid || act.fn == kExp ||
         act.fn == kAbs;
}

// An average over padding counts its zeros: exactly what count_include_pad says. A maximum ignores
// padding: right when the pads are -inf, or 0 where no element is below 0.
bool pad_into_pool(Rewriter& r, NodeId id) {
  const auto* pool = r.graph().node(id).op.as<Pool>();
  if (pool == nullptr || pool->ceil_mode) return false;
  const auto padding = padding_before(r, id);
  if (!padding) return false;
  const bool unpadded = none(pool->pad_begin) && none(pool->pad_end);
  Pool padded = *pool;
  if (pool->kind == PoolKind::kAverage) {
    if (padding->value != 0 || !(unpadded || pool->count_include_pad)) return false;
    padded.count_include_pad = true;
  } else {
    const bool lowest = std::isinf(padding->value) && padding->value < 0;
    if (!lowest && !(padding->value == 0 && never_negative(r, padding->x))) return false;
  }
  padded.pad_begin = sum(padded.pad_begin, padding->begin);
  padded.pad_end = sum(padded.pad_end, padding->end);
  return smaller_than_window(padded) && fuse(r, id, *padding, padded);
}

}  // namespace

Graph fuse_padding(Graph graph, PassContext& context) {
  static const std::vector<Rule> rules{
      {"pad_into_convolution", pad_into_convolution},
      {"pad_into_pool", pad_into_pool},
  };
  return apply_rules(std::move(graph), rules, context);
}

}  // namespace tenon
