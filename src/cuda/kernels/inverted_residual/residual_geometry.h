#pragma once

#include <variant>

#include "cuda/kernels/igemm/conv_geometry.h"
#include "cuda/kernels/inverted_residual/residual_params.h"
#include "ops/inverted_residual.h"

namespace tenon {

// An inverted residual block, or one without an expansion: x is [images, channels, ...], y [images,
// columns, ...].
struct ResidualGeometry {
  int64_t images = 0, channels = 0, expanded = 0, columns = 0;
  int64_t height = 0, width = 0, out_height = 0, out_width = 0;
  int64_t stride = 1, pad_top = 0, pad_left = 0;
  bool expands = true;
  Activation act1, act2, act3;

  int64_t chunks() const { return (expanded + kResidualChunk - 1) / kResidualChunk; }
  ResidualChunk chunk() const;
  int64_t x_pitch() const;  // bytes of a pixel of x in shared memory
};

// Of an InvertedResidual problem in one narrow type whose weights are constant, with a 3x3 window
// and activations that the kernel has; or why it is not one.
std::variant<ResidualGeometry, Refusal> residual_geometry(const Problem& problem);

// What of the params does not depend on the tile.
InvertedResidualParams residual_params(const ResidualGeometry& geometry, DataType type);

// The packed constants: the chunks, then the bias of y in FP32, at `residual_bias_offset`.
std::vector<std::byte> pack_residual(const Problem& problem, const ResidualGeometry& geometry);
size_t residual_bias_offset(const ResidualGeometry& geometry);

}  // namespace tenon
