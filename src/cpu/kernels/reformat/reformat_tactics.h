#pragma once

#include <memory>
#include <span>

#include "device/tactic.h"

namespace tenon {

// For reformat, and for what is a plain copy in row-major order: identity, reshape, squeeze,
// unsqueeze and flatten that the planner could not make an alias.
std::span<const Tactic* const> reformat_tactics();
std::span<const Tactic* const> view_tactics();

}  // namespace tenon
