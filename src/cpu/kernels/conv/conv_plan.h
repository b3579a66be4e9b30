#pragma once

#include <vector>

#include "cpu/kernels/conv/conv_shape.h"

namespace tenon {

// The kernel rows that an output row reads inside of the image, and the input row of the first.
struct RowPlan {
  int64_t first_kernel_row = 0;
  int kernel_rows = 0;
  int64_t input_row = 0;
};
std::vector<RowPlan> plan_rows(const ConvShape& shape);

// Pixels of an output row that one register tile computes.
struct ColumnPlan {
  int64_t first_pixel = 0;
  int pixels = 0;
  int column = 0;     // of the input, at tap 0 of the first pixel
  bool edge = false;  // some tap of some pixel lies left or right of the image
};
// Tiles of nearly the same width, at most `most_pixels`, that cover an output row.
std::vector<ColumnPlan> plan_columns(const ConvShape& shape, int most_pixels);

// A launch's operands, or those of one image of a batch.
struct ConvPointers {
  const float* x = nullptr;
  const float* residual = nullptr;
  float* y = nullptr;
};
ConvPointers conv_pointers(const LaunchArgs& args, bool has_residual);

// Distances between images, in floats.
struct ConvBatchStrides {
  int64_t x = 0, y = 0, residual = 0;
  ConvPointers image(const ConvPointers& at, int64_t n) const {
    return {at.x + n * x, at.residual ? at.residual + n * residual : nullptr, at.y + n * y};
  }
};
ConvBatchStrides conv_batch_strides(const Problem& problem);

// Slices into which `units` of equal work are cut for the threads: several a thread, to even out
// threads of different speed, and none smaller than what waking a thread costs.
int64_t conv_slices(int64_t units, double flops, int threads);

}  // namespace tenon
