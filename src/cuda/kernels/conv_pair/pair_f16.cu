#include "cuda/kernels/conv_pair/pair_instances.cuh"

namespace tenon {

const void* conv_pair_function_f16(int tile) {
  return reinterpret_cast<const void*>(ConvPairInstances<__half>::functions[tile]);
}

}  // namespace tenon
