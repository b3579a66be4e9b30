#pragma once

#include <cuda.h>

#include "cuda/dependent_launch.h"
#include "cuda/fast_division.h"
#include "cuda/kernels/attention/attention_kernels.h"

// Attention by groups of four warps that have 64 queries each, on Hopper's tensor cores; the copy
// engine brings queries, keys and values.
namespace tenon {

enum class MaskReading : uint8_t {
  kNone,
  kKeys,      // the same for all queries: once a block, by way of shared memory
  kElements,  // where it is needed
};

struct WgmmaAttentionParams {
  CUtensorMap q, k, v;
  AttentionShape shape;
  AttentionPointers pointers;
  int groups = 1;        // of four warps a block
  int head_blocks = 0;   // of a head's queries
  FastDivisor by_round;  // when causal the number of heads in all, or of blocks of a head
  FastDivisor by_heads, by_sharing;
  int stages = 0;           // tiles of keys and values that shared memory holds
  bool mask_pairs = false;  // kElements: two neighbours can be read at a time
};

// FP16 or BF16. Sizes of heads are multiples of 8 and at most this; there are queries and keys; the
// scale is positive.
constexpr int kWgmmaMostSize = 128;

// How many groups blocks for heads of this size have at most; and how many there is
// room for on a multiprocessor.
int wgmma_most_groups(int size);
int wgmma_resident_groups(int size);

struct WgmmaAttentionKernel {
  const void* function = nullptr;
  LaunchShape shape;
};
struct WgmmaLimits {
  int multiprocessors = 0;
  size_t shared_bytes = 0;  // of a block
};
// Sets what of the parameters depends on the shape and the groups, but for the maps. Errors are
// left for check_launch().
WgmmaAttentionKernel prepare_wgmma_attention(WgmmaAttentionParams& params,
                                             const WgmmaLimits& limits);

}  // namespace tenon
