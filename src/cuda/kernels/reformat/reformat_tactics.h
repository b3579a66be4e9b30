#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// For reformat: from layout to layout, converting between f32, f16 and bf16 on the way. Conversions
// within a layout are the work of cast_tactics() (kernels/pointwise).
std::span<const Tactic* const> reformat_tactics();

}  // namespace tenon
