#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// Convolutions with one channel a group, in kChannelsLast and kLinear.
std::span<const Tactic* const> depthwise_conv_tactics();

}  // namespace tenon
