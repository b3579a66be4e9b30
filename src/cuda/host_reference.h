#pragma once

#include "device/tactic.h"

namespace tenon {

// Does every problem of every op, in kLinear layout and any element type, by Op::eval on the host:
// operands are copied to host memory and back in the stream's order. Slow, never wrong; what is
// left where no kernel does a problem.
const Tactic& host_reference_tactic();

}  // namespace tenon
