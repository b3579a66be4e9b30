#pragma once

#include "cuda/kernels/conv_depthwise/conv_depthwise_kernel.cuh"

namespace tenon {

// The kernel of a shape, in the order of conv_depthwise_shapes().
template <typename T, int kKernel, int kStride>
ConvDepthwiseFunction conv_depthwise_function(int shape) {
  constexpr int kColumn = kKernel == 3 ? 4 : 2;  // windows of more channels take too many registers
  constexpr ConvDepthwiseFunction kFunctions[kConvDepthwiseShapes] = {
      conv_depthwise_kernel<DepthwiseShape<T, 16, 4, 2, 128, 4, 6>, kKernel, kStride>,
      conv_depthwise_kernel<DepthwiseShape<T, 48, 8, 2, 256, 3, 2>, kKernel, kStride>,
      conv_depthwise_kernel<DepthwiseShape<T, 48, 8, 4, 256, 2, 4>, kKernel, kStride>,
      conv_depthwise_kernel<DepthwiseShape<T, 48, kColumn, 1, 192, 4, 2>, kKernel, kStride>};
  return kFunctions[shape];
}

template <typename T>
ConvDepthwiseFunction conv_depthwise_function(int shape, const ConvDepthwiseWindow& window) {
  if (window.kernel == 3) {
    return window.stride == 1 ? conv_depthwise_function<T, 3, 1>(shape)
                              : conv_depthwise_function<T, 3, 2>(shape);
  }
  return window.stride == 1 ? conv_depthwise_function<T, 5, 1>(shape)
                            : conv_depthwise_function<T, 5, 2>(shape);
}

}  // namespace tenon
