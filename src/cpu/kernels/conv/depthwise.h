#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// Convolutions with one input and one output channel a group, over blocked tensors.
std::span<const Tactic* const> depthwise_conv_tactics();

}  // namespace tenon
