#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "plan/plan.h"

namespace tenon {

// Whether two buffers, by their indices, must not share memory.
using Conflict = std::function<bool(size_t a, size_t b)>;

// Gives every buffer an offset so that buffers in conflict do not overlap, and returns the arena's
// size. Largest first, each into the tightest gap that holds it ("greedy by size",
// Pisarchyk and Lee 2020, arXiv:2001.03288). Offsets are multiples of kPlanAlignment.
uint64_t plan_memory(std::vector<ArenaBuffer>& buffers, const Conflict& conflict);

}  // namespace tenon
