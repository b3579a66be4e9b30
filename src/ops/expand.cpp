#include "ops/expand.h"

#include "ops/broadcast_index.h"
#include "ops/infer_checks.h"

namespace tenon {

void Expand::infer(InferContext& c) const {
  const std::vector<Dim>& shape = shape_elements(c, 1);
  for (const Dim& d : shape) {
    if (d.is_constant() && d.value() < 0) {
      c.error("input 1 (shape) has a negative element: {}", to_string(shape));
    }
  }
  c.set(0, c.dtype(0), c.broadcast(c.dims(0), shape));
  c.set_broadcast_elements(0, c.input(0).elements);
}

void Expand::eval(Views in, Views out) const {
  copy_strided(out[0], in[0].data, 0, broadcast_strides(in[0].dims, out[0].dims));
}

}  // namespace tenon
