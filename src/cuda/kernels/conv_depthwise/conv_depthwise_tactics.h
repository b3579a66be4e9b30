#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// A 1x1 convolution and one of single channels behind it, in FP16 and BF16, channels last, in one
// kernel: what lies between the two never leaves the multiprocessor.
std::span<const Tactic* const> conv_depthwise_tactics();

}  // namespace tenon
