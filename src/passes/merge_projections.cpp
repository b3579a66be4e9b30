#include <algorithm>
#include <cstring>
#include <numeric>

#include "ops/attention.h"
#include "ops/matmul.h"
#include "passes/apply_rules.h"
#include "passes/passes.h"

namespace tenon {
namespace {

constexpr size_t kOperands = 3;  // q, k, v

// The product behind operand i of an attention of rows, when its columns could lie beside those of
// another: x times constant weights [K, N] plus a constant vector.
NodeId projection(const Rewriter& r, NodeId attention, size_t i) {
  const ValueId value = r.operand(attention, i);
  if (!r.read_only_by(value, attention)) return kNone;
  const auto* matmul = r.graph().produced_by<MatMul>(value);
  if (matmul == nullptr || matmul->transpose_a || !(matmul->act == Activation{})) return kNone;
  const NodeId node = r.graph().value(value).producer;
  if (r.operand(node, 3) != kNone || matmul->alpha != 1) return kNone;
  const Tensor* weights = r.graph().constant(r.operand(node, 1));
  if (weights == nullptr || weights->dims().rank() != 2) return kNone;
  if (weights->dtype() != DataType::kF32 && weights->dtype() != DataType::kF16 &&
      weights->dtype() != DataType::kBF16) {
    return kNone;
  }
  if (r.operand(node, 2) == kNone) return node;
  const Tensor* bias = r.graph().constant(r.operand(node, 2));
  const int64_t columns = weights->dims()[matmul->transpose_b ? 0 : 1];
  return bias && bias->dims() == Dims{columns} ? node : kNone;
}

// The weights of one product among those of several, by rows [K, N] or columns.
struct Part {
  const Tensor* weights;
  const Tensor* bias;  // nullptr: zeros
  bool transposed;
  int64_t columns;
  int64_t first;  // of its columns in the merged product
};

Tensor merged_weights(const std::vector<Part>& parts, int64_t depth, int64_t columns) {
  const DataType dtype = parts[0].weights->dtype();
  const auto bytes = static_cast<size_t>(bytes_of(dtype, 1));
  return Tensor::make(dtype, {depth, columns}, [&](const TensorView& view) {
    std::byte* to = view.as<std::byte>();
    for (const Part& part : parts) {
      const std::byte* from = part.weights->bytes().data();
      for (int64_t k = 0; k < depth; ++k) {
        std::byte* row = to + static_cast<size_t>(k * columns + part.first) * bytes;
        if (!part.transposed) {
          std::memcpy(row, from + static_cast<size_t>(k * part.columns) * bytes,
                      static_cast<size_t>(part.columns) * bytes);
          continue;
        }
        for (int64_t n = 0; n < part.columns; ++n) {
          std::memcpy(row + static_cast<size_t>(n) * bytes,
                      from + static_cast<size_t>(n * depth + k) * bytes, bytes);
        }
      }
    }
  });
}

Tensor merged_bias(const std::vector<Part>& parts, int64_t columns) {
  return Tensor::make(parts[0].weights->dtype(), {columns}, [&](const TensorView& view) {
    for (const Part& part : parts) {
      for (int64_t n = 0; n < part.columns; ++n) {
        set_element(view, part.first + n, part.bias ? element(part.bias->view(), n) : 0);
      }
    }
  });
}

// The operands of an attention whose products read the same x as operand `first`'s.
std::vector<size_t> side_by_side(const Rewriter& r, const std::vector<NodeId>& nodes,
                                 size_t first) {
  std::vector<size_t> group;
  for (size_t i = first; i < kOperands; ++i) {
    if (nodes[i] == kNone || nodes[first] == kNone) continue;
    const bool seen = std::find(nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(i),
                                nodes[i]) != nodes.begin() + static_cast<std::ptrdiff_t>(i);
    if (!seen && r.operand(nodes[i], 0) == r.operand(nodes[first], 0) &&
        r.output_type(nodes[i]).dtype == r.output_type(nodes[first]).dtype) {
      group.push_back(i);
    }
  }
  return group;
}

// attention(x a, x b, x c) = attention of columns of x [a b c]
bool merge(Rewriter& r, NodeId id) {
  const auto* op = r.graph().node(id).op.as<Attention>();
  if (op == nullptr || op->layout == AttentionLayout::kHeadsFirst) return false;
  std::vector<NodeId> nodes;
  for (size_t i = 0; i < kOperands; ++i) nodes.push_back(projection(r, id, i));
  std::vector<size_t> group;
  for (size_t first = 0; first < kOperands && group.size() < 2; ++first) {
    group = side_by_side(r, nodes, first);
  }
  if (group.size() < 2) return false;
  Attention attention = *op;
  int64_t* columns[] = {&attention.q_column, &attention.k_column, &attention.v_column};
  std::vector<Part> parts;
  std::vector<NodeId> products;
  int64_t width = 0;
  bool biased = false;
  for (const size_t i : group) {
    const NodeId node = nodes[i];
    const bool transposed = r.graph().node(node).op.as<MatMul>()->transpose_b;
    const Tensor* weights = r.graph().constant(r.operand(node, 1));
    const ValueId bias = r.operand(node, 2);
    const int64_t own = weights->dims()[transposed ? 0 : 1];
    parts.push_back(
        {weights, bias == kNone ? nullptr : r.graph().constant(bias), transposed, own, width});
    biased = biased || bias != kNone;
    products.push_back(node);
    *columns[i] += width;
    width += own;
  }
  const int64_t depth = parts[0].weights->dims()[parts[0].transposed ? 1 : 0];
  const std::string name = r.graph().node(products[0]).name;
  std::vector<ValueId> operands{
      r.operand(products[0], 0),
      r.add_constant(name + ".weights", merged_weights(parts, depth, width))};
  if (biased) operands.push_back(r.add_constant(name + ".bias", merged_bias(parts, width)));
  const ValueId merged = r.add_joined(products, MatMul{}, std::move(operands));
  std::vector<ValueId> inputs = r.graph().node(id).inputs;
  for (const size_t i : group) inputs[i] = merged;
  return r.redefine(id, attention, std::move(inputs));
}

}  // namespace

Graph merge_projections(Graph graph, PassContext& context) {
  static const std::vector<Rule> rules{{"projections_side_by_side", merge}};
  return apply_rules(std::move(graph), rules, context);
}

}  // namespace tenon
