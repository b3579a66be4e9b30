#include "cuda/kernels/inverted_residual/residual_instances.cuh"

namespace tenon {

InvertedResidualFunction inverted_residual_bf16(int shape, bool curved) {
  return inverted_residual_function<__nv_bfloat16>(shape, curved);
}

}  // namespace tenon
