#include "ops/deconv.h"

#include <algorithm>

#include "ops/arithmetic.h"
#include "ops/window.h"

namespace tenon {

void Deconv::infer(InferContext& c) const {
  require_float(c, 0);
  c.require_same_dtype(0, 1);
  const Window w = window_of(*this, c);
  const Shape& x = c.dims(0);
  const Shape& k = c.dims(1);
  const auto extra = spatial_list(c, output_pad, c.rank(0) - 2, 0, 0, "output_pad");
  if (k.size() != x.size()) {
    c.error("inputs 0 and 1 differ in rank: {} and {}", to_string(x), to_string(k));
  }
  if (groups < 1) c.error("groups is {}", groups);
  c.require_equal(x[1], k[0], "channels of input 0 and of the weights");
  c.require_equal(mod(k[0], groups), 0, "channels modulo groups and 0");
  Shape dims = {x[0], k[1] * groups};
  for (size_t i = 0; i + 2 < x.size(); ++i) {
    const Dim whole = (x[i + 2] - 1) * w.stride[i] + window_reach(c, k[i + 2], w.dilation[i]);
    const Dim d = whole + extra[i] - w.pad_begin[i] - w.pad_end[i];
    if (d.is_constant() && d.value() < 0) {
      c.error("the padding crops more than the {} elements of spatial axis {}", whole.to_string(),
              i);
    }
    dims.push_back(d);
  }
  if (c.has(2)) {
    c.require_same_dtype(0, 2);
    require_vector(c, 2, dims[1], "bias");
  }
  require_activation(c, act);
  c.set(0, c.dtype(0), std::move(dims));
}

namespace {

// sum[i*stride + k*dilation - pad] += w[k] * x[i]: a convolution's plane loop with the roles of
// input and output exchanged.
template <typename T>
void scatter_plane(const Window3& s, const T* x, const T* w, double* sum) {
  for (int64_t k = 0; k < s.kernel_volume(); ++k) {
    const double factor = w[k];
    const int64_t at[3] = {k / (s.kernel[1] * s.kernel[2]), k / s.kernel[2] % s.kernel[1],
                           k % s.kernel[2]};
    int64_t offset[3];
    Span1 range[3];
    for (int i = 0; i < 3; ++i) {
      offset[i] = at[i] * s.dilation[i] - s.pad[i];
      range[i] = places_inside(offset[i], s.stride[i], s.out[i], s.in[i]);
    }
    for (int64_t d = range[0].first; d < range[0].last; ++d) {
      for (int64_t h = range[1].first; h < range[1].last; ++h) {
        const int64_t z = d * s.stride[0] + offset[0];
        const int64_t y = h * s.stride[1] + offset[1];
        const T* from = x + (d * s.in[1] + h) * s.in[2];
        const int64_t to = (z * s.out[1] + y) * s.out[2] + offset[2];
        for (int64_t i = range[2].first; i < range[2].last; ++i) {
          sum[to + i * s.stride[2]] += factor * from[i];
        }
      }
    }
  }
}

template <typename T>
void deconvolve(const Deconv& op, Views in, const TensorView& out) {
  const Dims& xd = in[0].dims;
  const Dims& wd = in[1].dims;
  const Window3 s = window3(xd, out.dims, std::span(wd.begin() + 2, wd.end()), op.stride,
                            op.pad_begin, op.dilation);
  const ReadElements<T> x(in[0]);
  const ReadElements<T> w(in[1]);
  const ReadElements<T> bias(in.size() > 2 ? in[2] : TensorView{});
  WriteElements<T> y(out);
  const int64_t channels = wd[0] / op.groups;  // a group
  const int64_t outputs = wd[1] * op.groups;
  std::vector<double> sum(static_cast<size_t>(s.out_volume()));
  for (int64_t n = 0; n < xd[0]; ++n) {
    for (int64_t k = 0; k < outputs; ++k) {
      std::fill(sum.begin(), sum.end(), bias ? bias[k] : 0.0);
      for (int64_t c = 0; c < channels; ++c) {
        const int64_t channel = k / wd[1] * channels + c;
        scatter_plane(s, x.data() + (n * xd[1] + channel) * s.in_volume(),
                      w.data() + (channel * wd[1] + k % wd[1]) * s.kernel_volume(), sum.data());
      }
      T* target = y.data() + (n * outputs + k) * s.out_volume();
      for (const double v : sum) *target++ = static_cast<T>(op.act(v));
    }
  }
  y.commit();
}

}  // namespace

void Deconv::eval(Views in, Views out) const {
  with_float_arithmetic(in[0].dtype,
                        [&](auto zero) { deconvolve<decltype(zero)>(*this, in, out[0]); });
}

}  // namespace tenon
