#include "cpu/kernels/deconv/deconv_kernels.h"

#include <array>
#include <cstddef>
#include <utility>

#include "cpu/kernels/vec.h"
#include "cpu/kernels/vec_math.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {

// Pixels whose sums for two vectors of filters fit in registers.
inline constexpr int kDeconvPixels = kWidth == 16 ? 14 : 6;

// sum[r][q] += sum over channels of x[r][channel] * w[channel][q]
template <int kPixels, int kVectors>
TENON_INLINE void add_product(const float* x, int64_t block_stride, const float* w,
                              int64_t channels, Vec (&sum)[kPixels][kVectors]) {
  for (; channels > 0; channels -= kWidth, x += block_stride) {
    const int lanes = static_cast<int>(channels < kWidth ? channels : kWidth);
    for (int c = 0; c < lanes; ++c, w += kVectors * kWidth) {
      Vec b[kVectors];
#pragma GCC unroll 2
      for (int q = 0; q < kVectors; ++q) b[q] = load(w + q * kWidth);
#pragma GCC unroll 14
      for (int r = 0; r < kPixels; ++r) {
        const Vec a(x[r * kWidth + c]);
#pragma GCC unroll 2
        for (int q = 0; q < kVectors; ++q) sum[r][q] = fma(a, b[q], sum[r][q]);
      }
    }
  }
}

// kPixels output columns from j on.
template <int kPixels, int kVectors>
void deconv_pixels(const DeconvChunk& c, const DeconvRun& run, int64_t j) {
  Vec sum[kPixels][kVectors];
#pragma GCC unroll 14
  for (int r = 0; r < kPixels; ++r) {
#pragma GCC unroll 2
    for (int q = 0; q < kVectors; ++q) sum[r][q] = load(c.bias + q * kWidth);
  }
  const int64_t tap_stride = c.channels * kVectors * kWidth;
  for (const DeconvTap& row : run.rows) {
    for (const DeconvTap& column : run.columns) {
      const float* x = c.x + row.input * c.row_stride + (j + column.input) * kWidth;
      const int64_t tap = row.kernel * c.kernel_columns + column.kernel;
      add_product(x, c.block_stride, c.weights + tap * tap_stride, c.channels, sum);
    }
  }
  float* y = run.y + j * c.out_step;
#pragma GCC unroll 2
  for (int q = 0; q < kVectors; ++q) {
    const Mask kept = first(q + 1 < kVectors ? kWidth : c.last_lanes);
#pragma GCC unroll 14
    for (int r = 0; r < kPixels; ++r) {
      const Vec value = activate(sum[r][q], c.act);
      store(y + r * c.out_step + q * c.out_block_stride, select(kept, value, Vec(0.0F)));
    }
  }
}

using DeconvPixels = void (*)(const DeconvChunk&, const DeconvRun&, int64_t);

template <int kVectors, size_t... kLess>
constexpr std::array<DeconvPixels, sizeof...(kLess)> pixels_table(std::index_sequence<kLess...>) {
  return {deconv_pixels<static_cast<int>(kLess) + 1, kVectors>...};
}

inline constexpr auto kPixelKernels =
    std::array{pixels_table<1>(std::make_index_sequence<kDeconvPixels>()),
               pixels_table<2>(std::make_index_sequence<kDeconvPixels>())};

static void deconv_run(const DeconvChunk& chunk, const DeconvRun& run) {
  const auto& kernels = kPixelKernels[static_cast<size_t>(chunk.vectors - 1)];
  const int64_t count = run.end - run.begin;
  const int64_t groups = (count + kDeconvPixels - 1) / kDeconvPixels;
  for (int64_t group = 0; group < groups; ++group) {
    const int64_t begin = count * group / groups;
    const int64_t pixels = count * (group + 1) / groups - begin;
    kernels[static_cast<size_t>(pixels - 1)](chunk, run, run.begin + begin);
  }
}

const DeconvKernels kDeconv{kWidth, deconv_run};

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
