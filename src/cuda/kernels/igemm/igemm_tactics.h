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

// Whether the problem is an FP32 convolution or product that may be done in TF32 and, as its graph
// allows it, in a narrower type too, and one of these does it in TF32. Libraries are left alone with
// it then: it hardly ever wins, and every algorithm that is timed leaves its code in host memory.
bool serves_as_wide_variant(const Problem& problem);

}  // namespace tenon
