#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "cuda/kernels/matmul/finish_kernels.h"
#include "cuda/kernels/matmul/lt_gemm.h"
#include "device/tactic.h"

namespace tenon {

// Operands of MatMul.
inline constexpr size_t kMatMulBias = 2;
inline constexpr size_t kMatMulResidual = 3;

// A matmul problem as calls of one product, and perhaps a pass over what they wrote.
struct LtMatMul {
  LtGemmSpec gemm;
  float alpha = 1;
  size_t c_input = 0;  // the operand that the product adds, when gemm.c
  struct Call {        // elements from the operands' starts
    int64_t a = 0, b = 0, c = 0, y = 0;
  };
  std::vector<Call> calls;
  bool finish = false;
  FinishParams finish_params;  // without the pointers
  bool finish_bias = false;
  bool finish_residual = false;
  // Slices of larger tensors begin at multiples of an element only, though mostly of more.
  bool slices = false;

  bool is_empty() const { return gemm.rows * gemm.columns == 0 || calls.empty(); }
  bool has_product() const { return !is_empty() && gemm.depth > 0; }
};

// How much of bias and activation the product itself does.
enum class LtFusion { kAll, kBias, kNone };

// The problem's calls, or why there are none. Whether cuBLASLt has an algorithm for them is another
// question.
std::variant<LtMatMul, Refusal> lt_matmul(const Problem& problem, LtFusion fusion);

}  // namespace tenon
