#pragma once

#include <cuda_runtime_api.h>

#include "cuda/kernels/movement/copy_kernels.h"

namespace tenon {

// What becomes of an element on its way.
enum class Move : uint8_t {
  kBytes1,
  kBytes2,
  kBytes4,
  kBytes8,
  kF32ToF16,
  kF32ToBF16,
  kF16ToF32,
  kF16ToBF16,
  kBF16ToF32,
  kBF16ToF16,
};

// Transposes a batch of matrices: out[column * out_column + row] = in[row * in_row + column].
struct TransposeWork {
  uint32_t rows = 1;
  uint32_t columns = 1;
  int64_t in_row = 0;
  int64_t out_column = 0;
  CopyLoop batch;
  // Set by the launch: how the matrix is cut into tiles.
  FastDivisor row_tiles;
  FastDivisor column_tiles;
};

inline constexpr uint32_t kFewLines = 16;

// Pointers, strides and extents are multiples of `in_vector` and `out_vector` elements, powers
// of 2.
void launch_transpose(const void* in, void* out, const TransposeWork& work, Move move,
                      int in_vector, int out_vector, cudaStream_t stream);

// For at most kFewLines rows that the output has side by side (out_column == rows), or columns that
// the input has so (in_row == columns): one side is read or written as one stretch of memory.
void launch_interleave(const void* in, void* out, const TransposeWork& work, Move move,
                       cudaStream_t stream);
void launch_deinterleave(const void* in, void* out, const TransposeWork& work, Move move,
                         cudaStream_t stream);

}  // namespace tenon
