#include "ops/matmul.h"

#include <algorithm>

#include "ops/arithmetic.h"
#include "ops/broadcast_index.h"
#include "ops/infer_checks.h"

namespace tenon {

void MatMul::infer(InferContext& c) const {
  require_number(c, 0);
  c.require_same_dtype(0, 1);
  Shape a = c.dims(0);
  Shape b = c.dims(1);
  if (a.empty() || b.empty())
    c.error("inputs {} and {}: scalars have no rows", to_string(a), to_string(b));
  const bool row = a.size() == 1;
  const bool column = b.size() == 1;
  if (row) {
    a.insert(a.begin(), 1);
  } else if (transpose_a) {
    std::swap(a[a.size() - 1], a[a.size() - 2]);
  }
  if (column) {
    b.emplace_back(1);
  } else if (transpose_b) {
    std::swap(b[b.size() - 1], b[b.size() - 2]);
  }
  c.require_equal(
      a.back(), b[b.size() - 2],
      fmt::format("inner dims of {} and {}", to_string(c.dims(0)), to_string(c.dims(1))));
  Shape dims = c.broadcast(Shape(a.begin(), a.end() - 2), Shape(b.begin(), b.end() - 2));
  if (!row) dims.push_back(a[a.size() - 2]);
  if (!column) dims.push_back(b.back());
  if (c.has(2)) {
    c.require_same_dtype(0, 2);
    require_broadcasts_to(c, 2, dims, "bias");
  }
  if (c.has(3)) {
    c.require_same_dtype(0, 3);
    require_same_dims(c, 3, dims, "residual");
  }
  require_activation(c, act);
  if (is_integer(c.dtype(0)) && (alpha != 1 || act.fn != UnaryFn::kIdentity)) {
    c.error("integer matrices take neither alpha nor an activation");
  }
  c.set(0, c.dtype(0), std::move(dims));
}

namespace {

// Matrices as a stack of planes: [batch][rows][columns] with the strides of either order.
struct Planes {
  Dims batch;
  int64_t rows = 1;
  int64_t columns = 1;
  int64_t row_step = 0;
  int64_t column_step = 0;
};

Planes planes_of(const Dims& dims, bool transposed, bool is_left) {
  Planes p;
  if (dims.rank() == 1) {
    (is_left ? p.columns : p.rows) = dims[0];
    p.row_step = p.column_step = 1;
    return p;
  }
  for (int i = 0; i < dims.rank() - 2; ++i) p.batch.push_back(dims[i]);
  p.rows = dims[dims.rank() - 2];
  p.columns = dims[dims.rank() - 1];
  p.row_step = p.columns;
  p.column_step = 1;
  if (transposed) {
    std::swap(p.rows, p.columns);
    std::swap(p.row_step, p.column_step);
  }
  return p;
}

// sums[n] = sum over k of a[k] * b[k][n]
template <typename T, typename Sum>
void multiply_row(const T* a, const Planes& pa, const T* b, const Planes& pb,
                  std::vector<Sum>& sums) {
  std::fill(sums.begin(), sums.end(), Sum(0));
  if (pb.column_step == 1) {
    for (int64_t k = 0; k < pb.rows; ++k) {
      const Sum factor = static_cast<Sum>(a[k * pa.column_step]);
      const T* row = b + k * pb.row_step;
      for (size_t n = 0; n < sums.size(); ++n) sums[n] += factor * static_cast<Sum>(row[n]);
    }
    return;
  }
  for (size_t n = 0; n < sums.size(); ++n) {
    const T* column = b + static_cast<int64_t>(n) * pb.column_step;
    Sum sum = 0;
    for (int64_t k = 0; k < pb.rows; ++k) {
      sum += static_cast<Sum>(a[k * pa.column_step]) * static_cast<Sum>(column[k * pb.row_step]);
    }
    sums[n] = sum;
  }
}

// All the products of the stacks, in the output's order. Integers wrap: Sum is uint64_t for them.
template <typename T, typename Sum>
std::vector<Sum> multiply(const MatMul& op, Views in, const TensorView& out) {
  const Planes pa = planes_of(in[0].dims, op.transpose_a, true);
  const Planes pb = planes_of(in[1].dims, op.transpose_b, false);
  const int matrix_axes = (in[0].dims.rank() > 1) + (in[1].dims.rank() > 1);
  const Dims batch(std::span(out.dims.begin(), out.dims.end() - matrix_axes));
  const Strides strides[] = {broadcast_strides(pa.batch, batch),
                             broadcast_strides(pb.batch, batch)};
  const ReadElements<T> a(in[0]);
  const ReadElements<T> b(in[1]);
  std::vector<Sum> all;
  all.reserve(static_cast<size_t>(out.volume()));
  std::vector<Sum> row(static_cast<size_t>(pb.columns));
  for_each_row(batch, strides, [&](int64_t, int64_t count, std::span<const int64_t> at) {
    for (int64_t i = 0; i < count; ++i) {
      const int64_t plane_a = at[0] + i * row_step(strides[0], batch);
      const int64_t plane_b = at[1] + i * row_step(strides[1], batch);
      const T* left = a.data() + plane_a * pa.rows * pa.columns;
      const T* right = b.data() + plane_b * pb.rows * pb.columns;
      for (int64_t m = 0; m < pa.rows; ++m) {
        multiply_row(left + m * pa.row_step, pa, right, pb, row);
        all.insert(all.end(), row.begin(), row.end());
      }
    }
  });
  return all;
}

// y = act(alpha * sum + bias + residual)
template <typename T, typename Sum>
void finish(const MatMul& op, const std::vector<Sum>& sums, Views in, const TensorView& out) {
  const TensorView bias_view = in.size() > 2 ? in[2] : TensorView{};
  const ReadElements<T> bias(bias_view);
  const ReadElements<T> residual(in.size() > 3 ? in[3] : TensorView{});
  const Strides strides = bias ? broadcast_strides(bias_view.dims, out.dims) : Strides{};
  const int64_t step = row_step(strides, out.dims);
  WriteElements<T> y(out);
  for_each_row(out.dims, std::span(&strides, 1),
               [&](int64_t first, int64_t count, std::span<const int64_t> at) {
                 for (int64_t i = 0; i < count; ++i) {
                   const Sum sum = sums[static_cast<size_t>(first + i)];
                   Sum shift = bias ? static_cast<Sum>(bias[at[0] + i * step]) : Sum(0);
                   if (residual) shift += static_cast<Sum>(residual[first + i]);
                   if constexpr (std::is_same_v<T, int64_t>) {
                     y[first + i] = static_cast<T>(sum + shift);
                   } else {
                     y[first + i] = static_cast<T>(op.act(op.alpha * sum + shift));
                   }
                 }
               });
  y.commit();
}

}  // namespace

void MatMul::eval(Views in, Views out) const {
  with_arithmetic(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    using Sum = std::conditional_t<std::is_same_v<T, int64_t>, uint64_t, double>;
    finish<T>(*this, multiply<T, Sum>(*this, in, out[0]), in, out[0]);
  });
}

}  // namespace tenon
