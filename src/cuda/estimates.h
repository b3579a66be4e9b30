#pragma once

#include "device/problem.h"

namespace tenon {

// Guesses for Tactic::estimate() on the current GPU: seconds to move the problem's bytes, and to do
// floating-point operations at a fraction of the tensor cores' rate for the type.
double gpu_memory_seconds(const Problem& problem);
double gpu_compute_seconds(double flops, DataType type, double fraction_of_peak);

}  // namespace tenon
