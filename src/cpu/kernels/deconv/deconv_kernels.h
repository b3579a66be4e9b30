#pragma once

#include <cstdint>
#include <span>

#include "ops/scalar_fn.h"

namespace tenon {

// Transposed convolution as gathered matrix products. Output columns ox = r + j * stride with the
// same remainder r ("phase") take the same kernel columns, from input columns that are j plus a
// constant; so a run of such columns is a product of consecutive input pixels with the weights of
// each kernel row and column ("tap") that reaches it, summed in registers.

// One kernel row or column and where it reads: the input row, or what is added to j.
struct DeconvTap {
  int64_t kernel = 0;
  int64_t input = 0;
};

// What is constant over a chunk of filters (one or two vectors) of one image. Strides in floats.
struct DeconvChunk {
  const float* x = nullptr;
  int64_t row_stride = 0, block_stride = 0;
  int64_t channels = 0;
  const float* weights = nullptr;  // [kernel row][kernel column][channel][vector][lane]
  int64_t kernel_columns = 0;
  const float* bias = nullptr;  // [vector][lane]
  int64_t out_step = 0;         // from one j to the next
  int64_t out_block_stride = 0;
  int vectors = 0;
  int last_lanes = 0;  // filters in the last vector; the rest of y is set to zero
  Activation act;
};

// Output columns [begin, end) of one row and phase, numbered by j, which `columns` reach all.
struct DeconvRun {
  std::span<const DeconvTap> rows;
  std::span<const DeconvTap> columns;
  int64_t begin = 0, end = 0;
  float* y = nullptr;  // where j = 0 would be
};

struct DeconvKernels {
  int lanes;
  void (*run)(const DeconvChunk& chunk, const DeconvRun& run);
};

namespace avx512 {
extern const DeconvKernels kDeconv;
}
namespace avx2 {
extern const DeconvKernels kDeconv;
}
namespace generic {
extern const DeconvKernels kDeconv;
}

}  // namespace tenon
