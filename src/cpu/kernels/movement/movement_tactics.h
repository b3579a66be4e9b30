#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// Ops that move elements, or convert them one by one, without computing.
std::span<const Tactic* const> cast_tactics();
std::span<const Tactic* const> concat_tactics();
std::span<const Tactic* const> expand_tactics();
std::span<const Tactic* const> fill_tactics();
std::span<const Tactic* const> gather_tactics();
std::span<const Tactic* const> pad_tactics();
std::span<const Tactic* const> slice_tactics();
std::span<const Tactic* const> transpose_tactics();

}  // namespace tenon
