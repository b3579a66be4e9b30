#include <cstdint>

#include "cpu/kernels/resize/resize_kernels.h"
#include "cpu/kernels/vec.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {
namespace {

void copy_row(const ResizeAxis& x, const float* in, float* out, int block) {
  for (int64_t o = 0; o < x.out; ++o) {
    const float* from = in + x.places[o] * block;
    for (int lane = 0; lane < block; lane += kWidth) {
      const Mask mask = first(block - lane < kWidth ? block - lane : kWidth);
      store(out + o * block + lane, load(from + lane, mask), mask);
    }
  }
}

void blocked_row(const ResizeAxis& y, const ResizeAxis& x, const float* in, float* out, int64_t row,
                 int block) {
  const int64_t* rows = y.places + row * y.taps;
  const float* row_weights = y.weights + row * y.taps;
  if (y.taps == 1 && x.taps == 1) return copy_row(x, in + rows[0] * x.in * block, out, block);
  for (int lane = 0; lane < block; lane += kWidth) {
    const Mask mask = first(block - lane < kWidth ? block - lane : kWidth);
    for (int64_t o = 0; o < x.out; ++o) {
      Vec sum(0.0F);
      for (int ty = 0; ty < y.taps; ++ty) {
        const float* line = in + rows[ty] * x.in * block + lane;
        Vec across(0.0F);
        for (int tx = 0; tx < x.taps; ++tx) {
          const int64_t t = o * x.taps + tx;
          across = fma(Vec(x.weights[t]), load(line + x.places[t] * block, mask), across);
        }
        sum = fma(Vec(row_weights[ty]), across, sum);
      }
      store(out + o * block + lane, sum, mask);
    }
  }
}

// The row's input rows summed with their weights, element by element.
const float* blend_rows(const ResizeAxis& y, const ResizeAxis& x, const float* in, int64_t row,
                        float* blended) {
  const int64_t* rows = y.places + row * y.taps;
  if (y.taps == 1) return in + rows[0] * x.in;
  const float* weights = y.weights + row * y.taps;
  for (int64_t i = 0; i < x.in; i += kWidth) {
    const Mask mask = first(static_cast<int>(x.in - i < kWidth ? x.in - i : kWidth));
    Vec sum(0.0F);
    for (int t = 0; t < y.taps; ++t) {
      sum = fma(Vec(weights[t]), load(in + rows[t] * x.in + i, mask), sum);
    }
    store(blended + i, sum, mask);
  }
  return blended;
}

void linear_row(const ResizeAxis& y, const ResizeAxis& x, const float* in, float* out,
                int64_t row) {
  float blended[kMaxResizeRow];
  const float* line = blend_rows(y, x, in, row, blended);
  if (x.taps == 1) {
    for (int64_t o = 0; o < x.out; ++o) out[o] = line[x.places[o]];
    return;
  }
  if (x.taps == 2) {
    for (int64_t o = 0; o < x.out; ++o) {
      out[o] = x.weights[2 * o] * line[x.places[2 * o]] +
               x.weights[2 * o + 1] * line[x.places[2 * o + 1]];
    }
    return;
  }
  for (int64_t o = 0; o < x.out; ++o) {
    float sum = 0;
    for (int t = 0; t < x.taps; ++t) {
      sum += x.weights[o * x.taps + t] * line[x.places[o * x.taps + t]];
    }
    out[o] = sum;
  }
}

}  // namespace

extern const ResizeKernels kResizeKernels{blocked_row, linear_row};

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
