#include "cuda/kernels/igemm/igemm_instances.cuh"

namespace tenon {

const IgemmFunction* const kIgemmBF16[2] = {IgemmInstances<__nv_bfloat16>::functions,
                                            IgemmInstances<__nv_bfloat16>::patch_functions};

}  // namespace tenon
