#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// Squeeze and excitation in one launch.
std::span<const Tactic* const> squeeze_tactics();

}  // namespace tenon
