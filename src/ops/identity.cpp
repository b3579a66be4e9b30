#include "ops/identity.h"

#include "ops/arithmetic.h"
#include "ops/broadcast_index.h"

namespace tenon {

void Identity::infer(InferContext& c) const {
  c.set(0, c.dtype(0), c.dims(0));
  if (c.input(0).elements) c.set_elements(0, *c.input(0).elements);
}

void Identity::eval(Views in, Views out) const { copy_bytes(in[0], out[0]); }

void Reformat::infer(InferContext& c) const {
  const bool same = to == c.dtype(0);
  if (!same) {
    arithmetic_of(c.dtype(0));
    arithmetic_of(to);
  }
  c.set(0, to, c.dims(0));
  if (same && c.input(0).elements) c.set_elements(0, *c.input(0).elements);
}

void Reformat::eval(Views in, Views out) const { convert_elements(in[0], out[0]); }

}  // namespace tenon
