#include "cuda/kernels/igemm/igemm_instances.cuh"

namespace tenon {

const IgemmFunction* const kIgemmBF16[3] = {IgemmInstances<__nv_bfloat16>::functions,
                                            IgemmInstances<__nv_bfloat16>::patch_functions,
                                            IgemmInstances<__nv_bfloat16>::wide_functions};

}  // namespace tenon
