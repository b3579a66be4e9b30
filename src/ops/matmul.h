#pragma once

#include "ops/op.h"
#include "ops/scalar_fn.h"

namespace tenon {

// y = act(alpha * op(a) x op(b) + bias + residual)
//                                              (ONNX MatMul, Gemm; TensorRT IMatrixMultiplyLayer)
//   a     [..., M, K], or [..., K, M] when transpose_a; a vector [K] counts as one row
//   b     [..., K, N], or [..., N, K] when transpose_b; a vector [K] counts as one column
//   bias  broadcast to y from the right, optional
//   residual  the dims of y, optional: a skip connection added before the activation
//   y     [..., M, N]; leading axes broadcast; a vector operand's axis is left out
struct MatMul {
  bool transpose_a = false;
  bool transpose_b = false;
  float alpha = 1;
  Activation act;

  static constexpr std::string_view kName = "matmul";
  static constexpr Traits kTraits{.min_inputs = 2, .max_inputs = 4};
  static constexpr auto fields = std::tuple{
      field<1>("transpose_a", &MatMul::transpose_a), field<2>("transpose_b", &MatMul::transpose_b),
      field<3>("alpha", &MatMul::alpha), field<4>("act", &MatMul::act)};
  friend bool operator==(const MatMul&, const MatMul&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
