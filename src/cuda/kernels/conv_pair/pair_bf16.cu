#include "cuda/kernels/conv_pair/pair_instances.cuh"

namespace tenon {

const void* conv_pair_function_bf16(int tile) {
  return reinterpret_cast<const void*>(ConvPairInstances<__nv_bfloat16>::functions[tile]);
}

}  // namespace tenon
