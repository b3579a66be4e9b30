#pragma once

#include "cuda/kernels/conv_rows/rows_kernel.cuh"

namespace tenon {

// The kernels of a type, in the order of conv_rows_tiles().
template <typename T>
const void* conv_rows_function(int tile) {
  using Function = void (*)(ConvRowsParams);
  static constexpr Function kFunctions[kConvRowsTiles] = {
      conv_rows_kernel<RowsShape<T, 4, 2, 64, 1>>, conv_rows_kernel<RowsShape<T, 2, 2, 128, 1>>,
      conv_rows_kernel<RowsShape<T, 2, 2, 64, 2>>, conv_rows_kernel<RowsShape<T, 2, 1, 128, 2>>};
  return reinterpret_cast<const void*>(kFunctions[tile]);
}

}  // namespace tenon
