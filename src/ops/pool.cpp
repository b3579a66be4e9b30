#include "ops/pool.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ops/arithmetic.h"
#include "ops/window.h"

namespace tenon {

void Pool::infer(InferContext& c) const {
  if (name_of(kind) == "invalid") c.error("unknown kind {}", static_cast<int>(kind));
  if (kind == PoolKind::kMax) {
    require_number(c, 0);
  } else {
    require_float(c, 0);
  }
  const Window w = window_of(*this, c);
  if (window.empty()) c.error("the window is empty");
  const auto kernel = spatial_list(c, window, c.rank(0) - 2, 1, 1, "window");
  Shape dims = {c.dims(0)[0], c.dims(0)[1]};
  for (size_t i = 0; i < kernel.size(); ++i) {
    const Dim reach = window_reach(c, kernel[i], w.dilation[i]);
    const int64_t pad = std::max(w.pad_begin[i], w.pad_end[i]);
    if (Dim(pad) == max(pad, reach)) {
      c.error("padding of {} on spatial axis {} leaves windows of {} without input", pad, i,
              reach.to_string());
    }
    const Dim& d = c.dims(0)[i + 2];
    const Dim room = window_room(c, w, i, d, kernel[i]);
    const Dim count = (ceil_mode ? ceil_div(room, w.stride[i]) : floor_div(room, w.stride[i])) + 1;
    // Rounding up may add a window that starts in the end padding, where that is long enough.
    const bool may_drop = ceil_mode && max(reach, w.pad_end[i] + w.stride[i]) != reach;
    const Dim starts = may_drop ? floor_div(d + w.pad_begin[i] - 1, w.stride[i]) + 1 : count;
    dims.push_back(min(count, starts));
  }
  c.set(0, c.dtype(0), std::move(dims));
}

namespace {

// Below every element of the type.
template <typename T>
T lowest(DataType dtype) {
  if constexpr (std::is_same_v<T, int64_t>) return integer_range(dtype).least;
  return static_cast<T>(-std::numeric_limits<float>::infinity());
}

// The taps of a window along one axis: those inside the input, and how many count as elements of
// the window when padding counts.
struct Taps {
  int64_t first;
  int64_t last;
  int64_t padded;
};

Taps taps_of(const Window3& s, int axis, int64_t pad_end, int64_t o) {
  const int64_t start = o * s.stride[axis] - s.pad[axis];
  const Span1 inside = places_inside(start, s.dilation[axis], s.in[axis], s.kernel[axis]);
  const Span1 within = places_inside(start + s.pad[axis], s.dilation[axis],
                                     s.in[axis] + s.pad[axis] + pad_end, s.kernel[axis]);
  return {inside.first, inside.last, within.last - within.first};
}

// Calls visit(x) for each element of the window whose taps are given.
template <typename T, typename Visit>
void for_each_tap(const Window3& s, const T* x, const int64_t (&at)[3], const Taps (&taps)[3],
                  Visit&& visit) {
  int64_t start[3];
  for (int i = 0; i < 3; ++i) start[i] = at[i] * s.stride[i] - s.pad[i];
  for (int64_t d = taps[0].first; d < taps[0].last; ++d) {
    const int64_t z = start[0] + d * s.dilation[0];
    for (int64_t h = taps[1].first; h < taps[1].last; ++h) {
      const int64_t y = start[1] + h * s.dilation[1];
      const int64_t row = (z * s.in[1] + y) * s.in[2] + start[2];
      for (int64_t w = taps[2].first; w < taps[2].last; ++w) visit(x[row + w * s.dilation[2]]);
    }
  }
}

// `largest` is what a maximum starts from.
template <typename T>
T pooled(const Pool& op, const Window3& s, const T* x, const int64_t (&at)[3],
         const Taps (&taps)[3], T largest) {
  if (op.kind == PoolKind::kMax) {
    for_each_tap(s, x, at, taps, [&](T v) {
      if (v > largest || v != v) largest = v;  // a NaN stays
    });
    return largest;
  }
  double sum = 0;
  int64_t count = 0;
  for_each_tap(s, x, at, taps, [&](T v) {
    sum += static_cast<double>(v);
    ++count;
  });
  if (op.count_include_pad) count = taps[0].padded * taps[1].padded * taps[2].padded;
  // A dilated window may step over all of a short input.
  return count == 0 ? T(0) : static_cast<T>(sum / static_cast<double>(count));
}

template <typename T>
void pool(const Pool& op, const TensorView& in, const TensorView& out) {
  const Window3 s = window3(in.dims, out.dims, op.window, op.stride, op.pad_begin, op.dilation);
  const int spatial = in.dims.rank() - 2;
  std::vector<Taps> taps[3];
  for (int i = 0; i < 3; ++i) {
    const int from = i - (3 - spatial);
    const int64_t pad_end =
        from >= 0 && !op.pad_end.empty() ? op.pad_end[static_cast<size_t>(from)] : 0;
    for (int64_t o = 0; o < s.out[i]; ++o) taps[i].push_back(taps_of(s, i, pad_end, o));
  }
  const ReadElements<T> x(in);
  WriteElements<T> y(out);
  const T start = lowest<T>(in.dtype);
  const int64_t planes = in.dims[0] * in.dims[1];
  for (int64_t o = 0; o < planes * s.out_volume(); ++o) {
    const int64_t at[3] = {o / (s.out[1] * s.out[2]) % s.out[0], o / s.out[2] % s.out[1],
                           o % s.out[2]};
    const Taps window[3] = {taps[0][static_cast<size_t>(at[0])],
                            taps[1][static_cast<size_t>(at[1])],
                            taps[2][static_cast<size_t>(at[2])]};
    y[o] = pooled(op, s, x.data() + o / s.out_volume() * s.in_volume(), at, window, start);
  }
  y.commit();
}

}  // namespace

void Pool::eval(Views in, Views out) const {
  if (out[0].volume() == 0) return;
  with_arithmetic(in[0].dtype, [&](auto zero) { pool<decltype(zero)>(*this, in[0], out[0]); });
}

}  // namespace tenon
