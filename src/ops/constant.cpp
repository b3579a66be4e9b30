#include "ops/constant.h"

#include "ops/broadcast_index.h"

namespace tenon {

void Constant::infer(InferContext& c) const { c.set_constant(0, value); }

void Constant::eval(Views, Views out) const { copy_bytes(value.view(), out[0]); }

}  // namespace tenon
