#pragma once

#include <span>
#include <vector>

#include "build/timing_cache.h"
#include "device/device.h"
#include "plan/plan.h"

namespace tenon {

// Seconds that each program takes at the opt dims of its ranges, all inputs zero, measured in
// turns; from the timing cache where it knows all of them. `plan` has all but programs. The
// programs' weights are those of one store. Throws Error where one cannot be run.
std::vector<double> program_times(const std::vector<Program>& programs, const Plan& plan,
                                  std::span<const std::byte> weights, Device& device,
                                  TimingCache& cache);

}  // namespace tenon
