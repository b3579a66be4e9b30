#pragma once

#include <cstdint>
#include <vector>

#include "base/tensor.h"

namespace tenon {

// Where a slice begins and how it steps on each axis of x.
struct SliceRange {
  Dims start;
  Dims step;
};

// From the contents of a Slice's operands; empty axes and steps are those left out.
SliceRange slice_range(const Dims& x, const std::vector<int64_t>& starts,
                       const std::vector<int64_t>& axes, const std::vector<int64_t>& steps);

}  // namespace tenon
