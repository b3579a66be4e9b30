#pragma once

// The two-dimensional transforms, for kernel files (see kernels/vec.h).

#include <cstdint>

#include "cpu/kernels/vec.h"
#include "cpu/kernels/vec_math.h"
#include "cpu/kernels/winograd/filtering.h"
#include "cpu/kernels/winograd/multiply.h"
#include "cpu/kernels/winograd/winograd_kernels.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {

// Where a tile lies: of the batch, and its row and column of tiles.
struct TilePlace {
  int64_t image, ty, tx;

  TilePlace(const WinogradShape& s, int64_t tile)
      : image(tile / (s.tiles_y * s.tiles_x)),
        ty(tile / s.tiles_x % s.tiles_y),
        tx(tile % s.tiles_x) {}
  void advance(const WinogradShape& s) {
    if (++tx < s.tiles_x) return;
    tx = 0;
    if (++ty < s.tiles_y) return;
    ty = 0;
    ++image;
  }
};

// Vectors of filters between the one that is transformed and the one that is fetched: weights come
// from memory once, too scattered over pages for the processor to foresee.
inline constexpr int kFetchAhead = 12;

template <typename F>
void transform_weights(const float* g, int64_t channels, const TransformedWeights& u) {
  const int step = u.vectors * kWidth;
  for (int64_t i = 0; i < channels * u.vectors; ++i) {
    const float* from = g + i / u.vectors * 9 * step + i % u.vectors * kWidth;
    float* to = u.data + i * kWidth;
    for (int line = 0; line < 9; ++line) {
      __builtin_prefetch(g + (i * 9 + kFetchAhead * 9 + line) * kWidth);
    }
    Vec columns[3][F::kTile];
    for (int x = 0; x < 3; ++x) {
      const Vec column[3] = {load(from + x * step), load(from + (3 + x) * step),
                             load(from + (6 + x) * step)};
      F::weights(column, columns[x]);
    }
#pragma GCC unroll 8
    for (int y = 0; y < F::kTile; ++y) {
      const Vec row[3] = {columns[0][y], columns[1][y], columns[2][y]};
      Vec out[F::kTile];
      F::weights(row, out);
#pragma GCC unroll 8
      for (int x = 0; x < F::kTile; ++x) {
        store(to + (y * F::kTile + x) * u.point_stride, out[x]);
      }
    }
  }
}

// B^T d B of the tile at d, whose rows [y0, y1) and columns [x0, x1) are within the image.
template <typename F, bool kInside>
inline void transform_tile(const float* d, int64_t row_stride, int y0, int y1, int x0, int x1,
                           float* v, int64_t point_stride) {
  constexpr int kTile = F::kTile;
  Vec rows[kTile][kTile];
  for (int y = 0; y < kTile; ++y) {
    const float* from = d + y * row_stride;
    Vec row[kTile];
    if (kInside || (y >= y0 && y < y1)) {
#pragma GCC unroll 8
      for (int x = 0; x < kTile; ++x) {
        row[x] = kInside || (x >= x0 && x < x1) ? load(from + x * kWidth) : Vec(0.0F);
      }
      F::input(row, rows[y]);
    } else {
#pragma GCC unroll 8
      for (int x = 0; x < kTile; ++x) rows[y][x] = Vec(0.0F);
    }
  }
  for (int x = 0; x < kTile; ++x) {
    Vec column[kTile], out[kTile];
#pragma GCC unroll 8
    for (int y = 0; y < kTile; ++y) column[y] = rows[y][x];
    F::input(column, out);
#pragma GCC unroll 8
    for (int y = 0; y < kTile; ++y) store(v + (y * kTile + x) * point_stride, out[y]);
  }
}

// x, at least 0 and at most a tile's side.
inline int within(int64_t x, int side) { return static_cast<int>(x < 0 ? 0 : x < side ? x : side); }

// Fetches what the tile two further on in its row adds to the one before it: a tile reads too few
// bytes of too many rows for the processor to foresee.
template <typename F>
TENON_INLINE void fetch_ahead(const float* d, int64_t row_stride) {
  for (int y = 0; y < F::kTile; ++y) {
#pragma GCC unroll 8
    for (int x = 0; x < F::kOut; ++x) {
      __builtin_prefetch(d + y * row_stride + (2 * F::kOut + 2 + x) * kWidth);
    }
  }
}

