#pragma once

#include <cstdint>

#include "ops/scalar_fn.h"

namespace tenon {

// One of the two layers of squeeze and excitation for one image.
struct SqueezeLayer {
  const float* weights;  // [rows][pitch]
  const float* bias;
  int64_t rows, pitch;  // the pitch is a multiple of 16, with zeros behind the columns
  Activation act;
};

struct SqueezeKernels {
  // x[pixels][block] summed up over the pixels, to sums[block].
  void (*sum)(const float* x, int64_t pixels, int block, float* sums);
  // Each row of the weights times `from`, which has zeros up to the pitch.
  void (*rows)(const SqueezeLayer& layer, const float* from, float* to);
  // The sum of the rows times one number of `from` each; fills `to` up to the pitch.
  void (*columns)(const SqueezeLayer& layer, const float* from, float* to);
  // y[pixels][block] = x * gates[block]
  void (*scale)(const float* x, const float* gates, int64_t pixels, int block, float* y);
};

namespace generic {
extern const SqueezeKernels kSqueezeKernels;
}
namespace avx2 {
extern const SqueezeKernels kSqueezeKernels;
}
namespace avx512 {
extern const SqueezeKernels kSqueezeKernels;
}

}  // namespace tenon
