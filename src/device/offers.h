#pragma once

#include "device/tactic.h"

namespace tenon {

// What tactics of any device ask of a problem to make their offers.

// A tensor of the device: present, neither constant nor shape operand.
bool is_tensor(const OperandDesc& operand);
// Every present operand but shape operands is of the type.
bool all_of_type(const Problem& problem, DataType dtype);
// Whether a tensor of these dims can lie in the blocked and channels-last layouts.
bool has_channels(const Dims& dims);

// Every tensor in the layout; constants, shape operands and absent ones in kLinear.
LayoutOffer uniform_offer(const Problem& problem, Layout layout);
inline Offer linear_offer(const Problem& problem) {
  return std::vector{uniform_offer(problem, Layout::kLinear)};
}

}  // namespace tenon
