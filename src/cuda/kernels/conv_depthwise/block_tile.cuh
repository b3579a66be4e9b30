#pragma once

#include "cuda/kernels/conv_depthwise/conv_depthwise_params.h"

namespace tenon {

// kGroup: steps of depth whose part of x a lane has under way at once.
template <typename T, int kChunk, int kVector, int kPixels, int kThreads, int kBlocks, int kGroup>
struct DepthwiseShape {
  using Element = T;
  static constexpr int chunk = kChunk;
  static constexpr int vector = kVector;
  static constexpr int pixels = kPixels;
  static constexpr int threads = kThreads;
  static constexpr int blocks_at_once = kBlocks;  // on a multiprocessor, at least
  static constexpr int group = kGroup;
  static constexpr int pairs = kChunk / 16;  // of tiles of 8 columns
  // Sums for steps in turn where there are few: products need not wait for one another so long.
  static constexpr int sets = pairs == 1 ? 2 : 1;
  static constexpr int vectors = kChunk / kVector;
};

// What of y a block makes, and what of the expansion it needs for that.
struct TileOfBlock {
  int chunk, image;
  int first_row, first_column;  // of y
  int rows, columns;            // of y, inside
  // The part of the patch that lies in the image; around it is padding.
  int begin_row, begin_column, inside_columns;
  int count;         // pixels of it
  int first_inside;  // the first one among those of all images

  template <int kKernel, int kStride>
  __device__ static TileOfBlock of(const ConvDepthwiseParams& p) {
    TileOfBlock t;
    int across, down;
    const int rest = p.by_chunks.divide(static_cast<int>(blockIdx.x), t.chunk);
    t.image = p.by_tiles_down.divide(p.by_tiles_across.divide(rest, across), down);
    t.first_row = down * p.tile_rows;
    t.first_column = across * p.tile_columns;
    t.rows = min(p.tile_rows, p.out_height - t.first_row);
    t.columns = min(p.tile_columns, p.out_width - t.first_column);
    const int top = t.first_row * kStride - p.pad_top;  // of the patch in the image
    const int left = t.first_column * kStride - p.pad_left;
    t.begin_row = max(0, -top);
    t.begin_column = max(0, -left);
    const int end_row = min((t.rows - 1) * kStride + kKernel, p.height - top);
    const int end_column = min((t.columns - 1) * kStride + kKernel, p.width - left);
    t.inside_columns = max(0, end_column - t.begin_column);
    t.count = max(0, end_row - t.begin_row) * t.inside_columns;
    t.first_inside = (t.image * p.height + top + t.begin_row) * p.width + left + t.begin_column;
    return t;
  }
  template <int kKernel, int kStride>
  __device__ bool has_padding() const {
    return count < ((rows - 1) * kStride + kKernel) * ((columns - 1) * kStride + kKernel);
  }
};

// Where a column of the patch lies in its row: at a stride of 2 the even ones first, so that
// neighbouring pixels of y see neighbouring places.
template <int kStride>
__device__ inline int patch_place(const ConvDepthwiseParams& p, int column) {
  return kStride == 1 ? column : (column >> 1) + (column & 1) * p.odd_columns;
}
// The place of the column that is `further` columns behind the first one of pixel `pixel` of y.
template <int kStride>
__device__ inline int window_place(const ConvDepthwiseParams& p, int pixel, int further) {
  return kStride == 1 ? pixel + further : pixel + further / 2 + further % 2 * p.odd_columns;
}

}  // namespace tenon
