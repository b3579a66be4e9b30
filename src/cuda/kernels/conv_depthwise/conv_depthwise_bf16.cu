#include "cuda/kernels/conv_depthwise/conv_depthwise_instances.cuh"

namespace tenon {

ConvDepthwiseFunction conv_depthwise_function_bf16(int shape, const ConvDepthwiseWindow& window) {
  return conv_depthwise_function<__nv_bfloat16>(shape, window);
}

}  // namespace tenon
