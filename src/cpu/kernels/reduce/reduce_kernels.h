#pragma once

#include <cstdint>

#include "ops/reduce.h"

namespace tenon {

// Sums, products, extremes, sums of squares and of magnitudes. Means and roots are made of sums
// afterwards; kLogSumExp has no kernel.
struct ReduceKernels {
  // The rows of n elements at base + offsets[r], all folded into one number, from `start` on.
  float (*fold)(ReduceKind kind, const float* base, const int64_t* offsets, int64_t rows, int64_t n,
                float start);
  // Those rows folded element by element into acc[0..n).
  void (*fold_lanes)(ReduceKind kind, const float* base, const int64_t* offsets, int64_t rows,
                     float* acc, int64_t n);
};

// What a fold starts from.
float reduce_start(ReduceKind kind);

namespace generic {
extern const ReduceKernels kReduceKernels;
}
namespace avx2 {
extern const ReduceKernels kReduceKernels;
}
namespace avx512 {
extern const ReduceKernels kReduceKernels;
}

}  // namespace tenon
