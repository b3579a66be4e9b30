#include "ops/normalization.h"

#include <cmath>

#include "ops/arithmetic.h"
#include "ops/broadcast_index.h"
#include "ops/infer_checks.h"

namespace tenon {

void Normalization::infer(InferContext& c) const {
  require_float(c, 0);
  const Shape& x = c.dims(0);
  if (axes.empty()) c.error("no axes are listed");
  axis_mask(c, axes, c.rank(0));
  if (!(epsilon >= 0)) c.error("epsilon is {}", epsilon);
  if (groups < 1) c.error("groups is {}", groups);
  if (groups > 1) {
    if (c.rank(0) < 2) c.error("groups need a channel axis, but input 0 is {}", to_string(x));
    c.require_equal(mod(x[1], groups), 0, "channels modulo groups and 0");
  }
  for (const size_t i : {size_t{1}, size_t{2}}) {
    if (!c.has(i)) continue;
    require_float(c, i);
    const std::string_view what = i == 1 ? "scale" : "bias";
    if (groups > 1) {
      require_vector(c, i, x[1], what);
    } else {
      require_broadcasts_to(c, i, x, what);
    }
  }
  c.set(0, c.dtype(0), x);
}

namespace {

// How the statistics and parameters are walked along x: [0] statistics but for the channel's
// group, [1] channel, [2] scale, [3] bias.
struct Walk {
  Strides strides[4] = {};
  int64_t statistics = 1;      // how many means there are
  int64_t group_channels = 0;  // channels a group; 0 without groups
  int64_t group_step = 0;      // from one group's statistics to the next
};

Walk walk_of(const Normalization& op, Views in) {
  const Dims& dims = in[0].dims;
  const int rank = dims.rank();
  std::vector<bool> reduced(static_cast<size_t>(rank), false);
  for (const int64_t a : op.axes) reduced[static_cast<size_t>(a < 0 ? a + rank : a)] = true;
  Walk walk;
  for (int i = rank - 1; i >= 0; --i) {
    const auto axis = static_cast<size_t>(i);
    if (i == 1 && op.groups > 1) {
      walk.group_step = walk.statistics;
      walk.group_channels = dims[1] / op.groups;
      walk.statistics *= op.groups;
    } else if (!reduced[axis]) {
      walk.strides[0][axis] = walk.statistics;
      walk.statistics *= dims[i];
    }
  }
  if (rank > 1) walk.strides[1][1] = 1;
  for (size_t i = 1; i <= 2; ++i) {
    if (i >= in.size() || in[i].data == nullptr) continue;
    walk.strides[i + 1] = op.groups > 1 ? walk.strides[1] : broadcast_strides(in[i].dims, dims);
  }
  return walk;
}

// Calls visit(element, statistic, scale place, bias place).
template <typename Visit>
void for_each_element(const Dims& dims, const Walk& walk, Visit&& visit) {
  int64_t step[4];
  for (size_t k = 0; k < 4; ++k) step[k] = row_step(walk.strides[k], dims);
  for_each_row(dims, walk.strides, [&](int64_t first, int64_t count, std::span<const int64_t> at) {
    for (int64_t i = 0; i < count; ++i) {
      int64_t statistic = at[0] + i * step[0];
      if (walk.group_channels != 0) {
        statistic += (at[1] + i * step[1]) / walk.group_channels * walk.group_step;
      }
      visit(first + i, static_cast<size_t>(statistic), at[2] + i * step[2], at[3] + i * step[3]);
    }
  });
}

template <typename T>
void normalize(const Normalization& op, Views in, const TensorView& out) {
  const Dims& dims = out.dims;
  const Walk walk = walk_of(op, in);
  const ReadElements<T> x(in[0]);
  const ReadElements<T> scale(in.size() > 1 ? in[1] : TensorView{});
  const ReadElements<T> bias(in.size() > 2 ? in[2] : TensorView{});
  WriteElements<T> y(out);
  const auto n = static_cast<size_t>(walk.statistics);
  const double count = static_cast<double>(dims.volume()) / static_cast<double>(n);
  std::vector<double> mean(n, 0.0);
  std::vector<double> factor(n, 0.0);
  if (!op.rms) {
    for_each_element(dims, walk, [&](int64_t i, size_t s, int64_t, int64_t) { mean[s] += x[i]; });
    for (double& m : mean) m /= count;
  }
  for_each_element(dims, walk, [&](int64_t i, size_t s, int64_t, int64_t) {
    const double d = x[i] - mean[s];
    factor[s] += d * d;
  });
  for (double& f : factor) f = 1 / std::sqrt(f / count + op.epsilon);
  for_each_element(dims, walk, [&](int64_t i, size_t s, int64_t at_scale, int64_t at_bias) {
    double value = (x[i] - mean[s]) * factor[s];
    if (scale) value *= scale[at_scale];
    if (bias) value += bias[at_bias];
    y[i] = static_cast<T>(value);
  });
  y.commit();
}

}  // namespace

void Normalization::eval(Views in, Views out) const {
  if (out[0].volume() == 0) return;
  with_float_arithmetic(in[0].dtype,
                        [&](auto zero) { normalize<decltype(zero)>(*this, in, out[0]); });
}

}  // namespace tenon
