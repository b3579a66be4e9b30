#pragma once

#include <cstdint>

namespace tenon {

// A per-element parameter: element i is data[i * step], step 0 or 1.
struct NormalizationParameter {
  const float* data = nullptr;
  int64_t step = 0;
};

struct NormalizationKernels {
  // Mean (0 when `rms`) of n elements and 1 / sqrt(variance + epsilon), the squares taken about
  // the mean.
  void (*statistics)(const float* in, int64_t n, float epsilon, bool rms, float* mean,
                     float* factor);
  // out = (in - mean) * factor * scale + bias over n elements.
  void (*apply)(const float* in, float* out, int64_t n, float mean, float factor,
                NormalizationParameter scale, NormalizationParameter bias);
  // Both, for each of `columns` columns of n elements that are `stride` apart; scale and bias go
  // along the column.
  void (*columns)(const float* in, float* out, int64_t n, int64_t stride, int64_t columns,
                  float epsilon, bool rms, NormalizationParameter scale,
                  NormalizationParameter bias);
};

namespace generic {
extern const NormalizationKernels kNormalizationKernels;
}
namespace avx2 {
extern const NormalizationKernels kNormalizationKernels;
}
namespace avx512 {
extern const NormalizationKernels kNormalizationKernels;
}

}  // namespace tenon
