#include <algorithm>

#include "ops/expand.h"
#include "ops/identity.h"
#include "ops/reshape.h"
#include "ops/transpose.h"
#include "passes/rules/rules.h"

namespace tenon {

std::optional<std::vector<int64_t>> reshape_operand(const Shape& from, const Shape& to) {
  if (!(volume(from) == volume(to))) return std::nullopt;
  std::vector<int64_t> operand;
  bool inferred = false;
  for (size_t i = 0; i < to.size(); ++i) {
    if (to[i].is_constant()) {
      if (to[i].value() <= 0) return std::nullopt;  // 0 would mean something else
      operand.push_back(to[i].value());
    } else if (i < from.size() && from[i] == to[i]) {
      operand.push_back(0);
    } else if (!inferred) {
      operand.push_back(-1);
      inferred = true;
    } else {
      return std::nullopt;
    }
  }
  return operand;
}

namespace {

// Turns a node whose output has the elements of x in row-major order into reshape(x, constant).
bool become_reshape(Rewriter& r, NodeId id, ValueId x) {
  const auto operand = reshape_operand(r.type(x).dims, r.output_type(id).dims);
  if (!operand) return false;
  const std::string name = r.graph().value(r.output(id)).name + ".shape";
  const auto rank = static_cast<int64_t>(operand->size());
  const ValueId shape = r.add_constant(name, Tensor::i64({rank}, *operand));
  return r.redefine(id, Reshape{}, {x, shape});
}

bool is_view(const Node& node) { return node.op.traits().view && !node.op.is<Identity>(); }

// identity(x) = x, and every view that changes no dim.
bool view_of_same_dims(Rewriter& r, NodeId id) {
  const Node& node = r.graph().node(id);
  return node.op.traits().view && r.bypass(id, node.inputs[0]);
}

// view(view(x)) = reshape(x)
bool view_chain(Rewriter& r, NodeId id) {
  const Node& node = r.graph().node(id);
  if (!is_view(node)) return false;
  const Node* inner = r.graph().producer(node.inputs[0]);
  if (inner == nullptr || !is_view(*inner)) return false;
  const ValueId x = inner->inputs[0];
  return r.type(x) == r.output_type(id) ? r.bypass(id, x) : become_reshape(r, id, x);
}

// A shape operand that is computed, but constant up to a dim that passes through or is inferred.
bool reshape_by_constant(Rewriter& r, NodeId id) {
  const Node& node = r.graph().node(id);
  if (!node.op.is<Reshape>() || r.graph().constant(node.inputs[1]) != nullptr) return false;
  return become_reshape(r, id, node.inputs[0]);
}

// expand(x, s) where every dim that s changes is a number.
bool expand_by_constant(Rewriter& r, NodeId id) {
  const Node& node = r.graph().node(id);
  if (!node.op.is<Expand>() || r.graph().constant(node.inputs[1]) != nullptr) return false;
  const Shape& to = r.output_type(id).dims;
  const Shape& from = r.type(node.inputs[0]).dims;
  std::vector<int64_t> operand(to.size(), 1);
  for (size_t i = 0; i < to.size(); ++i) {
    const size_t missing = to.size() - from.size();
    if (i >= missing && from[i - missing] == to[i]) continue;
    if (!to[i].is_constant()) return false;
    operand[i] = to[i].value();
  }
  const ValueId x = node.inputs[0];
  const ValueId shape = r.add_constant(r.graph().value(r.output(id)).name + ".shape",
                                       Tensor::i64({static_cast<int64_t>(to.size())}, operand));
  return r.redefine(id, Expand{}, {x, shape});
}

// A transpose that only moves axes of extent 1 moves no element.
bool transpose_as_view(Rewriter& r, NodeId id) {
  const auto* transpose = r.graph().node(id).op.as<Transpose>();
  if (transpose == nullptr) return false;
  const ValueId x = r.graph().node(id).inputs[0];
  const Shape& dims = r.type(x).dims;
  int64_t last = -1;
  for (size_t i = 0; i < dims.size(); ++i) {
    const int64_t axis =
        transpose->perm.empty() ? static_cast<int64_t>(dims.size() - 1 - i) : transpose->perm[i];
    if (dims[static_cast<size_t>(axis)] == Dim(1)) continue;
    if (axis < last) return false;
    last = axis;
  }
  return r.type(x) == r.output_type(id) ? r.bypass(id, x) : become_reshape(r, id, x);
}

}  // namespace

std::vector<Rule> view_rules() {
  return {
      {"view_of_same_dims", view_of_same_dims},     {"view_chain", view_chain},
      {"reshape_by_constant", reshape_by_constant}, {"expand_by_constant", expand_by_constant},
      {"transpose_as_view", transpose_as_view},
  };
}

}  // namespace tenon
