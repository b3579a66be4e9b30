#pragma once

#include "cuda/kernels/inverted_residual/residual_copies.cuh"
#include "cuda/kernels/inverted_residual/residual_expansion.cuh"
#include "cuda/kernels/inverted_residual/residual_strip.cuh"

namespace tenon {

template <typename T, int kStride, int kTiles, int kColumnTiles, int kMostWarps, bool kCurved>
struct ResidualShape {
  using Element = T;
  static constexpr int stride = kStride;
  static constexpr int tiles = kTiles;               // of two rows by 8 columns, of a warp
  static constexpr int column_tiles = kColumnTiles;  // of 8 channels of y
  static constexpr int most_threads = kMostWarps * 32;
  static constexpr bool curved = kCurved;  // whether any activation in the middle is no clamp
};

template <typename Shape>
__global__ void __launch_bounds__(Shape::most_threads)
    inverted_residual_kernel(const __grid_constant__ InvertedResidualParams p) {
#if __CUDA_ARCH__ >= 900
  using T = typename Shape::Element;
  extern __shared__ __align__(128) char memory[];
  allow_dependents();
  const ResidualTile tile(p, Shape::stride);
  const uint32_t region = shared_address(memory);
  const ResidualCopies copies(p, region);
  if (threadIdx.x == 0) {
    copies.init();
    copies.begin<T>(tile);
  }
  wait_for_producers();
  if (!p.expands) {
    copy_to_region<T, Shape::stride>(p, tile, 0, region);
  } else if (!has_plain_pixels(p)) {
    copy_input<T>(p, tile, region + p.x_pixels);
  }
  commit_copies();
  ResidualStrip<Shape> strip(p, tile);
  clear_borders<Shape::stride>(p, tile, memory);
  if (p.expands) list_places<Shape::stride>(p, tile, memory);

  Expansion<Shape> expansion(p, memory, tile.pixels());
  for (int chunk = 0; chunk < p.chunk_count; ++chunk) {
    const int groups = chunk + 1 < p.chunk_count ? kResidualChunk / 16 : p.last_groups;
    char* const constants = memory + p.weights + chunk % 2 * p.chunk.bytes;
    wait_for_copies<0>();
    __syncthreads();  // nobody needs the chunk before any more
    if (threadIdx.x == 0 && chunk + 1 < p.chunk_count) copies.begin_chunk(chunk + 1);
    copies.wait_for_chunk(chunk);
    if (p.expands) {
      expansion.run(constants);
    } else if (chunk > 0) {
      copy_to_region<T, Shape::stride>(p, tile, chunk, region);
      commit_copies();
      wait_for_copies<0>();
    }
    __syncthreads();
    strip.add(memory, constants, groups);
  }
  strip.write(tile, memory);
#endif
}

}  // namespace tenon
