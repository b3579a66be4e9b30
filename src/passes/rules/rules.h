#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ir/rewriter.h"

namespace tenon {

// Rules of the canonical form, by theme.
std::vector<Rule> view_rules();        // reshapes, squeezes, flattens
std::vector<Rule> movement_rules();    // transposes, slices, concatenations, pads, casts
std::vector<Rule> split_rules();       // parts of an axis: heads
std::vector<Rule> arithmetic_rules();  // elementwise operations

// The constant shape operand that reshapes `from` into `to`: numbers, 0 for a symbolic dim that is
// from's at the same place, -1 for one more. nullopt when that does not suffice, or when only
// some values of the symbols make the numbers of elements equal.
std::optional<std::vector<int64_t>> reshape_operand(const Shape& from, const Shape& to);

}  // namespace tenon
