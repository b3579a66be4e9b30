#include "cuda/kernels/stem/strip_kernel.cuh"

namespace tenon {
namespace {

template <typename T, int kTiles>
StripFunction function_of(bool pooled) {
  return pooled ? strip_kernel<T, kTiles, true> : strip_kernel<T, kTiles, false>;
}
template <typename T>
StripFunction function_of(int tile_columns, bool pooled) {
  switch (tile_columns) {
    case 112: return function_of<T, 14>(pooled);
    case 80: return function_of<T, 10>(pooled);
    default: return function_of<T, 8>(pooled);
  }
}

}  // namespace

StripFunction strip_function(int tile_columns, bool pooled, bool bf16) {
  return bf16 ? function_of<__nv_bfloat16>(tile_columns, pooled)
              : function_of<__half>(tile_columns, pooled);
}

}  // namespace tenon
