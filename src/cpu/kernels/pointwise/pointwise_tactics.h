#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// For pointwise, unary, binary, scale and select.
std::span<const Tactic* const> pointwise_tactics();

}  // namespace tenon
