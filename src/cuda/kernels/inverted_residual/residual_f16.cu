#include "cuda/kernels/inverted_residual/residual_instances.cuh"

namespace tenon {

InvertedResidualFunction inverted_residual_f16(int shape, bool curved) {
  return inverted_residual_function<__half>(shape, curved);
}

}  // namespace tenon
