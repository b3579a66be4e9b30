#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// The vectorised FP32 convolutions, best guess first. On processors without AVX2 all refuse.
std::span<const Tactic* const> conv_tactics();

}  // namespace tenon
