#pragma once

#include <cstdint>
#include <vector>

#include "device/problem.h"

namespace tenon {

// The axes of a loop over a tensor's elements as they lie in memory, outermost first, with the
// distance in elements that each operand moves along them (0 where it is broadcast).
struct IterationSpace {
  std::vector<int64_t> extents;
  std::vector<std::vector<int64_t>> strides;  // [operand][axis]

  int64_t volume() const;
  // The product of all extents but the last; 1 when there is at most one axis.
  int64_t rows() const;
};

// The axes of a tensor in memory order: [N, ceil(C/b), spatial..., b] when blocked,
// [N, spatial..., C] when channels last, the dims themselves when linear.
std::vector<int64_t> stored_extents(const Dims& dims, Layout layout);

// Distances in elements between neighbours along a tensor's axes, in the order of its dims; for
// kLinear and kChannelsLast.
std::vector<int64_t> axis_strides(const OperandDesc& d);

// The axes of such a tensor as they lie in memory, the outermost first.
std::vector<int> memory_order(int rank, Layout layout);

// Strides along stored_extents(out, layout) of an operand of the dims `dims`, which has out's rank
// and 1 or out's extent on each axis, with `stride0` elements between its indices of axis 0.
std::vector<int64_t> broadcast_strides(const Dims& dims, const Dims& out, Layout layout,
                                       int64_t stride0);

// `dims` with ones in front, up to the rank.
Dims right_aligned(const Dims& dims, int rank);

// The same loop with axes of extent 1 dropped and neighbours merged where every operand allows it.
// At least one axis is left.
IterationSpace merged(const IterationSpace& space);

// Axes of a loop, outermost first, along which one operand moves.
struct LoopAxes {
  std::vector<int64_t> extents{1};
  std::vector<int64_t> strides{0};

  void add(int64_t extent, int64_t stride);  // inside of those before it
  int64_t volume() const;
  // Element offsets of iterations [first, first + count).
  void offsets(int64_t first, int64_t count, int64_t* to) const;
  int64_t offset(int64_t iteration) const;
};

// Element offsets of rows [first, first + count) of one operand: the odometer over all axes but the
// last.
void row_offsets(const std::vector<int64_t>& extents, const std::vector<int64_t>& strides,
                 int64_t first, int64_t count, int64_t* offsets);

}  // namespace tenon
