#pragma once

#include <cstdint>

namespace tenon {

// The first element of a line in FP32, in the order of the op TopK.
struct FirstKernels {
  // The place in a row of n elements, 0 < n.
  int64_t (*row)(const float* x, int64_t n, bool largest, bool last_first);
  // The values and places in `columns` neighbouring columns of n elements that are `step` apart,
  // 0 < n <= kMostPlaces.
  void (*columns)(const float* x, int64_t n, int64_t step, int64_t columns, bool largest,
                  bool last_first, float* values, float* places);
};

// As many as FP32 counts exactly.
constexpr int64_t kMostPlaces = int64_t{1} << 24;

namespace generic {
extern const FirstKernels kFirstKernels;
}
namespace avx2 {
extern const FirstKernels kFirstKernels;
}
namespace avx512 {
extern const FirstKernels kFirstKernels;
}

}  // namespace tenon
