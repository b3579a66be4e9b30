#pragma once

#include <vector>

#include "build/candidates.h"

namespace tenon {

// Chooses a candidate for every work item so that the sum of their times and of the reformats
// between them is small: types and layouts are chosen over paths, not layer by layer. Several
// starting points (each layer's fastest, the fastest that start early, each layout where it is
// offered, the best by forward dynamic programming) are improved by coordinate descent; the best
// result wins. Deterministic. Returns one index into Work::candidates an item.
std::vector<size_t> choose_candidates(const Graph& graph, const std::vector<Work>& works,
                                      const Symbols& symbols, Device& device, Tuner& tuner);

}  // namespace tenon
