#include "ops/shape_of.h"

#include <algorithm>

namespace tenon {

// A bound of the range of axes as ONNX clamps it.
static size_t clamped(int64_t at, int rank) {
  if (at < 0) at = at < -rank ? 0 : at + rank;
  return static_cast<size_t>(std::min<int64_t>(at, rank));
}

static std::pair<size_t, size_t> range(const ShapeOf& op, int rank) {
  const size_t begin = clamped(op.start, rank);
  return {begin, std::max(begin, clamped(op.end.value_or(rank), rank))};
}

void ShapeOf::infer(InferContext& c) const {
  const auto [begin, last] = range(*this, c.rank(0));
  const Shape& dims = c.dims(0);
  c.set(0, DataType::kI64, {last - begin});
  c.set_elements(0, {dims.begin() + static_cast<std::ptrdiff_t>(begin),
                     dims.begin() + static_cast<std::ptrdiff_t>(last)});
}

void ShapeOf::eval(Views in, Views out) const {
  const auto [begin, last] = range(*this, in[0].dims.rank());
  for (size_t i = begin; i < last; ++i) {
    out[0].as<int64_t>()[i - begin] = in[0].dims[static_cast<int>(i)];
  }
}

}  // namespace tenon
