#pragma once

#include "cuda/kernels/igemm/igemm_halo_kernel.cuh"

namespace tenon {

using IgemmFunction = void (*)(IgemmParams);

template <typename Shape>
constexpr IgemmTile tile_of() {
  return {Shape::rows, Shape::columns, Shape::threads, Shape::stages};
}

// The kernels of a type and their tiles, in the order of kIgemmTileTable: larger tiles first.
template <typename T>
struct IgemmInstances {
  using T256x128 = IgemmShape<T, 256, 128, 4, 2, 4>;
  using T128x128 = IgemmShape<T, 128, 128, 2, 4, 3, 2>;
  using T128x64 = IgemmShape<T, 128, 64, 2, 2, 4>;
  using T64x128 = IgemmShape<T, 64, 128, 2, 2, 4>;
  using T128x32 = IgemmShape<T, 128, 32, 4, 1, 4>;
  using T32x128 = IgemmShape<T, 32, 128, 1, 4, 4>;
  using T64x64 = IgemmShape<T, 64, 64, 2, 2, 4>;
  using T64x32 = IgemmShape<T, 64, 32, 2, 2, 6>;
  using T32x64 = IgemmShape<T, 32, 64, 2, 2, 6>;
  using T32x32 = IgemmShape<T, 32, 32, 2, 2, 8>;

  static constexpr IgemmFunction functions[kIgemmTiles] = {
      igemm_kernel<T256x128>, igemm_kernel<T128x128>, igemm_kernel<T128x64>, igemm_kernel<T64x128>,
      igemm_kernel<T128x32>,  igemm_kernel<T32x128>,  igemm_kernel<T64x64>,  igemm_kernel<T64x32>,
      igemm_kernel<T32x64>,   igemm_kernel<T32x32>};
  static constexpr IgemmFunction patch_functions[kIgemmTiles] = {
      nullptr,
      igemm_halo_kernel<T128x128>,
      igemm_halo_kernel<T128x64>,
      igemm_halo_kernel<T64x128>,
      igemm_halo_kernel<T128x32>,
      igemm_halo_kernel<T32x128>,
      igemm_halo_kernel<T64x64>,
      igemm_halo_kernel<T64x32>,
      igemm_halo_kernel<T32x64>,
      igemm_halo_kernel<T32x32>};
  static constexpr IgemmTile tiles[kIgemmTiles] = {
      tile_of<T256x128>(), tile_of<T128x128>(), tile_of<T128x64>(), tile_of<T64x128>(),
      tile_of<T128x32>(),  tile_of<T32x128>(),  tile_of<T64x64>(),  tile_of<T64x32>(),
      tile_of<T32x64>(),   tile_of<T32x32>()};
};

// By IgemmSource, then by tile; nullptr where there is none.
extern const IgemmFunction* const kIgemmF16[2];
extern const IgemmFunction* const kIgemmBF16[2];

}  // namespace tenon
