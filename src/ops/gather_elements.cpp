#include "ops/gather_elements.h"

#include <cstring>

#include "ops/broadcast_index.h"
#include "ops/infer_checks.h"

namespace tenon {

void GatherElements::infer(InferContext& c) const {
  require_index(c, 1);
  const Shape& x = c.dims(0);
  const Shape& indices = c.dims(1);
  const int at = c.axis(axis, c.rank(0));
  if (x.size() != indices.size()) {
    c.error("inputs 0 and 1 differ in rank: {} and {}", x.size(), indices.size());
  }
  for (size_t i = 0; i < x.size(); ++i) {
    if (static_cast<int>(i) == at || !x[i].is_constant() || !indices[i].is_constant()) continue;
    if (indices[i].value() > x[i].value()) {
      c.error("input 1 (indices) is {}, which goes beyond input 0, {}", to_string(indices),
              to_string(x));
    }
  }
  c.set(0, c.dtype(0), indices);
}

void GatherElements::eval(Views in, Views out) const {
  const TensorView& x = in[0];
  const Dims& dims = out[0].dims;
  const auto at = static_cast<size_t>(axis < 0 ? axis + x.dims.rank() : axis);
  const int64_t extent = x.dims[static_cast<int>(at)];
  const size_t bytes = element_bytes(x.dtype);
  Strides strides = dense_strides(x.dims);
  const int64_t along = strides[at];
  strides[at] = 0;  // the index says where
  const int64_t step = row_step(strides, dims);
  const std::byte* source = x.as<std::byte>();
  std::byte* target = out[0].as<std::byte>();
  for (int i = 0; i < dims.rank(); ++i) {
    if (static_cast<size_t>(i) != at && dims[i] > x.dims[i]) {
      fail("indices of extent {} on axis {} go beyond the data's {}", dims[i], i, x.dims[i]);
    }
  }
  for_each_row(dims, std::span(&strides, 1),
               [&](int64_t first, int64_t count, std::span<const int64_t> row) {
                 for (int64_t i = 0; i < count; ++i) {
                   int64_t index = integer_element(in[1], first + i);
                   if (index < -extent || index >= extent) {
                     fail("index {} is outside of an axis of extent {}", index, extent);
                   }
                   if (index < 0) index += extent;
                   const int64_t from = row[0] + i * step + index * along;
                   std::memcpy(target + static_cast<size_t>(first + i) * bytes,
                               source + static_cast<size_t>(from) * bytes, bytes);
                 }
               });
}

}  // namespace tenon
