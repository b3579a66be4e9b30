#pragma once

#include "cuda/kernels/squeeze/squeeze_params.h"
#include "device/problem.h"

namespace tenon {

// How a problem is done.
struct SqueezeChoice {
  SqueezeForm form = SqueezeForm::kPixels;
  int threads = 256;
  bool one_launch = false;  // a block for each whole image
};

// One or two kernels and everything that they take but the pointers. For problems that
// squeeze_tactics.cpp offers to do, with at least one image.
struct SqueezePlan {
  SqueezeParams params;
  SqueezeKernel kernels[2];
  int launches = 1;
  size_t workspace_bytes = 0;  // for the params' parts
};
SqueezePlan plan_squeeze(const Problem& problem, const SqueezeChoice& choice);

// Elements of a row of hidden or gate weights with the zeros behind them.
int64_t squeeze_pitch(DataType type, int64_t columns);

}  // namespace tenon
