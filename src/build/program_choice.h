#pragma once

#include <span>
#include <vector>

#include "base/log.h"
#include "build/timing_cache.h"
#include "device/device.h"
#include "plan/plan.h"

namespace tenon {

// Chooses between programs that do the same over the same weights, by running each of them as a
// whole at the profile's preferred dims; the first one is kept unless another is faster by more
// than what two measurements of one program differ. `plan` has all but its programs. Times come
// from and go to the timing cache. Where they cannot be run it is the first one. Logs the outcome
// at kINFO.
Program fastest_program(std::vector<Program> programs, const Plan& plan,
                        std::span<const std::byte> weights, Device& device, TimingCache& cache,
                        const Log& log);

}  // namespace tenon
