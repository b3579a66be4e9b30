#include "ops/scale.h"

#include "ops/arithmetic.h"
#include "ops/broadcast_index.h"
#include "ops/infer_checks.h"

namespace tenon {

// A parameter of one element holds for the whole tensor.
static bool is_single(const Shape& dims) {
  return dims.empty() || (dims.size() == 1 && dims[0] == Dim(1));
}

void Scale::infer(InferContext& c) const {
  require_float(c, 0);
  const auto at = static_cast<size_t>(c.axis(axis, c.rank(0)));
  for (const size_t i : {size_t{1}, size_t{2}}) {
    require_float(c, i);
    if (!is_single(c.dims(i))) require_vector(c, i, c.dims(0)[at], i == 1 ? "scale" : "shift");
  }
  c.set(0, c.dtype(0), c.dims(0));
}

void Scale::eval(Views in, Views out) const {
  const Dims& dims = out[0].dims;
  const auto at = static_cast<size_t>(axis < 0 ? axis + dims.rank() : axis);
  Strides strides[2] = {};
  for (size_t i = 0; i < 2; ++i) strides[i][at] = in[i + 1].volume() == 1 ? 0 : 1;
  with_float_arithmetic(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    const ReadElements<T> x(in[0]);
    const ReadElements<T> scale(in[1]);
    const ReadElements<T> shift(in[2]);
    WriteElements<T> y(out[0]);
    for_each_row(dims, strides, [&](int64_t first, int64_t count, std::span<const int64_t> k) {
      const int64_t step_scale = row_step(strides[0], dims);
      const int64_t step_shift = row_step(strides[1], dims);
      for (int64_t i = 0; i < count; ++i) {
        const double factor = scale[k[0] + i * step_scale];
        y[first + i] = static_cast<T>(x[first + i] * factor + shift[k[1] + i * step_shift]);
      }
    });
    y.commit();
  });
}

}  // namespace tenon
