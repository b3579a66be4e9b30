#pragma once

#include "device/offers.h"

namespace tenon {

// What the CPU's tactics ask of a problem to make their offers.

// Every present operand but shape operands is FP32.
inline bool all_f32(const Problem& problem) { return all_of_type(problem, DataType::kF32); }

// Blocked layouts, the one as wide as this processor's vectors first.
std::vector<Layout> blocked_layouts();

// Guesses for Tactic::estimate() on this device: seconds to move the problem's bytes through
// memory, and to do its floating-point operations at a fraction of the peak.
double memory_seconds(const Problem& problem);
double compute_seconds(double flops, double fraction_of_peak);

}  // namespace tenon
