#pragma once

#include "ops/scalar_fn.h"

namespace tenon {

struct VecMathKernels {
  int width;
  void (*activate)(const Activation& act, const float* in, float* out, int n);
  void (*reduce)(const float* in, float* out);  // `width` elements; sum, largest, smallest
};

namespace generic {
extern const VecMathKernels kVecMathKernels;
}
namespace avx2 {
extern const VecMathKernels kVecMathKernels;
}
namespace avx512 {
extern const VecMathKernels kVecMathKernels;
}

}  // namespace tenon
