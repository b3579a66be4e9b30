#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// For pointwise, unary, binary, scale and select.
std::span<const Tactic* const> pointwise_tactics();
// For cast, and for reformats that convert within a layout.
std::span<const Tactic* const> cast_tactics();

}  // namespace tenon
