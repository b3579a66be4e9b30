#pragma once

#include <memory>

#include "device/tactic.h"

namespace tenon {

// A tactic for products by a constant matrix whose activation a matrix library leaves to a pass of
// its own: the rows are images of one pixel, which `convolution` multiplies and finishes in one go.
std::unique_ptr<const Tactic> matmul_by_convolution(const Tactic& convolution);

}  // namespace tenon
