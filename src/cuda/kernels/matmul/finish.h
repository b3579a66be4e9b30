#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/dtype.h"
#include "cuda/kernels/matmul/finish_kernels.h"
#include "ops/scalar_fn.h"

namespace tenon {

// The function's name among the kernels; nothing for one that they do not know.
std::optional<FinishFn> finish_fn(UnaryFn fn);
// Whether a pass may compute it from products rounded to the type: not where that is felt.
bool can_finish(UnaryFn fn, DataType type);

// Where the operands of a finishing pass lie: element strides by axis of y.
struct FinishShape {
  std::vector<int64_t> extent;
  std::vector<int64_t> y_stride;
  std::vector<int64_t> bias_stride;      // empty: no bias
  std::vector<int64_t> residual_stride;  // empty: no residual
};

// Everything of the pass but the pointers. Throws Error when the kernels do not know the activation
// or there are too many axes.
FinishParams finish_params(DataType type, const Activation& act, const FinishShape& shape);

// Dense row-major strides.
std::vector<int64_t> dense_strides(const std::vector<int64_t>& extent);

}  // namespace tenon
