#pragma once

#include <cstdint>
#include <vector>

#include "plan/plan.h"

namespace tenon {

// Gives every buffer an offset so that buffers alive at the same step do not overlap, and returns
// the arena's size. Largest first, each into the tightest gap that holds it ("greedy by size",
// Pisarchyk and Lee 2020, arXiv:2001.03288). Offsets are multiples of kPlanAlignment.
uint64_t plan_memory(std::vector<ArenaBuffer>& buffers);

}  // namespace tenon
