#pragma once

#include <variant>

#include "device/offers.h"
#include "ops/scalar_fn.h"

namespace tenon {

// A product of a dense matrix with a constant one: y = act(alpha * a x b + bias + residual).
struct MatMulGeometry {
  int64_t rows = 0;
  int64_t columns = 0;
  int64_t depth = 0;
  int64_t b_row = 0, b_column = 0;  // strides of b
  float alpha = 1;
  bool has_bias = false;  // one number a column, or one for all
  Activation act;
};

// Of a MatMul problem, or why it is not of this kind.
std::variant<MatMulGeometry, Refusal> matmul_geometry(const Problem& problem);

}  // namespace tenon
