#pragma once

#include <memory>
#include <span>
#include <vector>

#include "device/tactic.h"

namespace tenon {

// A tactic for the convolutions that networks begin with, over images of up to four channels, which
// leave tensor cores idle: the image is folded into a smaller one of many channels (a stride's
// window becomes a pixel), and `inner` does the convolution without stride that remains.
std::unique_ptr<const Tactic> folded_conv_tactic(const Tactic& inner);

}  // namespace tenon
