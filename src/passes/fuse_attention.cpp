#include <algorithm>
#include <cmath>
#include <limits>

#include "ir/constant_value.h"
#include "ops/attention.h"
#include "ops/binary.h"
#include "ops/cast.h"
#include "ops/expand.h"
#include "ops/fill.h"
#include "ops/iota.h"
#include "ops/matmul.h"
#include "ops/reshape.h"
#include "ops/select.h"
#include "ops/slice.h"
#include "ops/softmax.h"
#include "ops/transpose.h"
#include "ops/unary.h"
#include "passes/apply_rules.h"
#include "passes/passes.h"
#include "passes/rules/rules.h"

namespace tenon {
namespace {

// ---- softmax(q x k' + mask) x v

const Softmax* softmax_of_rows(const Rewriter& r, ValueId value) {
  const auto* softmax = r.graph().produced_by<Softmax>(value);
  if (softmax == nullptr || softmax->log) return nullptr;
  const auto rank = static_cast<int64_t>(r.type(value).dims.size());
  return softmax->axis == -1 || softmax->axis == rank - 1 ? softmax : nullptr;
}

// What stands between the scores and the product with v.
struct Probabilities {
  NodeId softmax = kNone;
  std::vector<NodeId> parts;  // in order
  bool nan_to_zero = false;
};

// softmax(s), or where(isnan(softmax(s)), 0, softmax(s)), read by `reader` alone.
std::optional<Probabilities> probabilities(const Rewriter& r, ValueId value, NodeId reader) {
  if (value == kNone || !r.read_only_by(value, reader)) return std::nullopt;
  const NodeId producer = r.graph().value(value).producer;
  if (softmax_of_rows(r, value) != nullptr) return Probabilities{producer, {producer}, false};
  if (r.graph().produced_by<Select>(value) == nullptr) return std::nullopt;
  const ValueId test = r.operand(producer, 0), p = r.operand(producer, 2);
  const auto* unary = r.graph().produced_by<Unary>(test);
  if (unary == nullptr || unary->fn != UnaryFn::kIsNan || softmax_of_rows(r, p) == nullptr) {
    return std::nullopt;
  }
  const NodeId tested = r.graph().value(test).producer;
  if (r.operand(tested, 0) != p || uniform_value(r.graph(), r.operand(producer, 1)) != 0.0) {
    return std::nullopt;
  }
  const auto& readers = r.readers(p);
  const bool closed = r.read_only_by(test, producer) && !r.graph().is_output(p) &&
                      readers.size() == 2 && r.type(p) == r.type(value);
  if (!closed) return std::nullopt;
  const NodeId softmax = r.graph().value(p).producer;
  return Probabilities{softmax, {softmax, tested, producer}, true};
}

// A plain product, whose operands are matrices of equal batches.
const MatMul* plain_product(const Rewriter& r, NodeId id) {
  const auto* matmul = r.graph().node(id).op.as<MatMul>();
  if (matmul == nullptr || !(matmul->act == Activation{}) || r.operand(id, 3) != kNone) {
    return nullptr;
  }
  const size_t rank = r.output_type(id).dims.size();
  const bool equal =
      r.type(r.operand(id, 0)).dims.size() == rank && r.type(r.operand(id, 1)).dims.size() == rank;
  return equal && (rank == 3 || rank == 4) && !matmul->transpose_a ? matmul : nullptr;
}

struct Scores {
  NodeId product = kNone;
  ValueId mask = kNone;
  std::vector<NodeId> parts;
};

// A product, plus a mask that does not extend it, read by `reader` alone.
std::optional<Scores> scores(const Rewriter& r, NodeId reader) {
  const ValueId value = r.operand(reader, 0);
  if (!r.read_only_by(value, reader)) return std::nullopt;
  const NodeId id = r.graph().value(value).producer;
  if (id == kNone) return std::nullopt;
  if (plain_product(r, id) != nullptr) return Scores{id, r.operand(id, 2), {id}};
  const auto* binary = r.graph().node(id).op.as<Binary>();
  if (binary == nullptr || binary->fn != BinaryFn::kAdd) return std::nullopt;
  for (size_t i = 0; i < 2; ++i) {
    const NodeId product = r.absorbable<MatMul>(id, i);
    if (product == kNone || plain_product(r, product) == nullptr) continue;
    if (r.operand(product, 2) != kNone || r.output_type(product) != r.output_type(id)) continue;
    return Scores{product, r.operand(id, 1 - i), {product, id}};
  }
  return std::nullopt;
}

// k as [.., S, D], from the operand of the product of q and k.
ValueId keys_of(Rewriter& r, NodeId product, bool transposed) {
  const ValueId operand = r.operand(product, 1);
  if (transposed) return operand;
  const size_t rank = r.type(operand).dims.size();
  std::vector<int64_t> perm(rank);
  for (size_t i = 0; i < rank; ++i) perm[i] = static_cast<int64_t>(i);
  ValueId x = operand;
  if (const auto* transpose = r.graph().produced_by<Transpose>(operand);
      transpose && transpose->perm.size() == rank) {
    perm = transpose->perm;
    x = r.operand(r.graph().value(operand).producer, 0);
  }
  std::swap(perm[rank - 1], perm[rank - 2]);
  return r.add(r.graph().value(operand).name + ".keys", Transpose{perm}, {x});
}

std::optional<Attention> attention_of(const Shape& q, const Shape& k, const Shape& v) {
  const size_t rank = q.size();
  const Dim size = q[rank - 1];
  if (!size.is_constant() || v[rank - 1] != size || k[rank - 1] != size) return std::nullopt;
  if (size.value() < 1 || q[0] != k[0] || q[0] != v[0]) return std::nullopt;
  if (rank == 3) return Attention{.size = size.value()};
  const auto heads = [](const Shape& dims) { return dims[1].is_constant() ? dims[1].value() : 0; };
  if (heads(k) != heads(v) || heads(k) < 1 || heads(q) % heads(k) != 0) return std::nullopt;
  if (heads(k) != heads(q) && heads(k) != 1) return std::nullopt;
  return Attention{.layout = AttentionLayout::kHeadsFirst,
                   .heads = heads(q),
                   .kv_heads = heads(k),
                   .size = size.value()};
}

bool attention_of_products(Rewriter& r, NodeId id) {
  const MatMul* second = plain_product(r, id);
  if (second == nullptr || second->alpha != 1 || second->transpose_b) return false;
  if (r.operand(id, 2) != kNone || !is_float(r.output_type(id).dtype)) return false;
  const auto p = probabilities(r, r.operand(id, 0), id);
  const auto s = p ? scores(r, p->softmax) : std::nullopt;
  if (!s) return false;
  const MatMul first = *r.graph().node(s->product).op.as<MatMul>();
  const ValueId q = r.operand(s->product, 0), v = r.operand(id, 1);
  Shape k = r.type(r.operand(s->product, 1)).dims;
  if (!first.transpose_b) std::swap(k[k.size() - 1], k[k.size() - 2]);
  auto attention = attention_of(r.type(q).dims, k, r.type(v).dims);
  if (!attention) return false;
  attention->scale = first.alpha;
  attention->nan_to_zero = p->nan_to_zero;
  std::vector<NodeId> parts = s->parts;
  parts.insert(parts.end(), p->parts.begin(), p->parts.end());
  parts.push_back(id);
  std::vector<ValueId> inputs{q, keys_of(r, s->product, first.transpose_b), v};
  if (s->mask != kNone) {
    const bool planes = k.size() == 4 || r.type(s->mask).dims.size() < 3;
    inputs.push_back(
        planes ? s->mask
               : r.add(r.graph().value(s->mask).name + ".heads", Unsqueeze{{1}}, {s->mask}));
  }
  return r.fuse(id, parts, *attention, std::move(inputs));
}

// ---- masks

// Whether every element is a number of at least `least`, for all values of the symbols.
bool at_least(const Rewriter& r, ValueId value, double least, int depth = 0) {
  constexpr int kDeepest = 12;
  if (depth > kDeepest) return false;
  if (const auto number = uniform_value(r.graph(), value)) return *number >= least;
  const Node* node = r.graph().producer(value);
  if (node == nullptr) return false;
  if (const auto* fill = node->op.as<Fill>()) return fill->value >= least;
  if (const auto* iota = node->op.as<Iota>()) return iota->start >= least && iota->step >= 0;
  if (node->op.traits().view || node->op.is<Expand>() || node->op.is<Transpose>()) {
    return at_least(r, node->inputs[0], least, depth + 1);
  }
  if (node->op.is<Cast>()) {  // to booleans: least is 1 then
    return !is_float(r.type(value).dtype) && at_least(r, node->inputs[0], least, depth + 1);
  }
  const auto* binary = node->op.as<Binary>();
  if (binary == nullptr || r.type(value).dtype != DataType::kBool) return false;
  if (binary->fn == BinaryFn::kAnd) {
    return at_least(r, node->inputs[0], least, depth + 1) &&
           at_least(r, node->inputs[1], least, depth + 1);
  }
  const auto bound = uniform_value(r.graph(), node->inputs[1]);
  return binary->fn == BinaryFn::kGreaterOrEqual && least <= 1 && bound &&
         at_least(r, node->inputs[0], *bound, depth + 1);
}

// A mask that says the same in fewer elements; kNone for one that hides nothing.
ValueId simpler_mask(const Rewriter& r, ValueId mask) {
  const double infinity = std::numeric_limits<double>::infinity();
  if (r.type(mask).dtype == DataType::kBool && at_least(r, mask, 1)) return kNone;
  if (r.type(mask).dtype != DataType::kBool && uniform_value(r.graph(), mask) == 0.0) return kNone;
  const Node* node = r.graph().producer(mask);
  if (node == nullptr) return mask;
  if (node->op.is<Expand>()) return node->inputs[0];
  if (node->op.is<Select>()) {  // 0 where it may look, -inf elsewhere
    const bool additive = uniform_value(r.graph(), node->inputs[1]) == 0.0 &&
                          uniform_value(r.graph(), node->inputs[2]) == -infinity;
    return additive ? node->inputs[0] : mask;
  }
  const auto* binary = node->op.as<Binary>();
  if (binary == nullptr || binary->fn != BinaryFn::kAnd) return mask;
  if (at_least(r, node->inputs[0], 1)) return node->inputs[1];
  if (at_least(r, node->inputs[1], 1)) return node->inputs[0];
  return mask;
}

bool simplify_mask(Rewriter& r, NodeId id) {
  const auto* attention = r.graph().node(id).op.as<Attention>();
  const ValueId mask = attention ? r.operand(id, 3) : kNone;
  if (mask == kNone) return false;
  const ValueId simpler = simpler_mask(r, mask);
  if (simpler == mask) return false;
  std::vector<ValueId> inputs = r.graph().node(id).inputs;
  inputs[3] = simpler;
  if (simpler == kNone) inputs.pop_back();
  return r.redefine(id, Attention(*attention), std::move(inputs));
}

// ---- rows of heads instead of planes

constexpr size_t kOperands = 3;  // q, k, v

// The layout of rows whose heads a transpose turns into planes.
std::optional<AttentionLayout> row_layout(const std::vector<int64_t>& perm) {
  if (perm == std::vector<int64_t>{0, 2, 1, 3}) return AttentionLayout::kBatchFirst;
  if (perm == std::vector<int64_t>{1, 2, 0, 3}) return AttentionLayout::kSequenceFirst;
  return std::nullopt;
}

// [.., .., heads, size] as rows [.., .., heads*size].
ValueId rows_of(Rewriter& r, ValueId x, int64_t width) {
  const Node* producer = r.graph().producer(x);
  if (producer != nullptr && producer->op.traits().view) {
    const ValueId source = producer->inputs[0];
    const Shape& dims = r.type(source).dims;
    const Shape& own = r.type(x).dims;
    if (dims.size() == 3 && dims[0] == own[0] && dims[1] == own[1]) return source;
  }
  const std::string name = r.graph().value(x).name + ".rows";
  const ValueId shape = r.add_constant(name + ".shape", Tensor::i64({3}, {0, 0, width}));
  return r.add(name, Reshape{}, {x, shape});
}

// transpose(attention(transposes of q, k, v)) = attention of rows. Fires on the transpose after it.
bool attention_of_rows(Rewriter& r, NodeId id) {
  const auto* after = r.graph().node(id).op.as<Transpose>();
  const NodeId node = after ? r.absorbable<Attention>(id, 0) : kNone;
  if (node == kNone) return false;
  Attention attention = *r.graph().node(node).op.as<Attention>();
  if (attention.layout != AttentionLayout::kHeadsFirst) return false;
  std::vector<ValueId> sources;
  std::optional<AttentionLayout> layout;
  for (size_t i = 0; i < kOperands; ++i) {
    const auto* before = r.graph().produced_by<Transpose>(r.operand(node, i));
    const auto own = before ? row_layout(before->perm) : std::nullopt;
    if (!own || (layout && layout != own)) return false;
    layout = own;
    sources.push_back(r.operand(r.graph().value(r.operand(node, i)).producer, 0));
  }
  const auto back = *layout == AttentionLayout::kBatchFirst ? std::vector<int64_t>{0, 2, 1, 3}
                                                            : std::vector<int64_t>{2, 0, 1, 3};
  if (after->perm != back) return false;
  attention.layout = *layout;
  std::vector<ValueId> inputs = r.graph().node(node).inputs;
  for (size_t i = 0; i < kOperands; ++i) {
    inputs[i] =
        rows_of(r, sources[i], (i == 0 ? attention.heads : attention.kv_heads) * attention.size);
  }
  const ValueId rows = r.add_joined({node, id}, attention, std::move(inputs));
  const ValueId shape = r.add_constant(r.graph().value(r.output(id)).name + ".shape",
                                       Tensor::i64({4}, {0, 0, attention.heads, attention.size}));
  return r.redefine(id, Reshape{}, {rows, shape});
}

// An operand that is a range of columns of a wider row: its first column, and the row.
struct Columns {
  ValueId rows = kNone;
  int64_t first = 0;
};
std::optional<Columns> columns_of(const Rewriter& r, ValueId value) {
  if (r.graph().produced_by<Slice>(value) == nullptr) return std::nullopt;
  const NodeId slice = r.graph().value(value).producer;
  const ValueId x = r.operand(slice, 0);
  const Shape& from = r.type(x).dims;
  const Shape& to = r.type(value).dims;
  if (from.size() != 3 || from[0] != to[0] || from[1] != to[1]) return std::nullopt;
  const auto number = [&](size_t i) -> std::optional<int64_t> {
    const Tensor* t =
        r.operand(slice, i) == kNone ? nullptr : r.graph().constant(r.operand(slice, i));
    if (t == nullptr || t->volume() != 1) return std::nullopt;
    return integer_element(t->view(), 0);
  };
  const auto start = number(1), axis = number(3);
  const bool unit = r.operand(slice, 4) == kNone || number(4) == 1;
  if (!start || !axis || !unit || (*axis != 2 && *axis != -1)) return std::nullopt;
  if (!from[2].is_constant()) return std::nullopt;
  return Columns{x, *start < 0 ? *start + from[2].value() : *start};
}

bool slices_into_attention(Rewriter& r, NodeId id) {
  const auto* op = r.graph().node(id).op.as<Attention>();
  if (op == nullptr || op->layout == AttentionLayout::kHeadsFirst) return false;
  Attention attention = *op;
  int64_t* columns[] = {&attention.q_column, &attention.k_column, &attention.v_column};
  std::vector<ValueId> inputs = r.graph().node(id).inputs;
  std::vector<NodeId> parts;
  for (size_t i = 0; i < kOperands; ++i) {
    const auto part = columns_of(r, inputs[i]);
    if (!part) continue;
    const NodeId slice = r.graph().value(inputs[i]).producer;
    if (std::find(parts.begin(), parts.end(), slice) == parts.end()) parts.push_back(slice);
    inputs[i] = part->rows;
    *columns[i] += part->first;
  }
  if (parts.empty()) return false;
  parts.push_back(id);
  return r.fuse(id, parts, attention, std::move(inputs));
}

}  // namespace

Graph fuse_attention(Graph graph, PassContext& context) {
  static const std::vector<Rule> fusions{
      {"attention_of_products", attention_of_products},
      {"attention_of_rows", attention_of_rows},
      {"slices_into_attention", slices_into_attention},
  };
  static const std::vector<Rule> tidying = [] {
    std::vector<Rule> rules = view_rules();
    rules.push_back({"simplify_mask", simplify_mask});
    return rules;
  }();
  graph = apply_rules(std::move(graph), fusions, context);
  return apply_quietly(std::move(graph), tidying, context);
}

}  // namespace tenon
