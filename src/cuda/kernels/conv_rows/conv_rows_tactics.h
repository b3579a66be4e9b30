#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// Convolutions of stride 1 with windows of several taps in kChannelsLast, in FP16, BF16 and TF32 by
// Hopper's tensor cores, that read the image once for all taps.
std::span<const Tactic* const> conv_rows_tactics();

}  // namespace tenon
