#pragma once

#include "cuda/kernels/inverted_residual/residual_products.cuh"

namespace tenon {

// What a block computes and where in x it looks. The region's pixel (0, 0) is x's (top, left); the
// part of it from `first` to `end` lies in the image.
struct ResidualTile {
  int image, out_row, out_column;
  int top, left;
  int first_row, end_row, first_column, end_column;

  __device__ ResidualTile(const InvertedResidualParams& p, int stride) {
    int band, column_tile;
    const int rest = p.by_column_tiles.divide(static_cast<int>(blockIdx.x), column_tile);
    image = p.by_bands.divide(rest, band);
    out_row = band * p.tile_rows;
    out_column = column_tile * p.tile_groups * 8;
    top = out_row * stride - p.pad_top;
    left = out_column * stride - p.pad_left;
    const int out_end = min(out_row + p.tile_rows, p.out_height);
    first_row = max(0, -top);
    end_row = max(first_row, min((out_end - 1) * stride + 3 - p.pad_top, p.height) - top);
    first_column = max(0, -left);
    end_column = max(first_column, min(p.region_columns, p.width - left));
  }
  __device__ int columns() const { return end_column - first_column; }
  __device__ int rows() const { return end_row - first_row; }
  __device__ int pixels() const { return rows() * columns(); }
  __device__ bool in_image(int row, int column) const {
    return row >= first_row && row < end_row && column >= first_column && column < end_column;
  }
};

// Where the region's pixel lies. With stride 2 columns of even numbers come first, so that windows'
// neighbours are neighbours in memory.
template <int kStride>
__device__ inline int region_place(const InvertedResidualParams& p, int row, int column) {
  const int place = kStride == 1 ? column : column / 2 + column % 2 * p.odd_columns;
  return row * p.region_row_bytes + place * kResidualPitch;
}

__device__ inline int warp_of_block() { return static_cast<int>(threadIdx.x) / 32; }
__device__ inline int warps_of_block() { return static_cast<int>(blockDim.x) / 32; }
__device__ inline int lane_of_warp() { return static_cast<int>(threadIdx.x) % 32; }

// The pixels' places in the region, for whole rows of 16; those beyond the last go behind it.
template <int kStride>
__device__ inline void list_places(const InvertedResidualParams& p, const ResidualTile& tile,
                                   char* memory) {
  int* places = reinterpret_cast<int*>(memory + p.places);
  const int columns = tile.columns(), pixels = tile.pixels();
  for (int row = warp_of_block(); row < tile.rows(); row += warps_of_block()) {
    for (int column = lane_of_warp(); column < columns; column += 32) {
      places[row * columns + column] =
          region_place<kStride>(p, tile.first_row + row, tile.first_column + column);
    }
  }
  if (pixels + static_cast<int>(threadIdx.x) < (pixels + 15) / 16 * 16) {
    places[pixels + threadIdx.x] = p.region_rows * p.region_row_bytes;
  }
}

// Zeros where the region is not in the image: padding comes after the activation.
template <int kStride>
__device__ inline void clear_borders(const InvertedResidualParams& p, const ResidualTile& tile,
                                     char* memory) {
  for (int row = warp_of_block(); row < p.region_rows; row += warps_of_block()) {
    for (int column = lane_of_warp(); column < p.region_columns; column += 32) {
      if (tile.in_image(row, column)) continue;
      auto* at = reinterpret_cast<uint4*>(memory + region_place<kStride>(p, row, column));
#pragma unroll
      for (int piece = 0; piece < kResidualChunk / 8; ++piece) at[piece] = uint4{};
    }
  }
}

// The first of the pixels that the block reads.
template <typename T>
__device__ inline const T* first_pixel(const InvertedResidualParams& p, const ResidualTile& tile) {
  const int64_t row = static_cast<int64_t>(tile.image) * p.height + tile.top + tile.first_row;
  return static_cast<const T*>(p.x) + (row * p.width + tile.left + tile.first_column) * p.channels;
}

// Pixels that lie in shared memory as in x are for the copy engine.
__device__ inline bool has_plain_pixels(const InvertedResidualParams& p) {
  return p.expands && p.x_pitch == p.channels * 2;
}
template <typename T>
__device__ inline void copy_input(const InvertedResidualParams& p, const ResidualTile& tile,
                                  uint32_t to) {
  const int columns = tile.columns(), pieces = columns * (p.channels / 8);
  for (int row = warp_of_block(); row < tile.rows(); row += warps_of_block()) {
    const T* x = first_pixel<T>(p, tile) + row * p.width * p.channels;
    for (int i = lane_of_warp(); i < pieces; i += 32) {
      int piece;
      const int pixel = p.by_pieces.divide(i, piece);
      copy_or_zero(to + (row * columns + pixel) * p.x_pitch + piece * 16, x + i * 8, true);
    }
  }
}

// A chunk of x's channels straight to the region, zeros behind the last.
template <typename T, int kStride>
__device__ inline void copy_to_region(const InvertedResidualParams& p, const ResidualTile& tile,
                                      int chunk, uint32_t region) {
  constexpr int kPieces = kResidualChunk / 8;
  const int columns = tile.columns();
  for (int row = warp_of_block(); row < tile.rows(); row += warps_of_block()) {
    const T* x = first_pixel<T>(p, tile) + row * p.width * p.channels;
    for (int i = lane_of_warp(); i < columns * kPieces; i += 32) {
      const int column = i / kPieces, piece = i % kPieces;
      const int channel = chunk * kResidualChunk + piece * 8;
      const bool wanted = channel < p.channels;
      copy_or_zero(region + piece * 16 +
                       region_place<kStride>(p, tile.first_row + row, tile.first_column + column),
                   x + (wanted ? column * p.channels + channel : 0), wanted);
    }
  }
}

}  // namespace tenon
