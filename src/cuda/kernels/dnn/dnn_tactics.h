#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// Convolutions and transposed ones by cuDNN's graph API, a tactic an engine.
std::span<const Tactic* const> dnn_conv_tactics();
// Those over images of few channels, folded.
std::span<const Tactic* const> folded_conv_tactics();
std::span<const Tactic* const> dnn_deconv_tactics();
// Products by constant matrices with an activation that cuBLASLt does not have.
std::span<const Tactic* const> dnn_matmul_tactics();

}  // namespace tenon
