#pragma once

#include "cuda/kernels/igemm/igemm_params.h"

namespace tenon {

// The kernels by type, each for cudaLaunchKernel(), and their tiles; FP16's and BF16's are alike.
const void* igemm_function_f16(IgemmSource source, int tile);
const void* igemm_function_bf16(IgemmSource source, int tile);
const void* igemm_function_tf32(IgemmSource source, int tile);
std::span<const IgemmTile> igemm_tiles_narrow(IgemmSource source);
std::span<const IgemmTile> igemm_tiles_tf32(IgemmSource source);

}  // namespace tenon