template <typename F>
void transform_input(const WinogradShape& s, const float* x, TileRange tiles, int64_t block_begin,
                     int64_t block_end, const TransformedInput& v) {
  const int64_t row_stride = s.width * kWidth;
  for (int64_t block = block_begin; block < block_end; ++block) {
    TilePlace place(s, tiles.begin);
    for (int64_t i = 0; i < tiles.count; ++i, place.advance(s)) {
      const int64_t y = place.ty * F::kOut - s.pad_top;
      const int64_t left = place.tx * F::kOut - s.pad_left;
      const float* d =
          x + place.image * s.in_stride + ((block * s.height + y) * s.width + left) * kWidth;
      float* to = v.data + block * v.block_stride + i * kWidth;
      fetch_ahead<F>(d, row_stride);
      const int y0 = within(-y, F::kTile), y1 = within(s.height - y, F::kTile);
      const int x0 = within(-left, F::kTile);
      const int x1 = within(s.width - left, F::kTile);
      if (y1 - y0 == F::kTile && x1 - x0 == F::kTile) {
        transform_tile<F, true>(d, row_stride, 0, 0, 0, 0, to, v.point_stride);
      } else {
        transform_tile<F, false>(d, row_stride, y0, y1, x0, x1, to, v.point_stride);
      }
    }
  }
}

// A^T M A of one tile and vector of filters to y[row][column][lane].
template <typename F>
inline void untransform_tile(const float* m, int64_t point_stride, float* y) {
  Vec columns[F::kTile][F::kOut];
  for (int x = 0; x < F::kTile; ++x) {
    Vec column[F::kTile];
#pragma GCC unroll 8
    for (int row = 0; row < F::kTile; ++row) {
      column[row] = load(m + (row * F::kTile + x) * point_stride);
    }
    F::output(column, columns[x]);
  }
#pragma GCC unroll 8
  for (int row = 0; row < F::kOut; ++row) {
    Vec points[F::kTile], out[F::kOut];
#pragma GCC unroll 8
    for (int x = 0; x < F::kTile; ++x) points[x] = columns[x][row];
    F::output(points, out);
#pragma GCC unroll 8
    for (int x = 0; x < F::kOut; ++x) store(y + (row * F::kOut + x) * kWidth, out[x]);
  }
}

// Bias, residual, activation and store of one tile's rows x columns that are in the image.
template <typename F>
inline void finish_tile(const OutputTask& task, float* tile, Vec bias, int lanes,
                        const float* residual, float* y, int64_t row_stride, int rows,
                        int columns) {
  for (int row = 0; row < rows; ++row) {
    float* line = tile + row * F::kOut * kWidth;
    for (int column = 0; column < columns; ++column) {
      Vec value = load(line + column * kWidth) + bias;
      if (residual) value = value + load(residual + row * row_stride + column * kWidth);
      value = task.clamps ? clip(value, Vec(task.low), Vec(task.high)) : activate(value, task.act);
      if (lanes < kWidth) value = select(first(lanes), value, Vec(0.0F));
      store(y + row * row_stride + column * kWidth, value);
    }
  }
}

template <typename F>
void transform_output(const WinogradShape& s, const Products& m, TileRange tiles,
                      const OutputTask& task) {
  const int64_t row_stride = s.out_width * kWidth;
  const int64_t block_stride = s.out_height * row_stride;
  for (int q = 0; q < task.vectors; ++q) {
    const Vec bias = load(task.bias + q * kWidth);
    const int lanes = q + 1 < task.vectors ? kWidth : task.last_lanes;
    TilePlace place(s, tiles.begin);
    for (int64_t i = 0; i < tiles.count; ++i, place.advance(s)) {
      const int64_t top = place.ty * F::kOut, left = place.tx * F::kOut;
      const int64_t at = q * block_stride + top * row_stride + left * kWidth;
      alignas(64) float tile[F::kOut * F::kOut * kWidth];
      untransform_tile<F>(m.data + (i * task.vectors + q) * kWidth, m.point_stride, tile);
      const float* residual =
          task.residual ? task.residual + place.image * s.residual_stride + at : nullptr;
      finish_tile<F>(task, tile, bias, lanes, residual, task.y + place.image * s.out_stride + at,
                     row_stride, within(s.out_height - top, F::kOut),
                     within(s.out_width - left, F::kOut));
    }
  }
}

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
