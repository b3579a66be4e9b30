#pragma once

#include "cuda/kernels/igemm/conv_geometry.h"
#include "cuda/kernels/igemm/igemm_launch.h"

namespace tenon {

// Convolutions as products (IgemmParams).

// What follows from x and the activation; and all that follows from the geometry. The weights are
// left for with_weights().
IgemmParams image_params(const ConvGeometry& geometry);
IgemmParams conv_params(const ConvGeometry& geometry);

// With `whole_steps`, the channels of each tap are padded to a multiple of 128 bytes.
IgemmWeights conv_weights(const ConvGeometry& geometry, int element_bytes, bool whole_steps);
// The packed constants of a Conv problem.
std::vector<std::byte> pack_conv(const Problem& problem, const IgemmWeights& weights);

// The elements of a problem's constant weights, and its bias or nullptr.
const std::byte* elements_of(const Problem& problem);
const Tensor* bias_of(const Problem& problem);

}  // namespace tenon
