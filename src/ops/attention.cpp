#include "ops/attention.h"

#include <algorithm>
#include <cmath>

#include "ops/arithmetic.h"
#include "ops/broadcast_index.h"
#include "ops/infer_checks.h"

namespace tenon {
namespace {

// The axes of batches and positions.
struct Axes {
  size_t batch;
  size_t position;
};
Axes axes_of(AttentionLayout layout) {
  switch (layout) {
    case AttentionLayout::kSequenceFirst: return {1, 0};
    case AttentionLayout::kHeadsFirst: return {0, 2};
    default: return {0, 1};
  }
}

void check_attributes(const Attention& op, const InferContext& c) {
  if (name_of(op.layout) == "invalid") c.error("layout is {}", static_cast<int>(op.layout));
  constexpr int64_t kMost = 1 << 24;
  const auto extent = [](int64_t v) { return v >= 1 && v <= kMost; };
  if (!extent(op.heads) || !extent(op.kv_heads) || !extent(op.size)) {
    c.error("heads={} kv_heads={} size={}: each must be 1 to {}", op.heads, op.kv_heads, op.size,
            kMost);
  }
  if (op.heads % op.kv_heads != 0) {
    c.error("heads={} is no multiple of kv_heads={}", op.heads, op.kv_heads);
  }
  for (const int64_t column : {op.q_column, op.k_column, op.v_column}) {
    if (column < 0 || column > kMost * kMost) c.error("a column is {}", column);
    if (op.layout == AttentionLayout::kHeadsFirst && column != 0) {
      c.error("heads_first operands have no columns, but one is {}", column);
    }
  }
}

// An operand has room for its heads.
void check_operand(const Attention& op, InferContext& c, size_t i, int64_t heads, int64_t column) {
  c.require_same_dtype(0, i);
  const bool planes = op.layout == AttentionLayout::kHeadsFirst;
  const Shape& dims = c.dims(i);
  if (dims.size() != (planes ? 4U : 3U)) {
    c.error("input {} is {}, but layout {} has rank {}", i, to_string(dims), name_of(op.layout),
            planes ? 4 : 3);
  }
  if (planes) {
    c.require_equal(dims[1], heads, fmt::format("the heads of input {} and of the attribute", i));
    c.require_equal(dims[3], op.size, fmt::format("the size of input {}'s heads", i));
    return;
  }
  const int64_t end = column + heads * op.size;
  if (!dims[2].is_constant() || dims[2].value() < end) {
    c.error("input {} is {}, but its heads end at column {}", i, to_string(dims), end);
  }
}

template <typename T>
struct Operands {
  ReadElements<T> q, k, v, mask;
  const uint8_t* seen = nullptr;  // a boolean mask
};

// The scores of one query, scaled and masked.
template <typename T>
void score(const Attention& op, const Operands<T>& o, const T* q, const T* k, int64_t step,
           int64_t mask_at, int64_t mask_step, int64_t query, std::vector<double>& scores) {
  const double hidden = -std::numeric_limits<double>::infinity();
  for (size_t j = 0; j < scores.size(); ++j) {
    const T* key = k + static_cast<int64_t>(j) * step;
    double sum = 0;
    for (int64_t d = 0; d < op.size; ++d) sum += static_cast<double>(q[d]) * key[d];
    sum *= op.scale;
    const int64_t at = mask_at + static_cast<int64_t>(j) * mask_step;
    if (o.mask) sum += o.mask[at];
    if (o.seen != nullptr && o.seen[at] == 0) sum = hidden;
    if (op.causal && static_cast<int64_t>(j) > query) sum = hidden;
    scores[j] = sum;
  }
}

// Scores become probabilities.
void softmax(std::vector<double>& scores, bool nan_to_zero) {
  double peak = -std::numeric_limits<double>::infinity();
  for (const double s : scores) {
    if (s > peak || std::isnan(s)) peak = s;
  }
  double sum = 0;
  for (double& s : scores) sum += s = std::exp(s - peak);
  for (double& s : scores) s = nan_to_zero && std::isnan(sum) ? 0 : s / sum;
}

template <typename T>
void attend(const Attention& op, Views in, const TensorView& out) {
  const TensorView mask = in.size() > 3 ? in[3] : TensorView{};
  const bool boolean = mask.data != nullptr && mask.dtype == DataType::kBool;
  const Operands<T> o{ReadElements<T>(in[0]), ReadElements<T>(in[1]), ReadElements<T>(in[2]),
                      ReadElements<T>(boolean ? TensorView{} : mask),
                      boolean ? mask.as<uint8_t>() : nullptr};
  const AttentionExtents e = attention_extents(op, in[0].dims, in[1].dims);
  const HeadStrides sq = head_strides(op, in[0].dims, op.q_column);
  const HeadStrides sk = head_strides(op, in[1].dims, op.k_column);
  const HeadStrides sv = head_strides(op, in[2].dims, op.v_column);
  const HeadStrides sy = head_strides(op, out.dims, 0);
  const Strides sm = mask.data == nullptr
                         ? Strides{}
                         : broadcast_strides(mask.dims, {e.batch, op.heads, e.queries, e.keys});
  WriteElements<T> y(out);
  std::vector<double> scores(static_cast<size_t>(e.keys));
  for (int64_t b = 0; b < e.batch; ++b) {
    for (int64_t h = 0; h < op.heads; ++h) {
      const int64_t g = h / (op.heads / op.kv_heads);
      const T* k = o.k.data() + sk.first + b * sk.batch + g * sk.head;
      const T* v = o.v.data() + sv.first + b * sv.batch + g * sv.head;
      for (int64_t i = 0; i < e.queries; ++i) {
        const T* q = o.q.data() + sq.first + b * sq.batch + h * sq.head + i * sq.position;
        score(op, o, q, k, sk.position, b * sm[0] + h * sm[1] + i * sm[2], sm[3], i, scores);
        softmax(scores, op.nan_to_zero);
        const int64_t to = b * sy.batch + h * sy.head + i * sy.position;
        for (int64_t d = 0; d < op.size; ++d) {
          double sum = 0;
          for (int64_t j = 0; j < e.keys; ++j) {
            sum += scores[static_cast<size_t>(j)] * v[j * sv.position + d];
          }
          y[to + d] = static_cast<T>(sum);
        }
      }
    }
  }
  y.commit();
}

}  // namespace

HeadStrides head_strides(const Attention& op, const Dims& dims, int64_t column) {
  switch (op.layout) {
    case AttentionLayout::kHeadsFirst:
      return {dims[1] * dims[2] * dims[3], dims[2] * dims[3], dims[3], 0};
    case AttentionLayout::kSequenceFirst: return {dims[2], op.size, dims[1] * dims[2], column};
    default: return {dims[1] * dims[2], op.size, dims[2], column};
  }
}

AttentionExtents attention_extents(const Attention& op, const Dims& q, const Dims& k) {
  const Axes axes = axes_of(op.layout);
  const auto batch = static_cast<int>(axes.batch), position = static_cast<int>(axes.position);
  return {q[batch], q[position], k[position]};
}

void Attention::infer(InferContext& c) const {
  require_float(c, 0);
  check_attributes(*this, c);
  check_operand(*this, c, 0, heads, q_column);
  check_operand(*this, c, 1, kv_heads, k_column);
  check_operand(*this, c, 2, kv_heads, v_column);
  const Axes axes = axes_of(layout);
  const Shape& q = c.dims(0);
  const Shape& k = c.dims(1);
  const Shape& v = c.dims(2);
  c.require_equal(q[axes.batch], k[axes.batch], "the batches of inputs 0 and 1");
  c.require_equal(q[axes.batch], v[axes.batch], "the batches of inputs 0 and 2");
  c.require_equal(k[axes.position], v[axes.position], "the positions of inputs 1 and 2");
  if (c.has(3)) {
    if (c.dtype(3) != DataType::kBool) c.require_same_dtype(0, 3);
    require_broadcasts_to(c, 3, {q[axes.batch], heads, q[axes.position], k[axes.position]}, "mask");
  }
  Shape dims = q;
  if (layout != AttentionLayout::kHeadsFirst) dims[2] = heads * size;
  c.set(0, c.dtype(0), std::move(dims));
}

void Attention::eval(Views in, Views out) const {
  with_float_arithmetic(in[0].dtype, [&](auto zero) { attend<decltype(zero)>(*this, in, out[0]); });
}

}  // namespace tenon
