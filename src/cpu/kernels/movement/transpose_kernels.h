#pragma once

#include <cstdint>

namespace tenon {

struct TransposeKernels {
  // out[c * out_stride + r] = in[r * in_stride + c] for r < rows, c < columns.
  void (*transpose)(const float* in, int64_t in_stride, float* out, int64_t out_stride,
                    int64_t rows, int64_t columns);
  // Rows of `width` elements, each followed by zeros up to `padded` elements.
  void (*copy_rows)(const float* in, int64_t in_stride, float* out, int64_t out_stride,
                    int64_t rows, int64_t width, int64_t padded);
};

namespace generic {
extern const TransposeKernels kTransposeKernels;
}
namespace avx2 {
extern const TransposeKernels kTransposeKernels;
}
namespace avx512 {
extern const TransposeKernels kTransposeKernels;
}

const TransposeKernels& transpose_kernels();

}  // namespace tenon
