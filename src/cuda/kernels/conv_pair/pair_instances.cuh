#pragma once

#include "cuda/kernels/conv_pair/pair_kernel.cuh"

namespace tenon {

using ConvPairFunction = void (*)(ConvPairParams);

// The kernels of a type, in the order of conv_pair_tiles().
template <typename T>
struct ConvPairInstances {
  static constexpr ConvPairFunction functions[kConvPairTiles] = {
      conv_pair_kernel<PairShape<T, 4, 64>>,  conv_pair_kernel<PairShape<T, 3, 64>>,
      conv_pair_kernel<PairShape<T, 2, 64>>,  conv_pair_kernel<PairShape<T, 3, 128>>,
      conv_pair_kernel<PairShape<T, 2, 128>>, conv_pair_kernel<PairShape<T, 2, 256>>};
};

}  // namespace tenon
