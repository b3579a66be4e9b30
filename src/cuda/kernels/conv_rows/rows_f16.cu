#include "cuda/kernels/conv_rows/rows_instances.cuh"

namespace tenon {

const void* conv_rows_function_f16(int tile) { return conv_rows_function<__half>(tile); }

}  // namespace tenon
