#pragma once

#include "cuda/kernels/igemm/igemm_functions.h"
#include "cuda/kernels/igemm/igemm_wide_kernel.cuh"

namespace tenon {

using IgemmFunction = void (*)(IgemmParams);
using IgemmWideFunction = void (*)(IgemmTensorParams);

// Kernels of shapes and their tiles, larger ones first.
template <typename... Shapes>
struct ThreadInstances {
  static constexpr IgemmFunction functions[sizeof...(Shapes)] = {igemm_kernel<Shapes>...};
  static constexpr IgemmTile tiles[sizeof...(Shapes)] = {{Shapes::rows, Shapes::columns,
                                                          Shapes::threads, 0, Shapes::stages,
                                                          TileOutput<Shapes>::kDirect}...};
};
template <typename... Shapes>
struct EngineInstances {
  static constexpr IgemmWideFunction functions[sizeof...(Shapes)] = {igemm_wide_kernel<Shapes>...};
  static constexpr IgemmTile tiles[sizeof...(Shapes)] = {
      {Shapes::rows, Shapes::columns, Shapes::threads, Shapes::more_threads, Shapes::stages,
       TileOutput<Shapes>::kDirect}...};
};

template <typename T>
struct IgemmInstances {
  using Threads = ThreadInstances<IgemmShape<T, 128, 128, 2, 4, 3, 2>,
                                  IgemmShape<T, 128, 64, 2, 2, 4>, IgemmShape<T, 64, 128, 2, 2, 4>,
                                  IgemmShape<T, 128, 32, 4, 1, 4>, IgemmShape<T, 32, 128, 1, 4, 4>,
                                  IgemmShape<T, 64, 64, 2, 2, 4>, IgemmShape<T, 64, 32, 4, 1, 6>,
                                  IgemmShape<T, 32, 64, 2, 2, 6>, IgemmShape<T, 32, 32, 2, 2, 8>>;
  using Engine =
      EngineInstances<WideShape<T, 256, 128, 128, 4, 1>, WideShape<T, 128, 256, 64, 4, 1>,
                      WideShape<T, 192, 128, 64, 5, 1>, WideShape<T, 128, 128, 128, 3, 2>,
                      WideShape<T, 128, 64, 128, 4, 2>, WideShape<T, 64, 128, 64, 4, 2>,
                      WideShape<T, 64, 64, 64, 6, 2>, WideShape<T, 64, 32, 64, 8, 2>>;
};
// Fewer: what wins for some layer of ResNet.
template <>
struct IgemmInstances<float> {
  using Threads =
      ThreadInstances<IgemmShape<float, 128, 128, 2, 4, 3, 2>, IgemmShape<float, 64, 64, 2, 2, 4>,
                      IgemmShape<float, 64, 32, 4, 1, 6>, IgemmShape<float, 32, 64, 2, 2, 6>>;
  using Engine =
      EngineInstances<WideShape<float, 128, 256, 64, 4, 1>, WideShape<float, 192, 128, 64, 5, 1>,
                      WideShape<float, 128, 128, 128, 3, 2>, WideShape<float, 128, 64, 128, 4, 2>,
                      WideShape<float, 64, 128, 64, 4, 2>, WideShape<float, 64, 64, 64, 6, 2>,
                      WideShape<float, 64, 32, 64, 8, 2>>;
};

template <typename T>
const void* igemm_function(IgemmSource source, int tile) {
  using Instances = IgemmInstances<T>;
  switch (source) {
    case IgemmSource::kThreads:
      return reinterpret_cast<const void*>(Instances::Threads::functions[tile]);
    case IgemmSource::kEngine:
      return reinterpret_cast<const void*>(Instances::Engine::functions[tile]);
  }
  return nullptr;
}
template <typename T>
std::span<const IgemmTile> igemm_tiles_of(IgemmSource source) {
  using Instances = IgemmInstances<T>;
  if (source == IgemmSource::kEngine) return Instances::Engine::tiles;
  return Instances::Threads::tiles;
}

}  // namespace tenon
