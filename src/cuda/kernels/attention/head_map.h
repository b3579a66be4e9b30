#pragma once

#include <cuda.h>

#include "cuda/kernels/attention/attention_kernels.h"

namespace tenon {

struct HeadExtents {
  int64_t batch = 0, heads = 0, positions = 0, size = 0;
};

// How the copy engine finds an operand of attention, in tiles of 64 positions and 64 columns. The
// address is to be set later. Throws Error when the driver refuses it.
CUtensorMap head_map(DataType type, const HeadExtents& extents, const AttentionStrides& strides);

}  // namespace tenon
