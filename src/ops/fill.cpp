#include "ops/fill.h"

#include <cmath>

#include "ops/arithmetic.h"
#include "ops/broadcast_index.h"
#include "ops/infer_checks.h"

namespace tenon {

void Fill::infer(InferContext& c) const {
  arithmetic_of(dtype);
  const std::vector<Dim>& shape = shape_elements(c, 0);
  for (const Dim& d : shape) {
    if (d.is_constant() && d.value() < 0) {
      c.error("input 0 (shape) has a negative element: {}", to_string(shape));
    }
  }
  c.set(0, dtype, shape);
  constexpr double kExact = 1 << 24;
  if (!is_float(dtype) && value == std::floor(value) && std::abs(value) <= kExact) {
    c.set_broadcast_elements(0, std::vector<Dim>{static_cast<int64_t>(value)});
  }
}

void Fill::eval(Views, Views out) const {
  const int64_t n = out[0].volume();
  if (n == 0) return;
  set_element(out[0], 0, value);
  const TensorView first{dtype, Dims{}, out[0].data};
  copy_strided(out[0], first.data, 0, broadcast_strides(first.dims, out[0].dims));
}

}  // namespace tenon
