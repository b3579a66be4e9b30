#pragma once

#include "device/tactic.h"

namespace tenon {

// What tactics ask of a problem to make their offers.

// A tensor of the device: present, neither constant nor shape operand.
bool is_tensor(const OperandDesc& operand);
// Every present operand but shape operands is FP32.
bool all_f32(const Problem& problem);
// Whether a tensor of these dims can lie in the blocked and channels-last layouts.
bool has_channels(const Dims& dims);

// Every tensor in the layout; constants, shape operands and absent ones in kLinear.
LayoutOffer uniform_offer(const Problem& problem, Layout layout);
inline Offer linear_offer(const Problem& problem) {
  return std::vector{uniform_offer(problem, Layout::kLinear)};
}

// Blocked layouts, the one as wide as this processor's vectors first.
std::vector<Layout> blocked_layouts();

// Guesses for Tactic::estimate() on this device: seconds to move the problem's bytes through
// memory, and to do its floating-point operations at a fraction of the peak.
double memory_seconds(const Problem& problem);
double compute_seconds(double flops, double fraction_of_peak);

}  // namespace tenon
