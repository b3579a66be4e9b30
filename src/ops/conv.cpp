#include "ops/conv.h"

#include <algorithm>

#include "ops/arithmetic.h"
#include "ops/window.h"

namespace tenon {

void Conv::infer(InferContext& c) const {
  require_float(c, 0);
  c.require_same_dtype(0, 1);
  const Window w = window_of(*this, c);
  const Shape& x = c.dims(0);
  const Shape& k = c.dims(1);
  if (k.size() != x.size()) {
    c.error("inputs 0 and 1 differ in rank: {} and {}", to_string(x), to_string(k));
  }
  if (groups < 1) c.error("groups is {}", groups);
  c.require_equal(x[1], k[1] * groups, "channels of input 0 and channels of the weights x groups");
  c.require_equal(mod(k[0], groups), 0, "output channels modulo groups and 0");
  Shape dims = {x[0], k[0]};
  for (size_t i = 0; i + 2 < x.size(); ++i) {
    dims.push_back(floor_div(window_room(c, w, i, x[i + 2], k[i + 2]), w.stride[i]) + 1);
  }
  if (c.has(2)) {
    c.require_same_dtype(0, 2);
    require_vector(c, 2, k[0], "bias");
  }
  if (c.has(3)) {
    c.require_same_dtype(0, 3);
    require_same_dims(c, 3, dims, "residual");
  }
  require_activation(c, act);
  c.set(0, c.dtype(0), std::move(dims));
}

namespace {

// sum[o] += w[k] * x[o*stride + k*dilation - pad] for one input and one output plane.
template <typename T>
void accumulate_plane(const Window3& s, const T* x, const T* w, double* sum) {
  for (int64_t k = 0; k < s.kernel_volume(); ++k) {
    const double factor = w[k];
    const int64_t at[3] = {k / (s.kernel[1] * s.kernel[2]), k / s.kernel[2] % s.kernel[1],
                           k % s.kernel[2]};
    int64_t offset[3];
    Span1 range[3];
    for (int i = 0; i < 3; ++i) {
      offset[i] = at[i] * s.dilation[i] - s.pad[i];
      range[i] = places_inside(offset[i], s.stride[i], s.in[i], s.out[i]);
    }
    for (int64_t d = range[0].first; d < range[0].last; ++d) {
      for (int64_t h = range[1].first; h < range[1].last; ++h) {
        const int64_t z = d * s.stride[0] + offset[0];
        const int64_t y = h * s.stride[1] + offset[1];
        const int64_t from = (z * s.in[1] + y) * s.in[2] + offset[2];
        double* to = sum + (d * s.out[1] + h) * s.out[2];
        for (int64_t i = range[2].first; i < range[2].last; ++i) {
          to[i] += factor * x[from + i * s.stride[2]];
        }
      }
    }
  }
}

template <typename T>
void convolve(const Conv& op, Views in, const TensorView& out) {
  const Dims& xd = in[0].dims;
  const Dims& wd = in[1].dims;
  const Window3 s = window3(xd, out.dims, std::span(wd.begin() + 2, wd.end()), op.stride,
                            op.pad_begin, op.dilation);
  const ReadElements<T> x(in[0]);
  const ReadElements<T> w(in[1]);
  const ReadElements<T> bias(in.size() > 2 ? in[2] : TensorView{});
  const ReadElements<T> residual(in.size() > 3 ? in[3] : TensorView{});
  WriteElements<T> y(out);
  const int64_t channels = wd[1];
  const int64_t outputs = wd[0] / op.groups;  // a group
  std::vector<double> sum(static_cast<size_t>(s.out_volume()));
  for (int64_t n = 0; n < xd[0]; ++n) {
    for (int64_t k = 0; k < wd[0]; ++k) {
      std::fill(sum.begin(), sum.end(), bias ? bias[k] : 0.0);
      for (int64_t c = 0; c < channels; ++c) {
        const int64_t plane = n * xd[1] + k / outputs * channels + c;
        accumulate_plane(s, x.data() + plane * s.in_volume(),
                         w.data() + (k * channels + c) * s.kernel_volume(), sum.data());
      }
      const int64_t first = (n * wd[0] + k) * s.out_volume();
      for (int64_t i = 0; i < s.out_volume(); ++i) {
        const double before = sum[static_cast<size_t>(i)] + (residual ? residual[first + i] : 0);
        y[first + i] = static_cast<T>(op.act(before));
      }
    }
  }
  y.commit();
}

}  // namespace

void Conv::eval(Views in, Views out) const {
  with_float_arithmetic(in[0].dtype,
                        [&](auto zero) { convolve<decltype(zero)>(*this, in, out[0]); });
}

}  // namespace tenon
