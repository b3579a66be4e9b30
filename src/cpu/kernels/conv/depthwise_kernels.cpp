#include "cpu/kernels/conv/depthwise_kernels.h"

#include <utility>

#include "cpu/kernels/vec.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {
extern const DepthwiseKernels kDepthwiseKernels;

#if defined(TENON_KERNEL_GENERIC)
const DepthwiseKernels kDepthwiseKernels{};
#else
namespace {

template <int kPixels>
TENON_INLINE void finish(const DepthwiseGeometry& g, const DepthwiseStrip& t, Vec (&sum)[kPixels]) {
  const Vec low(g.low);
  const Vec high(g.high);
  const float* residual = t.residual;
  float* y = t.y;
  if (residual != nullptr) {
#pragma GCC unroll 16
    for (int p = 0; p < kPixels; ++p) sum[p] = sum[p] + load(residual + p * kWidth);
  }
#pragma GCC unroll 16
  for (int p = 0; p < kPixels; ++p) store(y + p * kWidth, max(low, min(high, sum[p])));
}

// Each input column of a kernel row is loaded once and used by every pixel that has a tap there.
template <int kTaps, int kStride, int kPixels>
void specialised(const DepthwiseGeometry& g, const DepthwiseStrip& t) {
  constexpr int kColumns = (kPixels - 1) * kStride + kTaps;
  constexpr int kHalf = kTaps / 2;
  const int left = -t.column;            // the first column inside of the image
  const int right = g.width - t.column;  // the first one behind it
  Vec sum[kPixels];
#pragma GCC unroll 16
  for (int p = 0; p < kPixels; ++p) sum[p] = load(t.bias);
  const float* x = t.x;
  const float* weights = t.w;
  for (int r = 0; r < t.kernel_rows; ++r) {
    Vec w[kTaps];
#pragma GCC unroll 8
    for (int k = 0; k < kTaps; ++k) w[k] = load(weights + k * kWidth);
#pragma GCC unroll 32
    for (int j = 0; j < kColumns; ++j) {
      if (j < kHalf && j < left) continue;
      if (j >= kColumns - kHalf && j >= right) continue;
      Vec value = load(x + j * kWidth);
      asm("" : "+v"(value.v));  // loaded once, not anew for every tap
#pragma GCC unroll 8
      for (int k = 0; k < kTaps; ++k) {
        const int p = (j - k) / kStride;
        if (j >= k && p < kPixels && p * kStride + k == j) sum[p] = fma(value, w[k], sum[p]);
      }
    }
    x += g.x_row;
    weights += kTaps * kWidth;
  }
  finish<kPixels>(g, t, sum);
}

template <int kPixels>
void any(const DepthwiseGeometry& g, const DepthwiseStrip& t) {
  Vec sum[kPixels];
#pragma GCC unroll 16
  for (int p = 0; p < kPixels; ++p) sum[p] = load(t.bias);
  for (int r = 0; r < t.kernel_rows; ++r) {
    for (int k = 0; k < g.kernel_width; ++k) {
      const Vec w = load(t.w + (r * g.kernel_width + k) * kWidth);
      const float* x = t.x + r * g.x_row + k * g.x_tap;
      int column = t.column + k * g.dilation;
#pragma GCC unroll 16
      for (int p = 0; p < kPixels; ++p) {
        if (column >= 0 && column < g.width) sum[p] = fma(load(x), w, sum[p]);
        column += g.stride;
        x += g.x_pixel;
      }
    }
  }
  finish<kPixels>(g, t, sum);
}

template <int... P>
constexpr void fill(DepthwiseKernels& k, std::integer_sequence<int, P...>) {
  ((k.specialised[0][0][P] = specialised<3, 1, P + 1>), ...);
  ((k.specialised[0][1][P] = specialised<3, 2, P + 1>), ...);
  ((k.specialised[1][0][P] = specialised<5, 1, P + 1>), ...);
  ((k.specialised[1][1][P] = specialised<5, 2, P + 1>), ...);
  ((k.any[P] = any<P + 1>), ...);
}

}  // namespace

constinit const DepthwiseKernels kDepthwiseKernels = [] {
  DepthwiseKernels k{};
  k.width = kWidth;
  fill(k, std::make_integer_sequence<int, kDepthwiseMaxPixels>());
  return k;
}();
#endif

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
