#pragma once

#include <cstdint>
#include <vector>

#include "device/problem.h"

namespace tenon {

// How far input 0 moves, in elements, along each axis of the output.
std::vector<int64_t> transposed_strides(const Problem& problem);  // of a Transpose
std::vector<int64_t> expanded_strides(const Problem& problem);    // of an Expand; 0: repeated

}  // namespace tenon
