#include <algorithm>

#include "ops/cast.h"
#include "ops/concat.h"
#include "ops/expand.h"
#include "ops/pad.h"
#include "ops/pool.h"
#include "ops/reduce.h"
#include "ops/resize.h"
#include "ops/slice.h"
#include "ops/transpose.h"
#include "passes/rules/rules.h"

namespace tenon {
namespace {

std::vector<int64_t> permutation(const Transpose& transpose, size_t rank) {
  if (!transpose.perm.empty()) return transpose.perm;
  std::vector<int64_t> perm(rank);
  for (size_t i = 0; i < rank; ++i) perm[i] = static_cast<int64_t>(rank - 1 - i);
  return perm;
}

bool all_elements_are(const Rewriter& r, ValueId value, int64_t number) {
  const auto& elements = r.graph().value(value).elements;
  return elements && std::all_of(elements->begin(), elements->end(),
                                 [&](const Dim& d) { return d == Dim(number); });
}

bool all_are(const std::vector<int64_t>& list, int64_t number) {
  return std::all_of(list.begin(), list.end(), [&](int64_t n) { return n == number; });
}

// transpose(transpose(x)) = transpose(x)
bool transpose_chain(Rewriter& r, NodeId id) {
  const auto* outer = r.graph().node(id).op.as<Transpose>();
  if (outer == nullptr) return false;
  const Node* producer = r.graph().producer(r.operand(id, 0));
  const auto* inner = producer ? producer->op.as<Transpose>() : nullptr;
  if (inner == nullptr) return false;
  const size_t rank = r.output_type(id).dims.size();
  const auto first = permutation(*inner, rank);
  std::vector<int64_t> perm = permutation(*outer, rank);
  for (int64_t& axis : perm) axis = first[static_cast<size_t>(axis)];
  return r.redefine(id, Transpose{perm}, {producer->inputs[0]});
}

bool transpose_of_nothing(Rewriter& r, NodeId id) {
  const auto* transpose = r.graph().node(id).op.as<Transpose>();
  if (transpose == nullptr) return false;
  const auto perm = permutation(*transpose, r.output_type(id).dims.size());
  return std::is_sorted(perm.begin(), perm.end()) && r.bypass(id, r.operand(id, 0));
}

bool slice_of_everything(Rewriter& r, NodeId id) {
  if (!r.graph().node(id).op.is<Slice>()) return false;
  const ValueId steps = r.operand(id, 4);
  if (steps != kNone && !all_elements_are(r, steps, 1)) return false;
  return r.bypass(id, r.operand(id, 0));
}

bool pad_of_nothing(Rewriter& r, NodeId id) {
  return r.graph().node(id).op.is<Pad>() && all_elements_are(r, r.operand(id, 1), 0) &&
         r.bypass(id, r.operand(id, 0));
}

bool expand_to_same_dims(Rewriter& r, NodeId id) {
  return r.graph().node(id).op.is<Expand>() && r.bypass(id, r.operand(id, 0));
}

bool cast_to_same_type(Rewriter& r, NodeId id) {
  return r.graph().node(id).op.is<Cast>() && r.bypass(id, r.operand(id, 0));
}

bool resize_to_same_dims(Rewriter& r, NodeId id) {
  const auto* resize = r.graph().node(id).op.as<Resize>();
  if (resize == nullptr) return false;
  const bool unscaled = std::all_of(resize->scales.begin(), resize->scales.end(),
                                    [](float scale) { return scale == 1.0F; });
  return unscaled && r.bypass(id, r.operand(id, 0));
}

bool pool_of_one(Rewriter& r, NodeId id) {
  const auto* pool = r.graph().node(id).op.as<Pool>();
  if (pool == nullptr || !all_are(pool->window, 1) || !all_are(pool->stride, 1)) return false;
  return all_are(pool->pad_begin, 0) && all_are(pool->pad_end, 0) && r.bypass(id, r.operand(id, 0));
}

// A reduction over axes of extent 1.
bool reduce_of_one(Rewriter& r, NodeId id) {
  const auto* reduce = r.graph().node(id).op.as<Reduce>();
  if (reduce == nullptr || !reduce->keep_dims) return false;
  using enum ReduceKind;
  if (reduce->kind == kSumSquare || reduce->kind == kL1 || reduce->kind == kL2) return false;
  const Shape& dims = r.type(r.operand(id, 0)).dims;
  const auto rank = static_cast<int64_t>(dims.size());
  const bool ones = std::all_of(reduce->axes.begin(), reduce->axes.end(), [&](int64_t axis) {
    return dims[static_cast<size_t>(axis < 0 ? axis + rank : axis)] == Dim(1);
  });
  return ones && !reduce->axes.empty() && r.bypass(id, r.operand(id, 0));
}

bool concat_of_one(Rewriter& r, NodeId id) {
  const Node& node = r.graph().node(id);
  return node.op.is<Concat>() && node.inputs.size() == 1 && r.bypass(id, node.inputs[0]);
}

// concat(.., concat(a, b), ..) = concat(.., a, b, ..) along the same axis.
bool concat_of_concat(Rewriter& r, NodeId id) {
  const Node& node = r.graph().node(id);
  const auto* outer = node.op.as<Concat>();
  if (outer == nullptr) return false;
  const auto rank = static_cast<int64_t>(r.output_type(id).dims.size());
  const auto axis_of = [&](const Concat& c) { return c.axis < 0 ? c.axis + rank : c.axis; };
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    const NodeId inner = r.absorbable<Concat>(id, i);
    if (inner == kNone) continue;
    const Node& absorbed = r.graph().node(inner);
    if (axis_of(*absorbed.op.as<Concat>()) != axis_of(*outer)) continue;
    std::vector<ValueId> inputs;
    for (const ValueId v : node.inputs) {
      if (v == absorbed.outputs[0]) {
        inputs.insert(inputs.end(), absorbed.inputs.begin(), absorbed.inputs.end());
      } else {
        inputs.push_back(v);
      }
    }
    return r.redefine(id, Concat{*outer}, std::move(inputs));
  }
  return false;
}

}  // namespace

std::vector<Rule> movement_rules() {
  return {
      {"transpose_chain", transpose_chain},
      {"transpose_of_nothing", transpose_of_nothing},
      {"slice_of_everything", slice_of_everything},
      {"pad_of_nothing", pad_of_nothing},
      {"expand_to_same_dims", expand_to_same_dims},
      {"cast_to_same_type", cast_to_same_type},
      {"resize_to_same_dims", resize_to_same_dims},
      {"pool_of_one", pool_of_one},
      {"reduce_of_one", reduce_of_one},
      {"concat_of_one", concat_of_one},
      {"concat_of_concat", concat_of_concat},
  };
}

}  // namespace tenon
