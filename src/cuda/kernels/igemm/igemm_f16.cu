#include "cuda/kernels/igemm/igemm_instances.cuh"

namespace tenon {

const void* igemm_function_f16(IgemmSource source, int tile) {
  return igemm_function<__half>(source, tile);
}
std::span<const IgemmTile> igemm_tiles_narrow(IgemmSource source) {
  return igemm_tiles_of<__half>(source);
}

}  // namespace tenon
