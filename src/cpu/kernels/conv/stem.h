#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// The first convolution of a network: a row-major image of few channels in, blocks out.
std::span<const Tactic* const> stem_conv_tactics();

}  // namespace tenon
