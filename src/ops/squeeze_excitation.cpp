#include "ops/squeeze_excitation.h"

#include "ops/arithmetic.h"
#include "ops/infer_checks.h"

namespace tenon {

void SqueezeExcitation::infer(InferContext& c) const {
  require_float(c, 0);
  const Shape& x = c.dims(0);
  if (x.size() < 3) c.error("input 0 is {}, without spatial axes", to_string(x));
  for (const size_t i : {size_t{1}, size_t{2}}) {
    c.require_same_dtype(0, i);
    if (c.rank(i) != 2) c.error("input {} must have rank 2, not {}", i, c.rank(i));
  }
  const Dim hidden = c.dims(1)[0], channels = c.dims(1)[1];
  c.require_equal(x[1], channels, "channels of input 0 and columns of input 1");
  c.require_equal(channels, c.dims(2)[0], "columns of input 1 and rows of input 2");
  c.require_equal(hidden, c.dims(2)[1], "rows of input 1 and columns of input 2");
  if (c.has(3)) {
    c.require_same_dtype(0, 3);
    require_vector(c, 3, hidden, "hidden bias");
  }
  if (c.has(4)) {
    c.require_same_dtype(0, 4);
    require_vector(c, 4, channels, "gate bias");
  }
  require_activation(c, hidden_act);
  require_activation(c, gate_act);
  Shape dims = x;
  for (size_t i = 2; i < dims.size() && !multiply; ++i) dims[i] = 1;
  c.set(0, c.dtype(0), std::move(dims));
}

namespace {

// act(w x from + bias) for w [to.size()][from.size()].
template <typename T>
void dense(const ReadElements<T>& w, const ReadElements<T>& bias, const Activation& act,
           const std::vector<double>& from, std::vector<double>& to) {
  const auto columns = static_cast<int64_t>(from.size());
  for (size_t row = 0; row < to.size(); ++row) {
    const auto at = static_cast<int64_t>(row);
    double sum = bias ? bias[at] : 0.0;
    for (int64_t i = 0; i < columns; ++i) {
      sum += static_cast<double>(w[at * columns + i]) * from[static_cast<size_t>(i)];
    }
    to[row] = act(sum);
  }
}

template <typename T>
void squeeze_and_excite(const SqueezeExcitation& op, Views in, const TensorView& out) {
  const Dims& dims = in[0].dims;
  int64_t pixels = 1;
  for (int i = 2; i < dims.rank(); ++i) pixels *= dims[i];
  const ReadElements<T> x(in[0]), w1(in[1]), w2(in[2]);
  const ReadElements<T> b1(in.size() > 3 ? in[3] : TensorView{});
  const ReadElements<T> b2(in.size() > 4 ? in[4] : TensorView{});
  WriteElements<T> y(out);
  std::vector<double> means(static_cast<size_t>(dims[1])), gates(means.size());
  std::vector<double> hidden(static_cast<size_t>(in[1].dims[0]));
  for (int64_t n = 0; n < dims[0]; ++n) {
    for (int64_t c = 0; c < dims[1]; ++c) {
      double sum = 0;
      for (int64_t i = 0; i < pixels; ++i) sum += x[(n * dims[1] + c) * pixels + i];
      means[static_cast<size_t>(c)] = sum / static_cast<double>(pixels);
    }
    dense(w1, b1, op.hidden_act, means, hidden);
    dense(w2, b2, op.gate_act, hidden, gates);
    for (int64_t c = 0; c < dims[1]; ++c) {
      const double gate = gates[static_cast<size_t>(c)];
      const int64_t row = n * dims[1] + c;
      if (!op.multiply) y[row] = static_cast<T>(gate);
      for (int64_t i = row * pixels; op.multiply && i < (row + 1) * pixels; ++i) {
        y[i] = static_cast<T>(x[i] * gate);
      }
    }
  }
  y.commit();
}

}  // namespace

void SqueezeExcitation::eval(Views in, Views out) const {
  with_float_arithmetic(in[0].dtype,
                        [&](auto zero) { squeeze_and_excite<decltype(zero)>(*this, in, out[0]); });
}

}  // namespace tenon
