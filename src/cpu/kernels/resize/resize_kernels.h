#pragma once

#include <cstdint>

namespace tenon {

// One axis of a resize: output place o is the sum over t < taps of weights[o * taps + t] times the
// input at places[o * taps + t].
struct ResizeAxis {
  int64_t in = 1;
  int64_t out = 1;
  int taps = 1;
  const int64_t* places = nullptr;
  const float* weights = nullptr;
};

// The widest row of a plane of single elements that the kernels take.
inline constexpr int64_t kMaxResizeRow = 8192;

struct ResizeKernels {
  // Output row `row` of a plane of [y][x][block] elements, block > 1.
  void (*blocked_row)(const ResizeAxis& y, const ResizeAxis& x, const float* in, float* out,
                      int64_t row, int block);
  // The same of single elements, y.in * x.in of them, x.in at most kMaxResizeRow.
  void (*linear_row)(const ResizeAxis& y, const ResizeAxis& x, const float* in, float* out,
                     int64_t row);
};

namespace generic {
extern const ResizeKernels kResizeKernels;
}
namespace avx2 {
extern const ResizeKernels kResizeKernels;
}
namespace avx512 {
extern const ResizeKernels kResizeKernels;
}

}  // namespace tenon
