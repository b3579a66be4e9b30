#pragma once

#include "cuda/kernels/attention/attention_kernels.h"
#include "cuda/kernels/rows/packets.cuh"

namespace tenon {

// The mask of one head of one batch; nullptr when there is none.
template <typename T>
__device__ const void* head_mask(const AttentionShape& s, const AttentionPointers& p, int b,
                                 int h) {
  if (p.mask == nullptr) return nullptr;
  const int64_t at = b * s.mask.batch + h * s.mask.head;
  if (s.mask.boolean) return static_cast<const uint8_t*>(p.mask) + at;
  return static_cast<const T*>(p.mask) + at;
}

// The score, in units of 1 / `unit`, with element `at` of the mask added. What is finite stays so:
// a row of lowest numbers is not one of hidden keys.
template <typename T>
__device__ float masked(const void* mask, bool boolean, int64_t at, float score, float unit) {
  if (boolean) return static_cast<const uint8_t*>(mask)[at] != 0 ? score : -INFINITY;
  const float added = rows::to_float(static_cast<const T*>(mask)[at]);
  const float sum = fmaf(added, unit, score);
  constexpr float kLowest = -3.402823466e+38F;
  return added >= kLowest && sum < kLowest ? kLowest : sum;
}

// What a row's sum over probabilities makes of its elements.
struct RowFactor {
  float factor;
  bool zero;  // the row is zeros, whatever its elements

  __device__ RowFactor(const AttentionShape& s, float sum) {
    const bool nothing = !(sum > 0);  // no key is seen, or a NaN
    zero = s.keys == 0 || (nothing && s.nan_to_zero);
    factor = nothing ? NAN : 1 / sum;
  }
  __device__ float operator()(float x) const { return zero ? 0 : x * factor; }
};

}  // namespace tenon
