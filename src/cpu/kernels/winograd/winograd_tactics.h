#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// Winograd convolution for `conv` (3x3, stride 1, FP32) in blocked layouts, best guess first:
// F(4x4), F(6x6) and F(2x2), each for AVX-512 (kBlocked16) and AVX2 (kBlocked8).
std::span<const Tactic* const> winograd_tactics();

}  // namespace tenon
