#pragma once

#include <cuda_runtime_api.h>

#include "cuda/fast_division.h"

namespace tenon {

// What one input of a concatenation contributes: images of rows of units that lie together.
// Distances are in units.
struct ConcatPart {
  const void* in = nullptr;
  void* out = nullptr;
  uint32_t first_block = 0;
  uint32_t count = 0;  // of units, below 2^31
  FastDivisor row;     // units a row
  FastDivisor rows;    // rows an image
  int64_t in_image = 0;
  int64_t in_row = 0;
  int64_t out_image = 0;
  int64_t out_row = 0;
};

inline constexpr int kMaxConcatParts = 32;

struct ConcatWork {
  ConcatPart parts[kMaxConcatParts];
  int count = 0;
};

// Units one block moves.
inline constexpr uint32_t kConcatUnits = 1024;

// Copies all parts in one launch of `blocks` blocks, in units of 1, 2, 4, 8 or 16 bytes to which
// all pointers are aligned.
void launch_concat(const ConcatWork& work, uint32_t blocks, int bytes, cudaStream_t stream);

}  // namespace tenon
