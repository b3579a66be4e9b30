#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// Ops that move elements without computing.
std::span<const Tactic* const> concat_tactics();
std::span<const Tactic* const> expand_tactics();
std::span<const Tactic* const> fill_tactics();
std::span<const Tactic* const> gather_tactics();
std::span<const Tactic* const> gather_elements_tactics();
std::span<const Tactic* const> iota_tactics();
std::span<const Tactic* const> pad_tactics();
std::span<const Tactic* const> slice_tactics();
std::span<const Tactic* const> transpose_tactics();
// Identity, reshape, squeeze, unsqueeze and flatten that the planner could not make an alias.
std::span<const Tactic* const> view_tactics();

}  // namespace tenon
