// Copies and fills: their parameters, checks and execution.
#pragma once

#include <cstddef>

#include "driver_types.h"

namespace tenon::hostcuda {

// A box of `depth` slices of `height` rows of `width` bytes.
struct Copy {
  void* dst;
  const void* src;
  size_t dst_pitch, dst_slice;  // bytes between rows, between slices
  size_t src_pitch, src_slice;
  size_t width, height, depth;

  bool operator==(const Copy&) const = default;
};

// A box of rows of `width` elements.
struct Fill {
  void* dst;
  size_t pitch;
  unsigned int value;
  unsigned int element_size;  // 1, 2 or 4 bytes
  size_t width, height;

  bool operator==(const Fill&) const = default;
};

void run(const Copy& copy);
void run(const Fill& fill);

// cudaErrorInvalidValue where a range leaves its allocation or an address does not suit the
// direction, cudaErrorInvalidMemcpyDirection for no direction at all. An empty box is always fine.
cudaError_t check(const Copy& copy, cudaMemcpyKind kind);
cudaError_t check(const Fill& fill);

// cudaMemcpy3DParms as a Copy; cudaErrorInvalidValue for arrays, cudaErrorInvalidPitchValue for
// rows longer than their pitch.
cudaError_t to_copy(const cudaMemcpy3DParms& parameters, Copy& copy);

}  // namespace tenon::hostcuda
