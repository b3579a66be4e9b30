#pragma once

#include <cstdint>

#include "ops/scalar_fn.h"

namespace tenon {

// C = act(alpha * A x B + bias + residual) over a tile: some rows by one panel of columns.
struct MatMulTile {
  const float* a = nullptr;  // element (m, k) at a[m * a_row + k * a_column]
  int64_t a_row = 0;
  int64_t a_column = 1;
  const float* b = nullptr;  // element (k, n) at b[k * b_row + n]
  int64_t b_row = 0;
  float* c = nullptr;  // element (m, n) at c[m * c_row + n]
  int64_t c_row = 0;
  int64_t depth = 0;        // extent of k
  int columns = 0;          // of the panel that exist, at most MatMulKernels::panel
  bool whole_panel = true;  // b can be read beyond `columns`, up to the panel's width
  bool accumulate = false;  // add what c holds: the sum over earlier k
  bool last = true;         // no more k follow: scale, bias, residual and activation are due
  float alpha = 1;
  const float* bias = nullptr;  // element (m, n) at bias[m * bias_row + n * bias_column]
  int64_t bias_row = 0;
  int64_t bias_column = 0;
  const float* residual = nullptr;  // element (m, n) at residual[m * c_row + n]
  Activation act;
};

// Rows of the tiles that there are kernels for, largest first.
inline constexpr int kMatMulRows[] = {12, 8, 6, 4, 2, 1};
inline constexpr int kMatMulRowKinds = 6;

struct MatMulKernels {
  int panel;  // columns
  int rows;   // the largest tile height that fits in registers, one of kMatMulRows
  void (*tile[kMatMulRowKinds])(const MatMulTile& tile);  // by height, as in kMatMulRows
};

namespace generic {
extern const MatMulKernels kMatMulKernels;
}
namespace avx2 {
extern const MatMulKernels kMatMulKernels;
}
namespace avx512 {
extern const MatMulKernels kMatMulKernels;
}

}  // namespace tenon
