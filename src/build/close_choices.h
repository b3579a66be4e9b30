#pragma once

#include <functional>
#include <vector>

#include "base/log.h"
#include "build/candidates.h"

namespace tenon {

// Seconds that the whole program takes with each of several choices, one index into
// Work::candidates an item. Throws Error where one cannot be timed.
using ChoiceTimes =
    std::function<std::vector<double>(const std::vector<std::vector<size_t>>& choices)>;

// A kernel's time in a row of its like is not quite its time in the program: weights come from
// further away, launches overlap with other neighbours. Where other tactics for the same formats
// were nearly as fast, all short layers that pose the same problem try them in the whole program, the
// layers that take most of it first, and keep what makes it faster. At most `most` such programs
// are timed beside the one that is to be beaten. Tactics that come into question are moved from
// Work::beaten to Work::candidates. Logs what changed at kINFO; where programs cannot be timed, a
// warning, and the choice stays.
std::vector<size_t> settle_close_choices(std::vector<Work>& works, std::vector<size_t> choice,
                                         int most, const ChoiceTimes& times, const Log& log);

}  // namespace tenon
