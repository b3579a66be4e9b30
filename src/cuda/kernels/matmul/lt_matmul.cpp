#include "cuda/kernels/matmul/lt_matmul.h"

#include <algorithm>

#include "base/error.h"
#include "cuda/kernels/matmul/finish.h"
#include "device/offers.h"
#include "ops/matmul.h"

namespace tenon {
namespace {

constexpr int64_t kMostCalls = 256;

using Strides = std::vector<int64_t>;

bool is_present(const Problem& p, size_t i) { return i < p.inputs.size() && p.inputs[i].present; }

Strides strides_of(const OperandDesc& d) {
  Strides strides = dense_strides({d.dims.begin(), d.dims.end()});
  if (d.dims.rank() > 1) strides[0] = d.stride0();
  return strides;
}

// The loops around the products: the axes of y before the matrix, with each operand's strides.
struct Loop {
  int64_t extent;
  int64_t a, b, c, y;
};

// Everything that the stages below pass on: the problem taken apart.
struct Parts {
  const MatMul& op;
  bool vector_a, vector_b;
  int64_t rows, columns, depth;
  int64_t a_row, b_row, c_row = 0, y_row;
  std::vector<Loop> loops;
  FinishShape finish;  // over loops, rows and columns of y
};

// An operand's strides over the axes of y that loop over matrices.
Strides loop_strides(const OperandDesc& d, int matrix_axes, const std::vector<int64_t>& extents) {
  const Strides own = strides_of(d);
  const int axes = d.dims.rank() - matrix_axes;
  Strides strides(extents.size(), 0);
  for (int i = 0; i < axes; ++i) {
    const size_t to = extents.size() - static_cast<size_t>(axes - i);
    if (d.dims[i] != 1) strides[to] = own[static_cast<size_t>(i)];
  }
  return strides;
}

// Strides of y, or of what is broadcast to it from the right, over loops, rows and columns.
Strides result_strides(const Parts& parts, const OperandDesc& d, const Dims& y) {
  const Strides own = strides_of(d);
  Strides strides(static_cast<size_t>(y.rank()), 0);
  for (int i = 0; i < d.dims.rank(); ++i) {
    const int to = y.rank() - d.dims.rank() + i;
    if (d.dims[i] != 1) strides[static_cast<size_t>(to)] = own[static_cast<size_t>(i)];
  }
  if (parts.vector_b) strides.push_back(0);
  if (parts.vector_a) strides.insert(strides.end() - 1, 0);
  return strides;
}

Parts take_apart(const Problem& p) {
  const MatMul& op = *p.op.as<MatMul>();
  const OperandDesc& a = p.inputs[0];
  const OperandDesc& b = p.inputs[1];
  const OperandDesc& y = p.outputs[0];
  Parts parts{.op = op, .vector_a = a.dims.rank() == 1, .vector_b = b.dims.rank() == 1};
  const auto from_end = [](const OperandDesc& d, int i) { return d.dims[d.dims.rank() - i]; };
  parts.depth = from_end(a, op.transpose_a && !parts.vector_a ? 2 : 1);
  parts.rows = parts.vector_a ? 1 : from_end(a, op.transpose_a ? 1 : 2);
  parts.columns = parts.vector_b ? 1 : from_end(b, op.transpose_b ? 2 : 1);
  parts.a_row = parts.vector_a ? parts.depth : strides_of(a).end()[-2];
  parts.b_row = parts.vector_b ? 1 : strides_of(b).end()[-2];
  const int axes = y.dims.rank() - !parts.vector_a - !parts.vector_b;
  const std::vector<int64_t> extents(y.dims.begin(), y.dims.begin() + axes);
  const Strides a_loops = loop_strides(a, parts.vector_a ? 1 : 2, extents);
  const Strides b_loops = loop_strides(b, parts.vector_b ? 1 : 2, extents);
  parts.finish.extent = extents;
  parts.finish.extent.insert(parts.finish.extent.end(), {parts.rows, parts.columns});
  parts.finish.y_stride = result_strides(parts, y, y.dims);
  parts.y_row =
      parts.rows == 1 ? std::max<int64_t>(parts.columns, 1) : parts.finish.y_stride.end()[-2];
  if (is_present(p, kMatMulBias)) {
    parts.finish.bias_stride = result_strides(parts, p.inputs[kMatMulBias], y.dims);
  }
  if (is_present(p, kMatMulResidual)) {
    parts.finish.residual_stride = result_strides(parts, p.inputs[kMatMulResidual], y.dims);
  }
  for (size_t i = 0; i < extents.size(); ++i) {
    if (extents[i] == 1) continue;
    parts.loops.push_back({extents[i], a_loops[i], b_loops[i], 0, parts.finish.y_stride[i]});
  }
  return parts;
}

// Whether a tensor of these strides over loops, rows and columns can be what a product adds.
bool can_be_c(const Parts& parts, const Strides& strides) {
  const bool dense_columns = parts.columns == 1 || strides.back() == 1;
  return dense_columns && (parts.rows == 1 || strides.end()[-2] >= parts.columns);
}

void set_c(Parts& parts, const Strides& strides) {
  parts.c_row = parts.rows == 1 ? parts.columns : strides.end()[-2];
  size_t loop = 0;
  for (size_t i = 0; i + 2 < parts.finish.extent.size(); ++i) {
    if (parts.finish.extent[i] != 1) parts.loops[loop++].c = strides[i];
  }
}

bool is_column_vector(const Parts& parts, const Strides& strides) {
  const bool others =
      std::any_of(strides.begin(), strides.end() - 1, [](int64_t stride) { return stride != 0; });
  return !others && (parts.columns == 1 || strides.back() == 1);
}

// Loops over one matrix b become further rows when those of a, c and y go on from loop to loop.
void fold_loops(Parts& parts, bool has_c) {
  while (!parts.loops.empty() && !parts.op.transpose_a) {
    const Loop& last = parts.loops.back();
    const auto goes_on = [&](int64_t stride, int64_t row) { return stride == parts.rows * row; };
    if (last.b != 0 || !goes_on(last.a, parts.a_row) || !goes_on(last.y, parts.y_row) ||
        (has_c && !goes_on(last.c, parts.c_row))) {
      return;
    }
    parts.rows *= last.extent;
    parts.loops.pop_back();
  }
}

// Joins loops that are one for every operand.
void join_loops(std::vector<Loop>& loops) {
  std::vector<Loop> joined;
  for (const Loop& loop : loops) {
    const auto goes_on = [&](int64_t Loop::*stride) {
      return joined.back().*stride == loop.*stride * loop.extent;
    };
    if (!joined.empty() && goes_on(&Loop::a) && goes_on(&Loop::b) && goes_on(&Loop::c) &&
        goes_on(&Loop::y)) {
      const int64_t extent = joined.back().extent * loop.extent;
      joined.back() = loop;
      joined.back().extent = extent;
    } else {
      joined.push_back(loop);
    }
  }
  loops = std::move(joined);
}

// The largest loop becomes the product's batch, the others calls.
void set_calls(std::vector<Loop> loops, LtMatMul& m) {
  LtGemmSpec& g = m.gemm;
  m.calls = {{}};
  if (loops.empty()) return;
  const auto largest = std::max_element(
      loops.begin(), loops.end(), [](const Loop& a, const Loop& b) { return a.extent < b.extent; });
  g.batches = largest->extent;
  g.a_step = largest->a;
  g.b_step = largest->b;
  g.c_step = largest->c;
  g.y_step = largest->y;
  loops.erase(largest);
  if (g.batches == 0) m.calls.clear();
  for (const Loop& loop : loops) {
    std::vector<LtMatMul::Call> calls;
    for (const LtMatMul::Call& c : m.calls) {
      for (int64_t i = 0; i < loop.extent; ++i) {
        calls.push_back({c.a + i * loop.a, c.b + i * loop.b, c.c + i * loop.c, c.y + i * loop.y});
      }
    }
    m.calls = std::move(calls);
  }
}

// What every matrix begins at multiples of, if the operands themselves do at multiples of 64 bytes.
void set_alignment(LtMatMul& m) {
  const auto bytes = static_cast<int64_t>(bytes_of(m.gemm.type, 1));
  const auto account = [&](int64_t elements) {
    m.gemm.alignment = std::min(m.gemm.alignment, alignment_of(elements * bytes));
  };
  for (const int64_t step : {m.gemm.a_step, m.gemm.b_step, m.gemm.c_step, m.gemm.y_step}) {
    account(step);
  }
  for (const LtMatMul::Call& call : m.calls) {
    for (const int64_t at : {call.a, call.b, call.c, call.y}) account(at);
  }
}

// Decides who adds bias and residual and who computes the activation.
void share_out(const Problem& p, LtFusion fusion, Parts& parts, LtMatMul& m) {
  const bool bias = is_present(p, kMatMulBias);
  const bool residual = is_present(p, kMatMulResidual);
  const FinishShape& shape = parts.finish;
  const bool product = parts.depth > 0;
  m.gemm.bias =
      bias && product && fusion != LtFusion::kNone && is_column_vector(parts, shape.bias_stride);
  m.gemm.c = product && residual && can_be_c(parts, shape.residual_stride);
  m.c_input = kMatMulResidual;
  if (product && bias && !residual && !m.gemm.bias && can_be_c(parts, shape.bias_stride)) {
    m.gemm.c = true;
    m.c_input = kMatMulBias;
  }
  if (m.gemm.c) {
    set_c(parts, m.c_input == kMatMulBias ? shape.bias_stride : shape.residual_stride);
  }
  m.finish_bias = bias && !m.gemm.bias && !(m.gemm.c && m.c_input == kMatMulBias);
  m.finish_residual = residual && !m.gemm.c;
  const UnaryFn act = parts.op.act.fn;
  if (product && !m.finish_bias && !m.finish_residual && fusion == LtFusion::kAll) {
    m.gemm.act = act == UnaryFn::kRelu       ? LtAct::kRelu
                 : act == UnaryFn::kGeluTanh ? LtAct::kGeluTanh
                                             : LtAct::kNone;
  }
  const bool act_left = act != UnaryFn::kIdentity && m.gemm.act == LtAct::kNone;
  m.finish = m.finish_bias || m.finish_residual || act_left || !product;
  FinishShape left = shape;
  if (!m.finish_bias) left.bias_stride.clear();
  if (!m.finish_residual) left.residual_stride.clear();
  const Activation finish_act = act_left ? parts.op.act : Activation{};
  if (m.finish) m.finish_params = finish_params(m.gemm.type, finish_act, left);
}

std::string refusal_of(const Problem& p) {
  const DataType type = p.outputs.at(0).dtype;
  if (type != DataType::kF32 && type != DataType::kF16 && type != DataType::kBF16) {
    return fmt::format("computes f32, f16 and bf16, not {}", name_of(type));
  }
  if (!all_of_type(p, type)) return "the operands differ in type";
  if (const UnaryFn fn = p.op.as<MatMul>()->act.fn; !can_finish(fn, type)) {
    return fmt::format("no kernel for the activation {} of {}", name_of(fn), name_of(type));
  }
  return {};
}

}  // namespace

std::variant<LtMatMul, Refusal> lt_matmul(const Problem& p, LtFusion fusion) {
  if (std::string reason = refusal_of(p); !reason.empty()) return Refusal{reason};
  Parts parts = take_apart(p);
  LtMatMul m{.alpha = parts.op.alpha};
  m.gemm.type = p.outputs[0].dtype;
  m.gemm.transpose_a = parts.op.transpose_a && !parts.vector_a;
  m.gemm.transpose_b = parts.op.transpose_b && !parts.vector_b;
  share_out(p, fusion, parts, m);
  fold_loops(parts, m.gemm.c);
  join_loops(parts.loops);
  int64_t products = 1, largest = 1;
  for (const Loop& loop : parts.loops) {
    products *= loop.extent;
    largest = std::max(largest, loop.extent);
  }
  if (products / largest > kMostCalls) {
    return Refusal{fmt::format("{} products that no stride connects", products / largest)};
  }
  set_calls(std::move(parts.loops), m);
  m.gemm.rows = parts.rows;
  m.gemm.columns = parts.columns;
  m.gemm.depth = parts.depth;
  m.gemm.a_row = parts.a_row;
  m.gemm.b_row = parts.b_row;
  m.gemm.c_row = m.gemm.c ? parts.c_row : 0;
  m.gemm.y_row = parts.y_row;
  set_alignment(m);
  m.slices = std::any_of(p.inputs.begin(), p.inputs.end(),
                         [](const OperandDesc& d) { return d.batch_stride != 0; }) ||
             p.outputs[0].batch_stride != 0;
  return m;
}

}  // namespace tenon
