#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// Matrix products by cuBLASLt, a tactic an algorithm.
std::span<const Tactic* const> lt_matmul_tactics();
// Convolutions that are matrix products: 1x1, in channels-last layout.
std::span<const Tactic* const> lt_conv_tactics();

}  // namespace tenon
