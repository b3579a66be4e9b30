#include "cuda/kernels/igemm/igemm_instances.cuh"

namespace tenon {

const IgemmFunction* const kIgemmBF16 = IgemmInstances<__nv_bfloat16>::functions;

}  // namespace tenon
