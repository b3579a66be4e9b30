#pragma once

#include <memory>

#include "device/iteration.h"
#include "device/tactic.h"

namespace tenon {

// A copy of elements of 1, 2, 4 or 8 bytes from one strided loop to another.
struct StridedCopy {
  size_t element = 4;
  std::vector<int64_t> extents;
  std::vector<int64_t> in_strides;  // in elements; 0 repeats, negative ones walk backwards
  std::vector<int64_t> out_strides;
  int64_t in_offset = 0;
  const void* fixed = nullptr;  // the input when it is a constant
};

// Runs of memory where both sides have them, blocks of a transposition where each side has its own,
// single elements otherwise.
std::unique_ptr<Launch> bind_strided_copy(const StridedCopy& copy);

}  // namespace tenon
