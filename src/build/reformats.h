#pragma once

#include "build/candidates.h"

namespace tenon {

// Whether the two formats put the elements of such a tensor at the same bytes: then no reformat is
// needed, an alias does. True where the formats are equal, and in one type for [N, C, 1...] tensors
// whose channels fill their blocks, whatever the values of symbols.
bool same_bytes(const Shape& dims, const Format& a, const Format& b);

// The problem of reformatting such a tensor.
Problem reformat_problem(const Dims& dims, const Format& from, const Format& to);
// The fastest tactic for it; throws Error when there is none.
const Tactic* reformat_tactic(const Problem& problem, Device& device, Tuner& tuner,
                              double* seconds = nullptr);

}  // namespace tenon
