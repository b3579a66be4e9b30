#pragma once

#include <vector>

#include "ops/op.h"

namespace tenon {

// Every op at least once, with every attribute away from its default somewhere; all different.
std::vector<Op> sample_ops();

}  // namespace tenon
