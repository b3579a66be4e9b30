#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "base/dtype.h"
#include "cuda/fast_division.h"

namespace tenon {

// Where a parameter's element for iteration i is: (i / step) % wrap * stride.
struct ParameterWalk {
  FastDivisor step;
  FastDivisor wrap;
  int stride = 0;
};

// Scale or bias.
struct NormalizationParameter {
  const void* data = nullptr;  // absent: nullptr
  ParameterWalk rows;
  ParameterWalk elements;  // of a row
  bool together = false;   // the elements lie as those of a row do
};

struct NormalizationShape {
  DataType type = DataType::kF32;
  bool rms = false;
  float epsilon = 0;
  int64_t rows = 1;  // or what is outside of the columns
  int64_t n = 1;     // elements that are normalised together
  int64_t inner = 1;
  int multiprocessors = 1;
};

// Images [positions][channels], each group of channels normalised over all positions.
struct NormalizationImages {
  DataType type = DataType::kF32;
  bool rms = false;
  float epsilon = 0;
  int64_t images = 1;
  int64_t positions = 1;
  int64_t channels = 1;
  int64_t groups = 1;
  int multiprocessors = 1;
};

// What is known of numbers seen so far. Without a mean (RMS): the sum of their squares.
struct Moments {
  float mean;
  float squares;  // of the distances from the mean, summed up
  float count;
};

// x and y are dense, aligned to 16 bytes and may be the same; the parameters are aligned to 16.
// Rows of n elements that lie together. The workspace holds normalization_row_moments() moments.
int64_t normalization_row_moments(const NormalizationShape& shape);
void launch_normalize_rows(const NormalizationShape& shape, const void* x,
                           const NormalizationParameter& scale, const NormalizationParameter& bias,
                           void* y, Moments* workspace, cudaStream_t stream);
// n elements that are `inner` apart; parameters by `elements` alone.
void launch_normalize_columns(const NormalizationShape& shape, const void* x,
                              const NormalizationParameter& scale,
                              const NormalizationParameter& bias, void* y, cudaStream_t stream);
// scale and bias: one element a channel, or nullptr. The workspace holds
// normalization_image_moments() moments.
int64_t normalization_image_moments(const NormalizationImages& shape);
bool can_normalize_images(const NormalizationImages& shape);
void launch_normalize_images(const NormalizationImages& shape, const void* x, const void* scale,
                             const void* bias, void* y, Moments* workspace, cudaStream_t stream);

}  // namespace tenon
