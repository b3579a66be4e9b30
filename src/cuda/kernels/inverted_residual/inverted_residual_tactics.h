#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// Inverted residual blocks in FP16 and BF16, channels last, in one kernel on Hopper: what lies
// between their convolutions stays in shared memory and registers.
std::span<const Tactic* const> inverted_residual_tactics();

}  // namespace tenon
