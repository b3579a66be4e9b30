#include "cuda/kernels/attention/wgmma_instances.cuh"

namespace tenon {

const void* wgmma_attention_f16(int size, MaskReading mask) {
  return group_attention::function_of<__half>(size, mask);
}

}  // namespace tenon
