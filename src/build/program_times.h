#pragma once

#include <functional>
#include <vector>

#include "build/timing_cache.h"
#include "device/device_memory.h"
#include "plan/plan.h"

namespace tenon {

// Seconds that each program takes at the opt dims of its ranges, all inputs zero, measured in
// turns; from the timing cache where it knows all of them. `plan` has all but programs. `weights`
// gives those of all programs, of one store, when they are wanted. Throws Error where a program
// cannot be run.
std::vector<double> program_times(const std::vector<Program>& programs, const Plan& plan,
                                  const std::function<DeviceMemory()>& weights, Device& device,
                                  TimingCache& cache);

}  // namespace tenon
