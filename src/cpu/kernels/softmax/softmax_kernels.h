#pragma once

#include <cstdint>

namespace tenon {

struct SoftmaxKernels {
  // Over n elements that lie together; `out` may be `in`.
  void (*row)(const float* in, float* out, int64_t n, bool log);
  // Over rows r < n of each of `columns` columns, `stride` elements apart.
  void (*columns)(const float* in, float* out, int64_t n, int64_t stride, int64_t columns,
                  bool log);
};

namespace generic {
extern const SoftmaxKernels kSoftmaxKernels;
}
namespace avx2 {
extern const SoftmaxKernels kSoftmaxKernels;
}
namespace avx512 {
extern const SoftmaxKernels kSoftmaxKernels;
}

}  // namespace tenon
