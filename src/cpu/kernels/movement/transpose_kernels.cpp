#include "cpu/kernels/movement/transpose_kernels.h"

#include "cpu/kernels/dispatch.h"

namespace tenon {

const TransposeKernels& transpose_kernels() {
  return for_isa(generic::kTransposeKernels, avx2::kTransposeKernels, avx512::kTransposeKernels);
}

}  // namespace tenon
