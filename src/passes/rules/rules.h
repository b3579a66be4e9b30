#pragma once

#include <vector>

#include "ir/rewriter.h"

namespace tenon {

// Rules of the canonical form, by theme.
std::vector<Rule> view_rules();        // reshapes, squeezes, flattens
std::vector<Rule> movement_rules();    // transposes, slices, concatenations, pads, casts
std::vector<Rule> arithmetic_rules();  // elementwise operations

}  // namespace tenon
