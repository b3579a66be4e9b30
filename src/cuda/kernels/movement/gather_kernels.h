#pragma once

#include <cuda_runtime_api.h>

#include "cuda/kernels/movement/copy_kernels.h"

namespace tenon {

// An index below 0 counts from the end; where one is out of range the output is zeros.
struct GatherWork {
  uint32_t count = 0;   // units of the output, below 2^31
  FastDivisor block;    // units that one index picks
  FastDivisor indices;  // how many indices there are
  int64_t extent = 0;   // of the axis
  bool wide = false;    // i64 indices, else i32
};

// In units of 1, 2, 4, 8 or 16 bytes to which both pointers are aligned.
void launch_gather(const void* in, const void* indices, void* out, const GatherWork& work,
                   int bytes, cudaStream_t stream);

// An index for every element of the output: the input's place is what the loop says, in which the
// axis stands still, and the index times `along`. The output is dense.
struct GatherElementsWork {
  CopyLoop loop;
  int64_t along = 0;
  int64_t extent = 0;
  bool wide = false;
};

void launch_gather_elements(const void* in, const void* indices, void* out,
                            const GatherElementsWork& work, int element, cudaStream_t stream);

}  // namespace tenon
