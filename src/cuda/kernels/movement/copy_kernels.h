#pragma once

#include <cuda_runtime_api.h>

#include "cuda/fast_division.h"

namespace tenon {

inline constexpr int kMaxLoopAxes = 8;

// A loop over places of two tensors, its last axis the innermost. Strides are in units of what is
// moved; 0 repeats, negative ones walk backwards.
struct CopyLoop {
  uint32_t count = 0;  // the product of the extents, below 2^31
  int axes = 1;
  FastDivisor extent[kMaxLoopAxes];
  int64_t in_stride[kMaxLoopAxes] = {};
  int64_t out_stride[kMaxLoopAxes] = {};

#ifdef __CUDACC__
  __device__ void offsets(uint32_t i, int64_t& in, int64_t& out) const {
    in = 0;
    out = 0;
    for (int a = axes - 1; a > 0; --a) {
      uint32_t at;
      i = extent[a].divide(i, at);
      in += at * in_stride[a];
      out += at * out_stride[a];
    }
    in += i * in_stride[0];
    out += i * out_stride[0];
  }
#endif
};

// Moves units of 1, 2, 4, 8 or 16 bytes, to which both pointers are aligned.
void launch_copy(const void* in, void* out, const CopyLoop& loop, int bytes, cudaStream_t stream);

// Fills units of 16 bytes of the output with one element each, of 1, 2, 4 or 8 bytes. The strides
// of the input are in elements.
void launch_splat(const void* in, void* out, const CopyLoop& loop, int element,
                  cudaStream_t stream);

}  // namespace tenon
