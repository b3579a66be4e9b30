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

// What a mask's number adds to a score in units of 1 / `unit`. Lowest numbers stay far enough from
// infinity that no score makes them infinite: a row of them is not one of hidden keys.
__device__ inline float added(float number, float unit) {
  constexpr float kLow = -1e38F;
  return number < kLow / 2 && number > -INFINITY ? kLow : number * unit;
}

// The same of element `at` of a mask.
template <typename T, bool kBoolean>
__device__ float added(const void* mask, int64_t at, float unit) {
  if constexpr (kBoolean) return static_cast<const uint8_t*>(mask)[at] != 0 ? 0 : -INFINITY;
  return added(rows::to_float(static_cast<const T*>(mask)[at]), unit);
}

// A score in those units with what the mask adds. A hidden key's score does not matter, even if it
// is no number.
template <bool kBoolean>
__device__ float masked(float score, float scale, float addend) {
  if constexpr (kBoolean) return addend == 0 ? score * scale : addend;
  return fmaf(score, scale, addend);
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
