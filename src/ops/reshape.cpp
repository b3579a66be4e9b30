#include "ops/reshape.h"

#include <algorithm>

#include "ops/broadcast_index.h"
#include "ops/infer_checks.h"

namespace tenon {
namespace {

const Dim kInferred = -1;

// The dims that `shape` asks for, zeros replaced, -1 left in.
Shape requested_dims(const Reshape& op, const InferContext& c, const std::vector<Dim>& shape) {
  const Shape& x = c.dims(0);
  Shape dims;
  for (size_t i = 0; i < shape.size(); ++i) {
    Dim d = shape[i];
    if (d == Dim(0) && !op.allow_zero) {
      if (i >= x.size())
        c.error("element {} of the shape copies a dim that {} lacks", i, to_string(x));
      d = x[i];
    } else if (d.is_constant() && d.value() < -1) {
      c.error("input 1 (shape) has a negative element: {}", to_string(shape));
    }
    dims.push_back(d);
  }
  const auto inferred = std::count(shape.begin(), shape.end(), kInferred);
  if (inferred > 1) c.error("more than one dim of {} is to be inferred", to_string(shape));
  if (inferred == 1 && op.allow_zero && std::count(shape.begin(), shape.end(), Dim(0)) > 0) {
    c.error("the shape {} has both 0 and -1, which leaves -1 open", to_string(shape));
  }
  return dims;
}

// The dim that -1 stands for. Dims on both sides cancel first, so that a quotient stays an exact
// one for expressions that floor_div() cannot divide.
Dim inferred_dim(InferContext& c, const Shape& requested) {
  Shape rest = c.dims(0);
  Dim divisor = 1;
  for (const Dim& d : requested) {
    if (d == kInferred) continue;
    const auto same = std::find(rest.begin(), rest.end(), d);
    if (same != rest.end()) {
      rest.erase(same);
    } else {
      divisor = divisor * d;
    }
  }
  const Dim dividend = volume(rest);
  if (divisor == Dim(0)) {
    c.error("{} elements cannot take the shape {}", dividend.to_string(), to_string(requested));
  }
  const Dim quotient = floor_div(dividend, divisor);
  c.require_equal(quotient * divisor, dividend, "numbers of elements before and after");
  return quotient;
}

}  // namespace

void Reshape::infer(InferContext& c) const {
  const std::vector<Dim>& shape = shape_elements(c, 1);
  if (shape.size() > kMaxRank)
    c.error("a shape of rank {} is over the maximum of {}", shape.size(), kMaxRank);
  Shape dims = requested_dims(*this, c, shape);
  const auto inferred = std::find(dims.begin(), dims.end(), kInferred);
  if (inferred != dims.end()) {
    *inferred = inferred_dim(c, dims);
  } else {
    c.require_equal(volume(c.dims(0)), volume(dims), "numbers of elements before and after");
  }
  c.set(0, c.dtype(0), std::move(dims));
  if (c.input(0).elements) c.set_elements(0, *c.input(0).elements);
}

void Reshape::eval(Views in, Views out) const { copy_bytes(in[0], out[0]); }

void Squeeze::infer(InferContext& c) const {
  const Shape& x = c.dims(0);
  std::vector<bool> dropped = axis_mask(c, axes, c.rank(0));
  Shape dims;
  for (size_t i = 0; i < x.size(); ++i) {
    if (axes.empty()) {
      if (!x[i].is_constant()) {
        c.error("whether dim {} of {} is 1 is not known: list the axes", i, to_string(x));
      }
      dropped[i] = x[i] == Dim(1);
    }
    if (dropped[i]) {
      c.require_equal(x[i], 1,
                      fmt::format("axis {} of {}, which is dropped, and 1", i, to_string(x)));
    } else {
      dims.push_back(x[i]);
    }
  }
  c.set(0, c.dtype(0), std::move(dims));
  if (c.input(0).elements) c.set_elements(0, *c.input(0).elements);
}

void Squeeze::eval(Views in, Views out) const { copy_bytes(in[0], out[0]); }

void Unsqueeze::infer(InferContext& c) const {
  const Shape& x = c.dims(0);
  const size_t rank = x.size() + axes.size();
  if (rank > kMaxRank) c.error("an output of rank {} is over the maximum of {}", rank, kMaxRank);
  const std::vector<bool> inserted = axis_mask(c, axes, static_cast<int>(rank));
  Shape dims;
  size_t from = 0;
  for (size_t i = 0; i < rank; ++i) dims.push_back(inserted[i] ? Dim(1) : x[from++]);
  c.set(0, c.dtype(0), std::move(dims));
  if (c.input(0).elements) c.set_elements(0, *c.input(0).elements);
}

void Unsqueeze::eval(Views in, Views out) const { copy_bytes(in[0], out[0]); }

void Flatten::infer(InferContext& c) const {
  const Shape& x = c.dims(0);
  const int rank = c.rank(0);
  if (axis < -rank || axis > rank) c.error("axis {} is outside of rank {}", axis, rank);
  const auto at = static_cast<std::ptrdiff_t>(axis < 0 ? axis + rank : axis);
  c.set(0, c.dtype(0),
        {volume(Shape(x.begin(), x.begin() + at)), volume(Shape(x.begin() + at, x.end()))});
}

void Flatten::eval(Views in, Views out) const { copy_bytes(in[0], out[0]); }

}  // namespace tenon
