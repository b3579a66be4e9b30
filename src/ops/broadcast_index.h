#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/tensor.h"

namespace tenon {

// Steps between neighbours along each axis, in elements; those beyond the rank are 0.
using Strides = std::array<int64_t, kMaxRank>;

// Of a dense row-major tensor.
Strides dense_strides(const Dims& dims);

// Strides that walk a dense tensor of dims `from` in step with one of dims `to`: the axes are
// aligned at the right, and an axis of extent 1 (or a missing one) stands still. Throws Error when
// `from` does not broadcast to `to`.
Strides broadcast_strides(const Dims& from, const Dims& to);

// Walks a row-major tensor of `dims` row by row (a row runs along the last axis; a scalar is one
// row). Calls visit(first, count, at): the row covers elements [first, first + count), and at[k] is
// where strides[k] has it begin; within the row operand k steps by row_step(strides[k], dims).
template <typename Visit>
void for_each_row(const Dims& dims, std::span<const Strides> strides, Visit&& visit) {
  const int64_t volume = dims.volume();
  if (volume == 0) return;
  const int last = dims.rank() - 1;
  const int64_t count = last < 0 ? 1 : dims[last];
  std::vector<int64_t> at(strides.size(), 0);
  std::array<int64_t, kMaxRank> index{};
  for (int64_t first = 0; first < volume; first += count) {
    visit(first, count, std::span<const int64_t>(at));
    for (int axis = last - 1; axis >= 0; --axis) {
      const auto a = static_cast<size_t>(axis);
      const bool carry = ++index[a] == dims[axis];
      const int64_t steps = carry ? 1 - dims[axis] : 1;
      for (size_t k = 0; k < strides.size(); ++k) at[k] += steps * strides[k][a];
      if (!carry) break;
      index[a] = 0;
    }
  }
}

inline int64_t row_step(const Strides& strides, const Dims& dims) {
  return dims.rank() == 0 ? 0 : strides[static_cast<size_t>(dims.rank() - 1)];
}

// Fills `out` with the elements of the same type at in[offset + index . strides].
// Throws Error (kUnsupported) for types of less than a byte.
void copy_strided(const TensorView& out, const void* in, int64_t offset, const Strides& strides);

// The same bytes under other dims: what view ops do.
void copy_bytes(const TensorView& in, const TensorView& out);

// The bytes of one element. Throws Error (kUnsupported) for types of less than a byte.
size_t element_bytes(DataType dtype);

}  // namespace tenon
