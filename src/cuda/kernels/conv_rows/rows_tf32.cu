#include "cuda/kernels/conv_rows/rows_instances.cuh"

namespace tenon {

const void* conv_rows_function_tf32(int tile) { return conv_rows_function<float>(tile); }

}  // namespace tenon
