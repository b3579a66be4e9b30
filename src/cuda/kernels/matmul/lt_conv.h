#pragma once

#include <variant>

#include "device/tactic.h"

namespace tenon {

// A 1x1 convolution without stride, padding and groups as the matmul problem over the same bytes:
//   channels-last   y = x w'         with x as [pixels, C], w as [K, C]; bias over columns
//   linear          y[n] = w x[n]    with x[n] as [C, pixels]; bias over rows, w and x exchanged
// In the layout of the problem's input; or why it is no product.
std::variant<Problem, Refusal> conv_as_matmul(const Problem& conv);

}  // namespace tenon
