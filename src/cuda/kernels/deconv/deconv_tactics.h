#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// Transposed convolutions of any window, in kChannelsLast and kLinear.
std::span<const Tactic* const> deconv_tactics();

}  // namespace tenon
