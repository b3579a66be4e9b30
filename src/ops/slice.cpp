#include "ops/slice.h"

#include <algorithm>

#include "ops/broadcast_index.h"
#include "ops/infer_checks.h"

namespace tenon {
namespace {

// Beyond any axis: ONNX files write "to the end" as large numbers of many kinds.
constexpr int64_t kFar = kMaxElements * 2;

// A start or end that is counted from the end of an axis of extent d when it is negative. An
// expression is taken for one that is not.
bool counts_from_end(const Dim& at) { return at.is_constant() && at.value() < 0; }

// Beyond the end of any axis that files describe: they write the largest i32 or i64.
bool is_far(const Dim& at, const Dim& d) {
  return at.is_constant() && at.value() >= (d.is_constant() ? kFar : INT32_MAX);
}
bool is_far_before(const Dim& at) { return at.is_constant() && at.value() <= -kFar; }

struct Range {
  Dim start;
  Dim length;
  int64_t step = 1;
};

Range forward_range(const Dim& start, const Dim& end, int64_t step, const Dim& d) {
  const Dim from = is_far(start, d)         ? d
                   : is_far_before(start)   ? Dim(0)
                   : counts_from_end(start) ? d + start
                                            : start;
  const Dim to = is_far(end, d)         ? d
                 : is_far_before(end)   ? Dim(0)
                 : counts_from_end(end) ? max(d + end, 0)
                                        : min(end, d);
  // to - max(from, 0), not below 0; a start beyond the end needs no clamping for that.
  const Dim length = max(min(to - from, to), 0);
  return {min(max(from, 0), d), ceil_div(length, step), step};
}

Range backward_range(const Dim& start, const Dim& end, int64_t step, const Dim& d) {
  const Dim last = d - 1;
  const Dim first = min(last, 0);  // -1 on an empty axis, which leaves nothing to walk
  const Dim from = is_far(start, d) || start == Dim(-1) ? last
                   : is_far_before(start)               ? first
                   : counts_from_end(start)             ? max(d + start, first)
                                                        : min(start, last);
  const Dim to = is_far(end, d)         ? last
                 : is_far_before(end)   ? Dim(-1)
                 : counts_from_end(end) ? max(d + end, -1)
                                        : min(end, last);
  return {from, ceil_div(max(from - to, 0), -step), step};
}

Range range_of(const Dim& start, const Dim& end, int64_t step, const Dim& d) {
  step = std::clamp(step, -kFar, kFar);
  return step > 0 ? forward_range(start, end, step, d) : backward_range(start, end, step, d);
}

// The slice of every axis of an input of `dims`, from the contents of the shape operands (nullptr:
// left out).
std::vector<Range> ranges_of(const Shape& dims, const std::vector<Dim>& starts,
                             const std::vector<Dim>& ends, const std::vector<Dim>* axes,
                             const std::vector<Dim>* steps) {
  const size_t n = starts.size();
  if (ends.size() != n || (axes && axes->size() != n) || (steps && steps->size() != n)) {
    fail("starts, ends, axes and steps differ in length");
  }
  std::vector<Range> ranges;
  for (const Dim& d : dims) ranges.push_back({0, d, 1});
  std::vector<bool> seen(dims.size(), false);
  const auto rank = static_cast<int64_t>(dims.size());
  for (size_t i = 0; i < n; ++i) {
    const Dim axis = axes ? (*axes)[i] : Dim(i);
    const Dim step = steps ? (*steps)[i] : Dim(1);
    if (!axis.is_constant() || !step.is_constant()) fail("axes and steps must be constants");
    if (axis.value() < -rank || axis.value() >= rank) {
      fail("axis {} is outside of rank {}", axis.value(), rank);
    }
    const auto a = static_cast<size_t>(axis.value() < 0 ? axis.value() + rank : axis.value());
    if (seen[a]) fail("axis {} is listed twice", a);
    if (step == Dim(0)) fail("the step of axis {} is 0", a);
    seen[a] = true;
    ranges[a] = range_of(starts[i], ends[i], step.value(), dims[a]);
  }
  return ranges;
}

std::vector<Dim> integers(const TensorView& view) {
  std::vector<Dim> values;
  for (int64_t i = 0; i < view.volume(); ++i) values.emplace_back(integer_element(view, i));
  return values;
}

}  // namespace

void Slice::infer(InferContext& c) const {
  const auto* axes = c.has(3) ? &shape_elements(c, 3) : nullptr;
  const auto* steps = c.has(4) ? &shape_elements(c, 4) : nullptr;
  const auto ranges = ranges_of(c.dims(0), shape_elements(c, 1), shape_elements(c, 2), axes, steps);
  Shape dims;
  for (const Range& r : ranges) dims.push_back(r.length);
  c.set(0, c.dtype(0), std::move(dims));

  const auto& contents = c.input(0).elements;
  if (!contents || ranges.size() != 1) return;
  const Range& r = ranges[0];
  if (!r.start.is_constant() || !r.length.is_constant()) return;
  std::vector<Dim> elements;
  for (int64_t i = 0; i < r.length.value(); ++i) {
    elements.push_back(contents->at(static_cast<size_t>(r.start.value() + i * r.step)));
  }
  c.set_elements(0, std::move(elements));
}

void Slice::eval(Views in, Views out) const {
  const auto optional = [&](size_t i) {
    return i < in.size() && in[i].data ? std::optional(integers(in[i])) : std::nullopt;
  };
  const auto axes = optional(3);
  const auto steps = optional(4);
  const auto ranges = ranges_of(to_shape(in[0].dims), integers(in[1]), integers(in[2]),
                                axes ? &*axes : nullptr, steps ? &*steps : nullptr);
  Strides strides = dense_strides(in[0].dims);
  int64_t offset = 0;
  for (size_t i = 0; i < ranges.size(); ++i) {
    if (ranges[i].length != Dim(out[0].dims[static_cast<int>(i)])) {
      fail("the range of axis {} is not what the output {} was made for", i,
           to_string(out[0].dims));
    }
    offset += ranges[i].start.value() * strides[i];
    strides[i] *= out[0].dims[static_cast<int>(i)] > 1 ? ranges[i].step : 0;
  }
  copy_strided(out[0], in[0].data, offset, strides);
}

}  // namespace tenon
