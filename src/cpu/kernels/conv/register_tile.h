#pragma once

// The inner product that convolution kernels share; included by kernel files after vec.h.
//
// A tile is kBlocks blocks of kWidth output channels by kPixels output pixels, held in registers.
// Each step broadcasts one input value per pixel and multiplies it with the weights of all the
// tile's channels. Tiles with few accumulators keep several partial sums apart (chains), since a
// multiply-add takes four cycles until its sum can be added to again.

#include <utility>

#include "cpu/kernels/vec.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {

template <int kBlocks, int kPixels, int kChains>
struct RegisterTile {
  Vec sum[kChains][kBlocks][kPixels];

  // Starts the sums from a bias a channel: bias[kBlocks][kWidth].
  TENON_INLINE void start(const float* bias) {
#pragma GCC unroll 4
    for (int b = 0; b < kBlocks; ++b) {
      const Vec first = load(bias + b * kWidth);
#pragma GCC unroll 32
      for (int p = 0; p < kPixels; ++p) {
        sum[0][b][p] = first;
#pragma GCC unroll 4
        for (int c = 1; c < kChains; ++c) sum[c][b][p] = Vec(0.0F);
      }
    }
  }

  // sum[b][p] += x[p * pixel + i] * w[i][b] for i < steps, a multiple of kUnroll, and pixels kFrom
  // to kTo. w[steps][kBlocks][kWidth].
  template <int kUnroll, int kFrom = 0, int kTo = kPixels>
  TENON_INLINE void multiply(const float* x, int64_t pixel, const float* w, int steps) {
    for (int i = 0; i < steps; i += kUnroll) {
#pragma GCC unroll 8
      for (int u = 0; u < kUnroll; ++u) {
        Vec weights[kBlocks];
#pragma GCC unroll 4
        for (int b = 0; b < kBlocks; ++b) weights[b] = load(w + (u * kBlocks + b) * kWidth);
#pragma GCC unroll 32
        for (int p = kFrom; p < kTo; ++p) {
          const Vec value(x[p * pixel + u]);
#pragma GCC unroll 4
          for (int b = 0; b < kBlocks; ++b) {
            Vec& s = sum[u % kChains][b][p];
            s = fma(value, weights[b], s);
          }
        }
        // Steps of overlapping pixels read the same values: forget them, registers are scarcer
        // than loads.
        asm("" : "+r"(x));
      }
      x += kUnroll;
      w += kUnroll * kBlocks * kWidth;
    }
  }

  // The same for pixels from .. to of any range: slower, for the edges of an image.
  TENON_INLINE void multiply_range(const float* x, int64_t pixel, const float* w, int steps,
                                   int from, int to) {
#pragma GCC unroll 32
    for (int p = 0; p < kPixels; ++p) {
      if (p < from || p >= to) continue;
      for (int i = 0; i < steps; ++i) {
        const Vec value(x[p * pixel + i]);
#pragma GCC unroll 4
        for (int b = 0; b < kBlocks; ++b) {
          sum[0][b][p] = fma(value, load(w + (i * kBlocks + b) * kWidth), sum[0][b][p]);
        }
      }
    }
  }

  // y = clamp(sums + residual, low, high); blocks lie `block` floats apart, pixels kWidth.
  TENON_INLINE void finish(float* y, const float* residual, int64_t block, float low, float high) {
    const Vec lowest(low);
    const Vec highest(high);
#pragma GCC unroll 4
    for (int b = 0; b < kBlocks; ++b) {
#pragma GCC unroll 32
      for (int p = 0; p < kPixels; ++p) {
        Vec v = sum[0][b][p];
#pragma GCC unroll 4
        for (int c = 1; c < kChains; ++c) v = v + sum[c][b][p];
        if (residual != nullptr) v = v + load(residual + b * block + p * kWidth);
        store(y + b * block + p * kWidth, max(lowest, min(highest, v)));
      }
    }
  }
};

// Chains that keep the multiply-add units busy with so many accumulators a step.
constexpr int chains_for(int accumulators) {
  return accumulators >= 8 ? 1 : accumulators >= 4 ? 2 : 4;
}

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
