#pragma once

#include "cuda/kernels/inverted_residual/residual_kernel.cuh"

namespace tenon {

// The kernels of a type, in the order of residual_shapes().
template <typename T, bool kCurved>
struct ResidualInstances {
  template <int kStride, int kTiles, int kColumnTiles, int kMostWarps>
  static constexpr InvertedResidualFunction kernel = inverted_residual_kernel<
      ResidualShape<T, kStride, kTiles, kColumnTiles, kMostWarps, kCurved>>;

  static constexpr InvertedResidualFunction functions[kResidualShapes] = {
      kernel<1, 4, 3, 16>, kernel<1, 2, 4, 16>, kernel<1, 2, 8, 8>,  kernel<1, 2, 12, 8>,
      kernel<1, 1, 8, 16>, kernel<2, 1, 4, 16>, kernel<2, 1, 8, 16>,
  };
};

template <typename T>
InvertedResidualFunction inverted_residual_function(int shape, bool curved) {
  return curved ? ResidualInstances<T, true>::functions[shape]
                : ResidualInstances<T, false>::functions[shape];
}

}  // namespace tenon
