#pragma once

#include <variant>

#include "cuda/kernels/conv_depthwise/conv_depthwise_params.h"
#include "cuda/kernels/igemm/conv_geometry.h"
#include "ops/conv_depthwise.h"

namespace tenon {

// The two convolutions of a ConvDepthwise problem.
struct ConvDepthwiseGeometry {
  ConvGeometry expansion, depthwise;

  ConvDepthwiseWindow window() const {
    return {static_cast<int>(depthwise.kh), static_cast<int>(depthwise.stride_h)};
  }
  int steps() const { return static_cast<int>((expansion.c + 31) / 32 * 2); }
  int64_t chunks(int chunk) const { return (expansion.k + chunk - 1) / chunk; }
  ChunkConstants constants(const ConvDepthwiseShape& shape) const {
    return {shape.chunk, shape.vector, steps(), static_cast<int>(depthwise.taps())};
  }
};

// Of a problem in one narrow type whose weights are constant, of a 1x1 convolution and windows that
// the kernel knows; or why it is not one.
std::variant<ConvDepthwiseGeometry, Refusal> conv_depthwise_geometry(const Problem& problem);

// The packed constants of all chunks.
std::vector<std::byte> pack_conv_depthwise(const Problem& problem,
                                           const ConvDepthwiseGeometry& geometry,
                                           const ConvDepthwiseShape& shape);

}  // namespace tenon
