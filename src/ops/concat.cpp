#include "ops/concat.h"

#include <cstring>

#include "ops/broadcast_index.h"

namespace tenon {

void Concat::infer(InferContext& c) const {
  Shape dims = c.dims(0);
  const auto at = static_cast<size_t>(c.axis(axis, c.rank(0)));
  for (size_t i = 1; i < c.input_count(); ++i) {
    c.require_same_dtype(0, i);
    const Shape& other = c.dims(i);
    if (other.size() != dims.size()) {
      c.error("inputs 0 and {} differ in rank: {} and {}", i, to_string(c.dims(0)),
              to_string(other));
    }
    for (size_t a = 0; a < dims.size(); ++a) {
      if (a == at) {
        dims[a] = dims[a] + other[a];
      } else {
        c.require_equal(dims[a], other[a], fmt::format("dims {} of inputs 0 and {}", a, i));
        if (!dims[a].is_constant()) dims[a] = other[a];
      }
    }
  }
  c.set(0, c.dtype(0), std::move(dims));

  std::vector<Dim> elements;
  for (size_t i = 0; i < c.input_count(); ++i) {
    const auto& part = c.input(i).elements;
    if (!part) return;
    elements.insert(elements.end(), part->begin(), part->end());
    if (elements.size() > kMaxTrackedElements) return;
  }
  c.set_elements(0, std::move(elements));
}

void Concat::eval(Views in, Views out) const {
  const Dims& dims = out[0].dims;
  const int at = static_cast<int>(axis < 0 ? axis + dims.rank() : axis);
  size_t inner = element_bytes(out[0].dtype);
  int64_t outer = 1;
  for (int i = 0; i < at; ++i) outer *= dims[i];
  for (int i = at + 1; i < dims.rank(); ++i) inner *= static_cast<size_t>(dims[i]);
  std::byte* target = out[0].as<std::byte>();
  for (int64_t o = 0; o < outer; ++o) {
    for (const TensorView& part : in) {
      const size_t bytes = inner * static_cast<size_t>(part.dims[at]);
      if (bytes == 0) continue;
      std::memcpy(target, part.as<std::byte>() + static_cast<size_t>(o) * bytes, bytes);
      target += bytes;
    }
  }
}

}  // namespace tenon
