#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// Pairs of 1x1 convolutions in FP16 and BF16, channels last, in one kernel on Hopper: what lies
// between the two is written, but not read again.
std::span<const Tactic* const> conv_pair_tactics();

}  // namespace tenon
