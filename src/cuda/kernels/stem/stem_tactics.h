#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// A network's first convolution: few channels in kLinear to kChannelsLast, in FP16, BF16
// and TF32.
std::span<const Tactic* const> stem_conv_tactics();

// The same on Hopper for strides up to 2, faster and with max pooling behind it where the op is
// ConvPool.
std::span<const Tactic* const> strip_tactics();

}  // namespace tenon
