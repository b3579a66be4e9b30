#pragma once

#include <memory>
#include <span>
#include <vector>

#include "device/tactic.h"

namespace tenon {

// A copy of elements of 1, 2, 4 or 8 bytes from one strided loop to another, the axes in the order
// of the output's memory. Where it is a transposition it may convert between f32, f16 and bf16.
struct StridedCopy {
  DataType from = DataType::kF32;
  DataType to = DataType::kF32;
  std::vector<int64_t> extents;
  std::vector<int64_t> in_strides;  // in elements; 0 repeats, negative ones walk backwards
  std::vector<int64_t> out_strides;
  int64_t in_offset = 0;
  const void* fixed = nullptr;  // the input when it is a constant: in device memory

  // An axis of the loop as far as the output goes.
  void add(int64_t extent, int64_t in_stride, int64_t out_stride) {
    extents.push_back(extent);
    in_strides.push_back(in_stride);
    out_strides.push_back(out_stride);
  }
};

// The copy to output 0 from input 0, which moves by `in_strides` along the axes of the output.
StridedCopy copy_to_output(const Problem& problem, std::span<const std::byte> packed,
                           std::span<const int64_t> in_strides);

// Whether bind_strided_copy() converts so.
bool converts_while_moving(DataType from, DataType to);

// Runs of memory in units of up to 16 bytes where both sides have them, transpositions where each
// side has its own, single elements otherwise. Throws Error when there are too many elements.
std::unique_ptr<Launch> bind_strided_copy(const StridedCopy& copy);

}  // namespace tenon
