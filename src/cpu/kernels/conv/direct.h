#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// Convolutions computed directly over blocked tensors, any kernel, stride, dilation, padding and
// number of groups: tiles of output channels by pixels in registers, packed weights.
std::span<const Tactic* const> direct_conv_tactics();

}  // namespace tenon
