#include "cuda/kernels/conv_rows/rows_instances.cuh"

namespace tenon {

const void* conv_rows_function_bf16(int tile) { return conv_rows_function<__nv_bfloat16>(tile); }

}  // namespace tenon
