#include "cuda/kernels/igemm/igemm_instances.cuh"

namespace tenon {

const void* igemm_function_bf16(IgemmSource source, int tile) {
  return igemm_function<__nv_bfloat16>(source, tile);
}

}  // namespace tenon
