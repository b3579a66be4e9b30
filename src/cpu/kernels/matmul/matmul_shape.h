#pragma once

#include <cstdint>
#include <vector>

#include "device/problem.h"

namespace tenon {

// A matrix product as loops: batches of [rows, depth] x [depth, columns].
struct MatMulShape {
  int64_t rows = 1;
  int64_t columns = 1;
  int64_t depth = 1;
  int64_t batches = 1;
  int64_t a_row = 0, a_column = 1;  // strides within a matrix, in elements
  int64_t b_row = 0, b_column = 1;
  int64_t bias_row = 0, bias_column = 0;
  // Where the matrices of each batch begin. Those of y lie one after another.
  std::vector<int64_t> a_offset, b_offset, bias_offset;
  int64_t b_batches = 1;          // different matrices of b, in row-major order
  std::vector<int64_t> b_matrix;  // which of them a batch takes
};

// The loops of a matmul problem over dense row-major operands. Batches that share b are rows of one
// product where memory allows.
MatMulShape matmul_shape(const Problem& problem);

}  // namespace tenon
