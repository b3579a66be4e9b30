#pragma once

#include <cstddef>
#include <vector>

#include "device/problem.h"

namespace tenon {

// The constants in the layout of the problem's input: weights as [K][spatial][C/groups] for
// channels-last, else as they are.
std::vector<std::byte> pack_conv_constants(const Problem& problem);

}  // namespace tenon
