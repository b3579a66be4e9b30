#pragma once

#include <array>

#include "cuda/kernels/reduce/reduce_kernels.h"
#include "device/problem.h"
#include "ops/reduce.h"

namespace tenon {

// The loops of a reduction of `in` over the axes that are set. `out` has the kept axes, or, with
// `keep_dims`, all of them; channels last come out as such or, of spatial reductions, linear.
ReduceShape reduce_shape(ReduceKind kind, const std::array<bool, kMaxRank>& reduced, bool keep_dims,
                         const OperandDesc& in, const OperandDesc& out);

}  // namespace tenon
