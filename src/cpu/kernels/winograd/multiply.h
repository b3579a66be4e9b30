#pragma once

// The batched matrix product of Winograd's points, for kernel files (see kernels/vec.h).

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "cpu/kernels/vec.h"
#include "cpu/kernels/winograd/winograd_kernels.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {

// Rows by two vectors of accumulators, the operands besides, fill the 32 registers of AVX-512 and
// the 16 of AVX2.
inline constexpr int kMaxRows = kWidth == 16 ? 14 : 6;

// m[r] (+)= sum over channels of v[r][channel] * u[channel], for kRows tiles and kVectors vectors
// of filters, all in registers.
template <int kRows, int kVectors>
void multiply_rows(const float* v, int64_t block_stride, const float* u, int64_t channels, float* m,
                   bool accumulate) {
  Vec sum[kRows][kVectors];
#pragma GCC unroll 14
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int q = 0; q < kVectors; ++q) {
      sum[r][q] = accumulate ? load(m + (r * kVectors + q) * kWidth) : Vec(0.0F);
    }
  }
  for (; channels > 0; channels -= kWidth, v += block_stride) {
    const int lanes = static_cast<int>(channels < kWidth ? channels : kWidth);
    for (int c = 0; c < lanes; ++c, u += kVectors * kWidth) {
      Vec b[kVectors];
#pragma GCC unroll 2
      for (int q = 0; q < kVectors; ++q) b[q] = load(u + q * kWidth);
#pragma GCC unroll 14
      for (int r = 0; r < kRows; ++r) {
        const Vec a = Vec(v[r * kWidth + c]);
#pragma GCC unroll 2
        for (int q = 0; q < kVectors; ++q) sum[r][q] = fma(a, b[q], sum[r][q]);
      }
    }
  }
#pragma GCC unroll 14
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int q = 0; q < kVectors; ++q) store(m + (r * kVectors + q) * kWidth, sum[r][q]);
  }
}

using MultiplyRows = void (*)(const float*, int64_t, const float*, int64_t, float*, bool);

template <int kVectors, size_t... kRow>
constexpr std::array<MultiplyRows, sizeof...(kRow)> rows_table(std::index_sequence<kRow...>) {
  return {multiply_rows<static_cast<int>(kRow) + 1, kVectors>...};
}

inline constexpr auto kRowKernels = std::array{rows_table<1>(std::make_index_sequence<kMaxRows>()),
                                               rows_table<2>(std::make_index_sequence<kMaxRows>())};

template <int kPoints>
void multiply(const TransformedInput& v, const TransformedWeights& u, int64_t channels,
              int64_t tiles, const Products& m, bool accumulate) {
  const auto& kernels = kRowKernels[static_cast<size_t>(u.vectors - 1)];
  const int64_t groups = (tiles + kMaxRows - 1) / kMaxRows;
  for (int point = 0; point < kPoints; ++point) {
    const float* v_point = v.data + point * v.point_stride;
    const float* u_point = u.data + point * u.point_stride;
    float* m_point = m.data + point * m.point_stride;
    for (int64_t group = 0; group < groups; ++group) {
      const int64_t begin = tiles * group / groups;
      const int64_t rows = tiles * (group + 1) / groups - begin;
      kernels[static_cast<size_t>(rows - 1)](v_point + begin * kWidth, v.block_stride, u_point,
                                             channels, m_point + begin * u.vectors * kWidth,
                                             accumulate);
    }
  }
}

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
