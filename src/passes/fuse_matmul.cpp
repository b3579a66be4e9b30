#include <algorithm>
#include <cmath>

#include "ir/constant_value.h"
#include "ops/binary.h"
#include "ops/matmul.h"
#include "ops/transpose.h"
#include "passes/apply_rules.h"
#include "passes/passes.h"

namespace tenon {
namespace {

bool swaps_last_two(const Transpose& transpose, size_t rank) {
  if (rank < 2) return false;
  if (transpose.perm.empty()) return rank == 2;
  for (size_t i = 0; i + 2 < rank; ++i) {
    if (transpose.perm[i] != static_cast<int64_t>(i)) return false;
  }
  return transpose.perm[rank - 2] == static_cast<int64_t>(rank - 1) &&
         transpose.perm[rank - 1] == static_cast<int64_t>(rank - 2);
}

// matmul(transpose(a), b) reads a by columns, likewise for b.
bool transpose_into_matmul(Rewriter& r, NodeId id) {
  const auto* matmul = r.graph().node(id).op.as<MatMul>();
  if (matmul == nullptr) return false;
  for (size_t i = 0; i < 2; ++i) {
    const NodeId node = r.absorbable<Transpose>(id, i);
    if (node == kNone) continue;
    const auto* transpose = r.graph().node(node).op.as<Transpose>();
    if (!swaps_last_two(*transpose, r.output_type(node).dims.size())) continue;
    std::vector<ValueId> inputs = r.graph().node(id).inputs;
    if (inputs[0] == inputs[1]) continue;
    inputs[i] = r.operand(node, 0);
    MatMul fused = *matmul;
    bool& flag = i == 0 ? fused.transpose_a : fused.transpose_b;
    flag = !flag;
    return r.fuse(id, {node, id}, fused, std::move(inputs));
  }
  return false;
}

// The operand of a product with one finite number, and the number.
struct Scaled {
  ValueId x = kNone;
  double factor = 1;
};

std::optional<Scaled> scaled(const Rewriter& r, NodeId id) {
  const auto* binary = r.graph().node(id).op.as<Binary>();
  if (binary == nullptr || binary->fn != BinaryFn::kMul) return std::nullopt;
  if (!is_float(r.output_type(id).dtype)) return std::nullopt;
  for (size_t i = 0; i < 2; ++i) {
    const auto factor = uniform_value(r.graph(), r.operand(id, 1 - i));
    const ValueId x = r.operand(id, i);
    if (factor && std::isfinite(*factor) && r.type(x) == r.output_type(id))
      return Scaled{x, *factor};
  }
  return std::nullopt;
}

// matmul(a * c, b) = c * matmul(a, b), c one number; likewise for b.
bool factor_before_matmul(Rewriter& r, NodeId id) {
  const auto* matmul = r.graph().node(id).op.as<MatMul>();
  if (matmul == nullptr) return false;
  for (size_t i = 0; i < 2; ++i) {
    const NodeId node = r.absorbable<Binary>(id, i);
    const auto factor = node == kNone ? std::nullopt : scaled(r, node);
    std::vector<ValueId> inputs = r.graph().node(id).inputs;
    if (!factor || inputs[0] == inputs[1]) continue;
    inputs[i] = factor->x;
    MatMul fused = *matmul;
    fused.alpha = static_cast<float>(fused.alpha * factor->factor);
    return r.fuse(id, {node, id}, fused, std::move(inputs));
  }
  return false;
}

// matmul(a, b) * c, without a bias.
bool factor_after_matmul(Rewriter& r, NodeId id) {
  const auto factor = scaled(r, id);
  if (!factor || !r.read_only_by(factor->x, id)) return false;
  const auto* matmul = r.graph().produced_by<MatMul>(factor->x);
  if (matmul == nullptr || !(matmul->act == Activation{})) return false;
  const NodeId node = r.graph().value(factor->x).producer;
  if (r.operand(node, 2) != kNone) return false;
  MatMul fused = *matmul;
  fused.alpha = static_cast<float>(fused.alpha * factor->factor);
  return r.fuse(id, {node, id}, fused, std::vector<ValueId>(r.graph().node(node).inputs));
}

// matmul(a, b) + bias, where the bias is a vector along the last axis or one number.
bool bias_into_matmul(Rewriter& r, NodeId id) {
  const auto* binary = r.graph().node(id).op.as<Binary>();
  if (binary == nullptr || binary->fn != BinaryFn::kAdd) return false;
  for (size_t i = 0; i < 2; ++i) {
    const NodeId node = r.absorbable<MatMul>(id, i);
    const ValueId bias = r.operand(id, 1 - i);
    if (node == kNone || r.output_type(node) != r.output_type(id)) continue;
    const MatMul& matmul = *r.graph().node(node).op.as<MatMul>();
    if (!(matmul.act == Activation{}) || r.operand(node, 2) != kNone) continue;
    const Shape& dims = r.type(bias).dims;
    bool vector = true;
    for (size_t axis = 0; axis + 1 < dims.size(); ++axis) vector = vector && dims[axis] == Dim(1);
    if (!vector || r.output_type(id).dims.empty()) continue;
    return r.fuse(id, {node, id}, matmul, {r.operand(node, 0), r.operand(node, 1), bias});
  }
  return false;
}

// view(matmul(view(x), b)) = matmul(x, b), where the views flatten and restore the axes before the
// last.
bool flattened_matmul(Rewriter& r, NodeId id) {
  if (!r.graph().node(id).op.traits().view) return false;
  const NodeId inner = r.absorbable<MatMul>(id, 0);
  if (inner == kNone || r.operand(inner, 3) != kNone) return false;
  const MatMul matmul = *r.graph().node(inner).op.as<MatMul>();
  const Node* flat = r.graph().producer(r.operand(inner, 0));
  if (flat == nullptr || !flat->op.traits().view || matmul.transpose_a) return false;
  if (r.output_type(inner).dims.size() != 2 || r.type(r.operand(inner, 1)).dims.size() != 2) {
    return false;
  }
  const ValueId bias = r.operand(inner, 2), x = flat->inputs[0];
  if (bias != kNone && r.type(bias).dims.size() > 1) return false;
  const Shape& from = r.type(x).dims;
  const Shape& to = r.output_type(id).dims;
  if (from.size() < 3 || from.size() != to.size()) return false;
  if (from.back() != r.type(r.operand(inner, 0)).dims.back()) return false;
  if (!std::equal(from.begin(), from.end() - 1, to.begin())) return false;
  std::vector<ValueId> inputs = r.graph().node(inner).inputs;
  inputs[0] = x;
  return r.fuse(id, {inner, id}, matmul, std::move(inputs));
}

}  // namespace

Graph fuse_matmul(Graph graph, PassContext& context) {
  static const std::vector<Rule> rules{
      {"transpose_into_matmul", transpose_into_matmul},
      {"factor_before_matmul", factor_before_matmul},
      {"factor_after_matmul", factor_after_matmul},
      {"bias_into_matmul", bias_into_matmul},
      {"flattened_matmul", flattened_matmul},
  };
  return apply_rules(std::move(graph), rules, context);
}

}  // namespace tenon
