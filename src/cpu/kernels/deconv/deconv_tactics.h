#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// Two-dimensional FP32 `deconv` without groups, of any kernel, stride, padding and dilation, in
// blocked layouts: for AVX-512 (kBlocked16) and AVX2 (kBlocked8).
std::span<const Tactic* const> deconv_tactics();

}  // namespace tenon
