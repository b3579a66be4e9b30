#include <cstdint>

#include "cpu/kernels/matmul/matmul_kernels.h"
#include "cpu/kernels/vec_math.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {
namespace {

// A panel is two vectors wide.
constexpr int kVectors = 2;
constexpr int kPanel = kVectors * kWidth;
// Multiply-adds in flight that hide their latency; short tiles sum several k side by side.
constexpr int kChains = 8;

template <int Rows>
constexpr int kSplit = Rows* kVectors >= kChains ? 1 : kChains / (Rows * kVectors);

struct PanelMasks {
  Mask part[kVectors];
};
TENON_INLINE PanelMasks panel_masks(int columns) {
  PanelMasks masks;
  for (int v = 0; v < kVectors; ++v) {
    const int rest = columns - v * kWidth;
    masks.part[v] = first(rest < 0 ? 0 : rest < kWidth ? rest : kWidth);
  }
  return masks;
}

// Rows r .. r+2 of four groups are addressed from one pointer each: a row's address is a base and
// a multiple of the row stride that an instruction can hold.
template <int Rows>
struct RowPointers {
  static constexpr int kGroups = (Rows + 2) / 3;
  const float* base[kGroups];
  int64_t row;
  TENON_INLINE RowPointers(const float* a, int64_t a_row) : row(a_row) {
    for (int g = 0; g < kGroups; ++g) base[g] = a + 3 * g * a_row;
  }
  TENON_INLINE float at(int r, int64_t k) const { return base[r / 3][r % 3 * row + k]; }
  TENON_INLINE void advance(int64_t step) {
    for (int g = 0; g < kGroups; ++g) base[g] += step;
  }
};

template <int Rows, bool Whole>
TENON_INLINE void multiply(const MatMulTile& t, const PanelMasks& masks,
                           Vec (&acc)[Rows][kVectors]) {
  constexpr int kParts = kSplit<Rows>;
  Vec sums[kParts][Rows][kVectors];
#pragma GCC unroll 8
  for (int s = 0; s < kParts; ++s) {
#pragma GCC unroll 12
    for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) sums[s][r][v] = Vec(0.0F);
    }
  }
  RowPointers<Rows> a(t.a, t.a_row);
  const float* b = t.b;
  const int64_t step = t.a_column;
  int64_t k = 0;
  for (; k + kParts <= t.depth; k += kParts) {
#pragma GCC unroll 8
    for (int s = 0; s < kParts; ++s) {
      Vec columns[kVectors];
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) {
        columns[v] = Whole ? load(b + v * kWidth) : load(b + v * kWidth, masks.part[v]);
      }
#pragma GCC unroll 12
      for (int r = 0; r < Rows; ++r) {
        const Vec x(a.at(r, 0));
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) sums[s][r][v] = fma(x, columns[v], sums[s][r][v]);
      }
      a.advance(step);
      b += t.b_row;
    }
  }
  for (; k < t.depth; ++k, a.advance(step), b += t.b_row) {
    for (int r = 0; r < Rows; ++r) {
      const Vec x(a.at(r, 0));
      for (int v = 0; v < kVectors; ++v) {
        const Vec y = Whole ? load(b + v * kWidth) : load(b + v * kWidth, masks.part[v]);
        sums[0][r][v] = fma(x, y, sums[0][r][v]);
      }
    }
  }
#pragma GCC unroll 12
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      Vec sum = sums[0][r][v];
#pragma GCC unroll 8
      for (int s = 1; s < kParts; ++s) sum = sum + sums[s][r][v];
      acc[r][v] = sum;
    }
  }
}

TENON_INLINE Vec finished(const MatMulTile& t, Vec sum, int row, int column, Mask mask) {
  if (t.alpha != 1) sum = sum * Vec(t.alpha);
  if (t.bias != nullptr) {
    const float* bias = t.bias + row * t.bias_row;
    sum = sum + (t.bias_column == 0 ? Vec(*bias) : load(bias + column, mask));
  }
  if (t.residual != nullptr) sum = sum + load(t.residual + row * t.c_row + column, mask);
  return sum;
}

// Activations over what a tile has just written: several vectors in flight, no accumulators in the
// way.
[[gnu::noinline]] void activate_tile(const MatMulTile& t, const PanelMasks& masks, int rows) {
  const auto over = [&](auto&& fn) {
    for (int r = 0; r < rows; ++r) {
      for (int v = 0; v < kVectors; ++v) {
        float* c = t.c + r * t.c_row + v * kWidth;
        store(c, fn(load(c, masks.part[v])), masks.part[v]);
      }
    }
  };
  const Activation act = t.act;
  const bool done = visit_vectorised(act.fn, [&](auto fn) {
    over([&](Vec x) { return activate<decltype(fn)::value>(x, act.alpha, act.beta); });
  });
  if (!done) over([&](Vec x) { return apply_lanes(act.fn, x, act.alpha, act.beta); });
}

template <int Rows>
void tile(const MatMulTile& t) {
  const PanelMasks masks = panel_masks(t.columns);
  Vec acc[Rows][kVectors];
  if (t.whole_panel) {
    multiply<Rows, true>(t, masks, acc);
  } else {
    multiply<Rows, false>(t, masks, acc);
  }
#pragma GCC unroll 12
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      float* c = t.c + r * t.c_row + v * kWidth;
      Vec sum = acc[r][v];
      if (t.accumulate) sum = sum + load(c, masks.part[v]);
      if (t.last) sum = finished(t, sum, r, v * kWidth, masks.part[v]);
      store(c, sum, masks.part[v]);
    }
  }
  if (t.last && t.act.fn != UnaryFn::kIdentity) activate_tile(t, masks, Rows);
}

#if defined(TENON_KERNEL_AVX512) && defined(__x86_64__)
constexpr int kRows = 12;
#elif defined(TENON_KERNEL_AVX2) && defined(__x86_64__)
constexpr int kRows = 6;
#else
constexpr int kRows = 2;
#endif

}  // namespace

extern const MatMulKernels kMatMulKernels{
    kPanel,
    kRows,
    {tile < kRows == 12 ? 12 : 1 >, tile<kRows >= 8 ? 8 : 1>, tile<kRows >= 6 ? 6 : 1>,
     tile<kRows >= 4 ? 4 : 1>, tile<2>, tile<1>}};

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
