#pragma once

#include "cuda/kernels/igemm/igemm_wide_kernel.cuh"

namespace tenon {

using IgemmFunction = void (*)(IgemmParams);
using IgemmWideFunction = void (*)(IgemmTensorParams);

template <typename Shape>
constexpr IgemmTile tile_of() {
  return {Shape::rows, Shape::columns, Shape::threads, Shape::stages, TileOutput<Shape>::kDirect};
}

// The kernels of a type and their tiles, in the order of kIgemmTileTable: larger tiles first.
template <typename T>
struct IgemmInstances {
  using W256x128 = WideShape<T, 256, 128, 128, 4, 1>;
  using W128x256 = WideShape<T, 128, 256, 64, 4, 1>;
  using W128x128 = WideShape<T, 128, 128, 128, 3, 2>;
  using W128x64 = WideShape<T, 128, 64, 128, 4, 2>;
  using W64x128 = WideShape<T, 64, 128, 64, 4, 2>;
  using W64x64 = WideShape<T, 64, 64, 64, 6, 2>;
  using W64x32 = WideShape<T, 64, 32, 64, 8, 2>;
  using T128x128 = IgemmShape<T, 128, 128, 2, 4, 3, 2>;
  using T128x64 = IgemmShape<T, 128, 64, 2, 2, 4>;
  using T64x128 = IgemmShape<T, 64, 128, 2, 2, 4>;
  using T128x32 = IgemmShape<T, 128, 32, 4, 1, 4>;
  using T32x128 = IgemmShape<T, 32, 128, 1, 4, 4>;
  using T64x64 = IgemmShape<T, 64, 64, 2, 2, 4>;
  using T64x32 = IgemmShape<T, 64, 32, 4, 1, 6>;
  using T32x64 = IgemmShape<T, 32, 64, 2, 2, 6>;
  using T32x32 = IgemmShape<T, 32, 32, 2, 2, 8>;

  static constexpr IgemmFunction functions[kIgemmTiles] = {
      igemm_kernel<T128x128>, igemm_kernel<T128x64>, igemm_kernel<T64x128>,
      igemm_kernel<T128x32>,  igemm_kernel<T32x128>, igemm_kernel<T64x64>,
      igemm_kernel<T64x32>,   igemm_kernel<T32x64>,  igemm_kernel<T32x32>};
  static constexpr IgemmWideFunction wide_functions[kIgemmWideTiles] = {
      igemm_wide_kernel<W256x128>, igemm_wide_kernel<W128x256>, igemm_wide_kernel<W128x128>,
      igemm_wide_kernel<W128x64>,  igemm_wide_kernel<W64x128>,  igemm_wide_kernel<W64x64>,
      igemm_wide_kernel<W64x32>};
  static constexpr IgemmTile wide_tiles[kIgemmWideTiles] = {
      tile_of<W256x128>(), tile_of<W128x256>(), tile_of<W128x128>(), tile_of<W128x64>(),
      tile_of<W64x128>(),  tile_of<W64x64>(),   tile_of<W64x32>()};
  static constexpr IgemmTile tiles[kIgemmTiles] = {
      tile_of<T128x128>(), tile_of<T128x64>(), tile_of<T64x128>(),
      tile_of<T128x32>(),  tile_of<T32x128>(), tile_of<T64x64>(),
      tile_of<T64x32>(),   tile_of<T32x64>(),  tile_of<T32x32>()};
};

// The kernel of a source and tile, for cudaLaunchKernel().
template <typename T>
const void* igemm_function(IgemmSource source, int tile) {
  using Instances = IgemmInstances<T>;
  switch (source) {
    case IgemmSource::kThreads: return reinterpret_cast<const void*>(Instances::functions[tile]);
    case IgemmSource::kEngine:
      return reinterpret_cast<const void*>(Instances::wide_functions[tile]);
  }
  return nullptr;
}
const void* igemm_function_f16(IgemmSource source, int tile);
const void* igemm_function_bf16(IgemmSource source, int tile);

}  // namespace tenon
