#include "cuda/kernels/igemm/igemm_instances.cuh"

namespace tenon {

const void* igemm_function_tf32(IgemmSource source, int tile) {
  return igemm_function<float>(source, tile);
}
std::span<const IgemmTile> igemm_tiles_tf32(IgemmSource source) {
  return igemm_tiles_of<float>(source);
}

}  // namespace tenon
