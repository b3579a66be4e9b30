#pragma once

#include <cstdint>

namespace tenon {

// One axis of a sliding window.
struct PoolAxis {
  int64_t in = 1;
  int64_t out = 1;
  int64_t window = 1;
  int64_t stride = 1;
  int64_t dilation = 1;
  int64_t pad_begin = 0;
  int64_t pad_end = 0;
};

// A two-dimensional pooling of one plane of positions.
struct PoolShape {
  PoolAxis y;
  PoolAxis x;
  bool count_include_pad = false;
};

// Of window taps, those inside of the input: [first, last), the tap at input position
// begin + tap * dilation.
struct PoolTaps {
  int64_t begin;
  int64_t first;
  int64_t last;
};
PoolTaps pool_taps(const PoolAxis& axis, int64_t out);
// What an average divides by along one axis: taps inside of the input, or of the input and its
// padding.
int64_t pool_count(const PoolAxis& axis, int64_t out, bool include_pad);

struct PoolKernels {
  // Output row `row` of a plane of [positions][block] elements.
  void (*max_row)(const PoolShape& shape, const float* in, float* out, int64_t row, int block);
  void (*average_row)(const PoolShape& shape, const float* in, float* out, int64_t row, int block);
  // The same for a plane of single elements.
  void (*max_linear)(const PoolShape& shape, const float* in, float* out, int64_t row);
  void (*average_linear)(const PoolShape& shape, const float* in, float* out, int64_t row);
};

namespace generic {
extern const PoolKernels kPoolKernels;
}
namespace avx2 {
extern const PoolKernels kPoolKernels;
}
namespace avx512 {
extern const PoolKernels kPoolKernels;
}

}  // namespace tenon
