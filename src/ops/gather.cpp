#include "ops/gather.h"

#include <cstring>

#include "ops/broadcast_index.h"
#include "ops/infer_checks.h"

namespace tenon {

// An index that may count from the end, as 0 .. extent-1.
static int64_t resolved(int64_t index, int64_t extent) {
  if (index < -extent || index >= extent) {
    fail("index {} is outside of an axis of extent {}", index, extent);
  }
  return index < 0 ? index + extent : index;
}

void Gather::infer(InferContext& c) const {
  require_index(c, 1);
  const Shape& x = c.dims(0);
  const Shape& indices = c.dims(1);
  const int at = c.axis(axis, c.rank(0));
  Shape dims(x.begin(), x.begin() + at);
  dims.insert(dims.end(), indices.begin(), indices.end());
  dims.insert(dims.end(), x.begin() + at + 1, x.end());
  c.set(0, c.dtype(0), std::move(dims));

  const auto& contents = c.input(0).elements;
  const auto& wanted = c.input(1).elements;
  if (!contents || !wanted) return;
  std::vector<Dim> elements;
  for (const Dim& index : *wanted) {
    if (!index.is_constant()) return;
    const auto extent = static_cast<int64_t>(contents->size());
    elements.push_back((*contents)[static_cast<size_t>(resolved(index.value(), extent))]);
  }
  c.set_elements(0, std::move(elements));
}

void Gather::eval(Views in, Views out) const {
  const TensorView& x = in[0];
  const int at = static_cast<int>(axis < 0 ? axis + x.dims.rank() : axis);
  int64_t outer = 1;
  size_t block = element_bytes(x.dtype);  // bytes of what one index picks
  for (int i = 0; i < at; ++i) outer *= x.dims[i];
  for (int i = at + 1; i < x.dims.rank(); ++i) block *= static_cast<size_t>(x.dims[i]);
  const int64_t extent = x.dims[at];
  const int64_t count = in[1].volume();
  if (outer == 0 || block == 0) return;
  const std::byte* source = x.as<std::byte>();
  std::byte* target = out[0].as<std::byte>();
  for (int64_t o = 0; o < outer; ++o) {
    for (int64_t i = 0; i < count; ++i) {
      const int64_t index = resolved(integer_element(in[1], i), extent);
      std::memcpy(target, source + static_cast<size_t>(o * extent + index) * block, block);
      target += block;
    }
  }
}

}  // namespace tenon
