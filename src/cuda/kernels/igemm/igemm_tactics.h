#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// Convolutions in kChannelsLast, and products with a constant matrix, in FP16 and BF16 by tensor
// cores, with everything behind them (bias, residual, activation) in the same kernel.
std::span<const Tactic* const> igemm_conv_tactics();
std::span<const Tactic* const> igemm_matmul_tactics();
// Transposed convolutions whose windows do not overlap (stride = extent), in kChannelsLast.
std::span<const Tactic* const> igemm_deconv_tactics();

}  // namespace tenon
