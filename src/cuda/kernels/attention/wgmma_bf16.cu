#include "cuda/kernels/attention/wgmma_instances.cuh"

namespace tenon {

const void* wgmma_attention_bf16(int size, MaskReading mask) {
  return group_attention::function_of<__nv_bfloat16>(size, mask);
}

}  // namespace tenon
