#pragma once

#include <cstdint>

#include "ops/scalar_fn.h"

namespace tenon {

// Loops over n elements; `out` may be an operand itself. Booleans are 1 and 0.
using UnaryKernel = void (*)(float* out, const float* a, int64_t n, float alpha, float beta);
using BinaryKernel = void (*)(float* out, const float* a, const float* b, int64_t n);

// Which operands of a binary loop are one element for all.
enum class BinaryForm : uint8_t { kBoth, kScalarB, kScalarA };
inline constexpr int kBinaryForms = 3;

struct PointwiseKernels {
  UnaryKernel (*unary)(UnaryFn fn);
  BinaryKernel (*binary)(BinaryFn fn, BinaryForm form);
  // out = condition != 0 ? a : b
  void (*select)(float* out, const float* condition, const float* a, const float* b, int64_t n);
  void (*fill)(float* out, float value, int64_t n);
  // `rows` rows of n elements, row r from base + offsets[r], whose elements are `stride` (0 or 1)
  // apart, put one after another.
  void (*gather_rows)(float* out, const float* base, const int64_t* offsets, int64_t rows,
                      int64_t n, int64_t stride);
  void (*from_bool)(float* out, const uint8_t* in, int64_t n);
  void (*to_bool)(uint8_t* out, const float* in, int64_t n);
};

namespace generic {
extern const PointwiseKernels kPointwiseKernels;
}
namespace avx2 {
extern const PointwiseKernels kPointwiseKernels;
}
namespace avx512 {
extern const PointwiseKernels kPointwiseKernels;
}

}  // namespace tenon
