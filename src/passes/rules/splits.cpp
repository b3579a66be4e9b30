// How exporters take a row of features apart into heads: reshapes that split an axis, transposes,
// and picking one part. Written so that the parts are slices of the row and transposes come last,
// where attention absorbs them.
#include <algorithm>
#include <numeric>

#include "ops/gather.h"
#include "ops/identity.h"
#include "ops/reshape.h"
#include "ops/slice.h"
#include "ops/transpose.h"
#include "passes/rules/rules.h"

namespace tenon {
namespace {

std::vector<int64_t> permutation(const Transpose& transpose, size_t rank) {
  if (!transpose.perm.empty()) return transpose.perm;
  std::vector<int64_t> perm(rank);
  std::iota(perm.rbegin(), perm.rend(), 0);
  return perm;
}

bool is_view(const Op& op) { return op.traits().view && !op.is<Identity>(); }

// For each axis of `from` the axes of `to` that it is split into, in order; axes of extent 1 come
// and go. nullopt when an axis of `to` holds elements of several.
std::optional<std::vector<std::vector<size_t>>> split_axes(const Shape& from, const Shape& to) {
  std::vector<std::vector<size_t>> groups(from.size());
  size_t next = 0, last = from.size();
  for (size_t i = 0; i < from.size(); ++i) {
    if (from[i] == Dim(1)) continue;
    Dim product = 1;
    while (product != from[i]) {
      if (next == to.size()) return std::nullopt;
      product = product * to[next];
      groups[i].push_back(next++);
    }
    last = i;
  }
  if (last == from.size()) return std::nullopt;
  for (; next < to.size(); ++next) {
    if (to[next] != Dim(1)) return std::nullopt;
    groups[last].push_back(next);
  }
  return groups;
}

// view(transpose(x)) = transpose(view(x)), where the view only splits axes.
bool split_before_transpose(Rewriter& r, NodeId id) {
  if (!is_view(r.graph().node(id).op)) return false;
  const NodeId inner = r.absorbable<Transpose>(id, 0);
  if (inner == kNone) return false;
  const ValueId x = r.operand(inner, 0);
  const Shape& moved = r.output_type(inner).dims;
  const Shape to = r.output_type(id).dims;
  const auto perm = permutation(*r.graph().node(inner).op.as<Transpose>(), moved.size());
  const auto groups = split_axes(moved, to);
  if (!groups) return false;
  std::vector<size_t> place(perm.size());  // of x's axes among the moved ones
  for (size_t i = 0; i < perm.size(); ++i) place[static_cast<size_t>(perm[i])] = i;
  Shape split;
  std::vector<int64_t> back(to.size());
  for (const size_t axis : place) {
    for (const size_t out : (*groups)[axis]) {
      back[out] = static_cast<int64_t>(split.size());
      split.push_back(to[out]);
    }
  }
  const auto operand = reshape_operand(r.type(x).dims, split);
  if (!operand) return false;
  const std::string name = r.graph().value(r.output(id)).name;
  const auto rank = static_cast<int64_t>(operand->size());
  const ValueId shape = r.add_constant(name + ".shape", Tensor::i64({rank}, *operand));
  const ValueId apart = r.add(name + ".apart", Reshape{}, {x, shape}, id);
  return r.redefine(id, Transpose{back}, {apart});
}

// The index of a gather that picks one place; nullopt for other gathers.
std::optional<int64_t> picked(const Rewriter& r, NodeId id) {
  const auto* gather = r.graph().node(id).op.as<Gather>();
  if (gather == nullptr) return std::nullopt;
  const Tensor* index = r.graph().constant(r.operand(id, 1));
  if (index == nullptr || index->dims().rank() != 0) return std::nullopt;
  return integer_element(index->view(), 0);
}

size_t gather_axis(const Rewriter& r, NodeId id) {
  const int64_t axis = r.graph().node(id).op.as<Gather>()->axis;
  return static_cast<size_t>(
      axis < 0 ? axis + static_cast<int64_t>(r.type(r.operand(id, 0)).dims.size()) : axis);
}

// transpose(x)[i] = transpose(x[.., i, ..])
bool pick_before_transpose(Rewriter& r, NodeId id) {
  if (!picked(r, id)) return false;
  const Node* producer = r.graph().producer(r.operand(id, 0));
  const auto* transpose = producer ? producer->op.as<Transpose>() : nullptr;
  if (transpose == nullptr) return false;
  std::vector<int64_t> perm = permutation(*transpose, r.type(r.operand(id, 0)).dims.size());
  const size_t axis = gather_axis(r, id);
  const int64_t source = perm[axis];
  perm.erase(perm.begin() + static_cast<std::ptrdiff_t>(axis));
  for (int64_t& p : perm) p -= p > source;
  const std::string name = r.graph().value(r.output(id)).name + ".picked";
  const ValueId x = producer->inputs[0];
  const ValueId part = r.add(name, Gather{source}, {x, r.operand(id, 1)}, id);
  return r.redefine(id, Transpose{perm}, {part});
}

// split(x)[.., i, ..], with x's last axis split, is a slice of x.
bool pick_as_slice(Rewriter& r, NodeId id) {
  const auto index = picked(r, id);
  const Node* producer = index ? r.graph().producer(r.operand(id, 0)) : nullptr;
  if (producer == nullptr || !is_view(producer->op)) return false;
  const ValueId x = producer->inputs[0];
  const Shape from = r.type(x).dims;
  const Shape apart = r.type(r.operand(id, 0)).dims;
  const size_t axis = gather_axis(r, id);
  if (from.size() != axis + 1 || apart.size() <= axis + 1) return false;
  if (!std::equal(from.begin(), from.end() - 1, apart.begin())) return false;
  const Dim each =
      volume(Shape(apart.begin() + static_cast<std::ptrdiff_t>(axis) + 1, apart.end()));
  if (!each.is_constant() || !apart[axis].is_constant()) return false;
  const int64_t at = *index < 0 ? *index + apart[axis].value() : *index;
  if (at < 0 || at >= apart[axis].value()) return false;
  const auto operand = reshape_operand(
      [&] {
        Shape part = from;
        part.back() = each;
        return part;
      }(),
      r.output_type(id).dims);
  if (!operand) return false;
  const std::string name = r.graph().value(r.output(id)).name;
  const auto number = [&](const char* what, int64_t n) {
    return r.add_constant(name + what, Tensor::i64({1}, {n}));
  };
  const ValueId part =
      r.add(name + ".part", Slice{},
            {x, number(".start", at * each.value()), number(".end", (at + 1) * each.value()),
             number(".axis", static_cast<int64_t>(axis))},
            id);
  if (r.type(part) == r.output_type(id)) return r.bypass(id, part);
  const auto rank = static_cast<int64_t>(operand->size());
  return r.redefine(id, Reshape{},
                    {part, r.add_constant(name + ".shape", Tensor::i64({rank}, *operand))});
}

}  // namespace

std::vector<Rule> split_rules() {
  return {
      {"split_before_transpose", split_before_transpose},
      {"pick_before_transpose", pick_before_transpose},
      {"pick_as_slice", pick_as_slice},
  };
}

}  // namespace tenon
