#pragma once

#include "cuda/kernels/squeeze/squeeze_params.h"
#include "device/problem.h"

namespace tenon {

// A way to do a problem: its kernel and everything but the pointers. For problems that
// squeeze_tactics.cpp offers to do.
struct SqueezePlan {
  SqueezeParams params;
  SqueezeKernel kernel;
};
SqueezePlan plan_squeeze(const Problem& problem, SqueezeForm form, int threads);

// Elements of a row of hidden or gate weights with the zeros behind them.
int64_t squeeze_pitch(DataType type, int64_t columns);

}  // namespace tenon
