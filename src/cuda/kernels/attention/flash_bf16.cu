

#include "cuda/kernels/attention/flash.cuh"

namespace tenon::flash {

template <>
cudaError_t Typed<__nv_bfloat16>::prepare(int rows, int size) {
  return rows == 64 ? flash::prepare<__nv_bfloat16, 1>(size)
                    : flash::prepare<__nv_bfloat16, 2>(size);
}

template <>
void Typed<__nv_bfloat16>::launch(const AttentionShape& s, int rows, const AttentionPointers& p,
                                  cudaStream_t stream) {
  rows == 64 ? flash::launch<__nv_bfloat16, 1>(s, p, stream)
             : flash::launch<__nv_bfloat16, 2>(s, p, stream);
}

}  // namespace tenon::flash
