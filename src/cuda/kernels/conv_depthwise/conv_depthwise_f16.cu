#include "cuda/kernels/conv_depthwise/conv_depthwise_instances.cuh"

namespace tenon {

ConvDepthwiseFunction conv_depthwise_function_f16(int shape, const ConvDepthwiseWindow& window) {
  return conv_depthwise_function<__half>(shape, window);
}

}  // namespace tenon
