#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "device/problem.h"

namespace tenon {

// Where an input of a concatenation goes: `images` images of `rows` rows of `bytes` bytes that lie
// together. Distances and the offset are in bytes.
struct ConcatInput {
  size_t input = 0;
  const void* fixed = nullptr;  // of a constant
  int64_t images = 1;
  int64_t rows = 1;
  int64_t bytes = 0;
  int64_t in_image = 0;
  int64_t in_row = 0;
  int64_t out_image = 0;
  int64_t out_row = 0;
  int64_t out_offset = 0;
};

// Every input, in the layout of the output, all of which the inputs have; packed: of
// pack_constants(). Inputs without elements are left out.
std::vector<ConcatInput> concat_inputs(const Problem& problem, std::span<const std::byte> packed);

// The axis as 0 .. rank-1.
int concat_axis(const Problem& problem);

}  // namespace tenon
