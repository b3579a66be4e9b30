#include "ops/softmax.h"

#include <cmath>

#include "ops/arithmetic.h"
#include "ops/infer_checks.h"

namespace tenon {

void Softmax::infer(InferContext& c) const {
  require_float(c, 0);
  c.axis(axis, c.rank(0));
  c.set(0, c.dtype(0), c.dims(0));
}

// One line of n elements that are `step` apart.
template <typename T>
static void softmax_line(const T* x, T* y, int64_t n, int64_t step, bool log) {
  double peak = x[0];
  for (int64_t i = 1; i < n; ++i) {
    const double v = x[i * step];
    if (v > peak || std::isnan(v)) peak = v;
  }
  double sum = 0;
  for (int64_t i = 0; i < n; ++i) sum += std::exp(x[i * step] - peak);
  const double log_sum = std::log(sum);
  for (int64_t i = 0; i < n; ++i) {
    const double shifted = x[i * step] - peak;
    y[i * step] = static_cast<T>(log ? shifted - log_sum : std::exp(shifted) / sum);
  }
}

void Softmax::eval(Views in, Views out) const {
  const Dims& dims = in[0].dims;
  if (dims.volume() == 0) return;
  const int at = static_cast<int>(axis < 0 ? axis + dims.rank() : axis);
  int64_t inner = 1;
  for (int i = at + 1; i < dims.rank(); ++i) inner *= dims[i];
  const int64_t n = dims[at];
  const int64_t outer = dims.volume() / (n * inner);
  with_float_arithmetic(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    const ReadElements<T> x(in[0]);
    WriteElements<T> y(out[0]);
    for (int64_t o = 0; o < outer; ++o) {
      for (int64_t i = 0; i < inner; ++i) {
        const int64_t first = o * n * inner + i;
        softmax_line(x.data() + first, y.data() + first, n, inner, log);
      }
    }
    y.commit();
  });
}

}  // namespace tenon
