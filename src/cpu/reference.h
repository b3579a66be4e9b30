#pragma once

#include <memory>
#include <string_view>

#include "device/tactic.h"

namespace tenon {

// Does every problem of every op, in kLinear layout and any element type, by Op::eval on one
// thread.
const Tactic& reference_tactic();

}  // namespace tenon
