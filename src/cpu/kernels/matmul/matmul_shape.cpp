#include "cpu/kernels/matmul/matmul_shape.h"

#include <algorithm>

#include "base/error.h"
#include "device/iteration.h"
#include "ops/matmul.h"

namespace tenon {
namespace {

// The dims without the last two.
Dims batch_dims(const Dims& dims) {
  return Dims(std::span(dims.begin(), static_cast<size_t>(std::max(dims.rank() - 2, 0))));
}

// One offset a batch of `batch` for an operand of matrices of `matrix` elements.
std::vector<int64_t> offsets_of(const Dims& dims, const Dims& batch, int64_t matrix) {
  const Dims own = right_aligned(dims, batch.rank());
  std::vector<int64_t> extents(batch.begin(), batch.end());
  std::vector<int64_t> strides =
      broadcast_strides(own, batch, Layout::kLinear, dense_batch_stride(own, Layout::kLinear));
  extents.push_back(1);  // row_offsets() leaves the last axis out
  strides.push_back(0);
  std::vector<int64_t> offsets(static_cast<size_t>(batch.volume()));
  row_offsets(extents, strides, 0, batch.volume(), offsets.data());
  for (int64_t& offset : offsets) offset *= matrix;
  return offsets;
}

// The bias as [.., M or 1, N or 1], aligned to y with the axes of vector operands put back.
Dims bias_dims(const Problem& problem, bool vector_a, bool vector_b) {
  const Dims& dims = problem.inputs[2].dims;
  if (!vector_a && !vector_b) return dims;
  Dims padded = right_aligned(dims, std::max(dims.rank(), problem.outputs[0].dims.rank()));
  Dims result;
  const int lead = padded.rank() - (vector_a ? 0 : 1) - (vector_b ? 0 : 1);
  for (int i = 0; i < lead; ++i) result.push_back(padded[i]);
  result.push_back(vector_a ? 1 : padded[lead]);
  result.push_back(vector_b ? 1 : padded[padded.rank() - 1]);
  return result;
}

void set_bias(const Problem& problem, const Dims& batch, bool vector_a, bool vector_b,
              MatMulShape& s) {
  if (problem.inputs.size() < 3 || !problem.inputs[2].present) return;
  const Dims dims = right_aligned(bias_dims(problem, vector_a, vector_b), batch.rank() + 2);
  const int64_t m = dims[dims.rank() - 2];
  const int64_t n = dims[dims.rank() - 1];
  s.bias_row = m == 1 ? 0 : n;
  s.bias_column = n == 1 ? 0 : 1;
  s.bias_offset = offsets_of(batch_dims(dims), batch, m * n);
}

// Batches over one b become further rows when a's rows simply go on from batch to batch.
void fold_batches(MatMulShape& s) {
  if (s.b_batches != 1 || s.batches <= 1 || s.bias_row != 0) return;
  for (int64_t i = 0; i < s.batches; ++i) {
    const auto b = static_cast<size_t>(i);
    if (s.a_offset[b] != i * s.rows * s.a_row) return;
    if (!s.bias_offset.empty() && s.bias_offset[b] != 0) return;
  }
  s.rows *= s.batches;
  s.batches = 1;
}

}  // namespace

MatMulShape matmul_shape(const Problem& problem) {
  const MatMul& op = *problem.op.as<MatMul>();
  Dims a = problem.inputs[0].dims;
  Dims b = problem.inputs[1].dims;
  const bool vector_a = a.rank() == 1;
  const bool vector_b = b.rank() == 1;
  if (vector_a) a = Dims{1, a[0]};
  if (vector_b) b = Dims{b[0], 1};
  const bool transpose_a = op.transpose_a && !vector_a;
  const bool transpose_b = op.transpose_b && !vector_b;
  const int64_t a0 = a[a.rank() - 2], a1 = a[a.rank() - 1];
  const int64_t b0 = b[b.rank() - 2], b1 = b[b.rank() - 1];
  MatMulShape s;
  s.rows = transpose_a ? a1 : a0;
  s.depth = transpose_a ? a0 : a1;
  s.columns = transpose_b ? b0 : b1;
  s.a_row = transpose_a ? 1 : a1;
  s.a_column = transpose_a ? a1 : 1;
  s.b_row = transpose_b ? 1 : b1;
  s.b_column = transpose_b ? b1 : 1;

  const Dims& y = problem.outputs[0].dims;
  const int lead = y.rank() - (vector_a ? 0 : 1) - (vector_b ? 0 : 1);
  const Dims batch(std::span(y.begin(), static_cast<size_t>(lead)));
  s.batches = batch.volume();
  s.a_offset = offsets_of(batch_dims(a), batch, a0 * a1);
  s.b_offset = offsets_of(batch_dims(b), batch, b0 * b1);
  s.b_batches = batch_dims(b).volume();
  for (const int64_t offset : s.b_offset)
    s.b_matrix.push_back(b0 * b1 == 0 ? 0 : offset / (b0 * b1));
  set_bias(problem, batch, vector_a, vector_b, s);
  fold_batches(s);
  return s;
}

}  // namespace tenon
