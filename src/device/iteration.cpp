#include "device/iteration.h"

#include <array>

#include "base/error.h"

namespace tenon {

int64_t IterationSpace::volume() const {
  int64_t volume = 1;
  for (const int64_t extent : extents) volume *= extent;
  return volume;
}

int64_t IterationSpace::rows() const {
  int64_t rows = 1;
  for (size_t i = 0; i + 1 < extents.size(); ++i) rows *= extents[i];
  return rows;
}

std::vector<int64_t> stored_extents(const Dims& dims, Layout layout) {
  std::vector<int64_t> extents(dims.begin(), dims.end());
  if (layout == Layout::kLinear || dims.rank() < 2) return extents;
  if (layout == Layout::kChannelsLast) {
    extents.erase(extents.begin() + 1);
    extents.push_back(dims[1]);
    return extents;
  }
  const int block = block_of(layout);
  extents[1] = (dims[1] + block - 1) / block;
  extents.push_back(block);
  return extents;
}

std::vector<int> memory_order(int rank, Layout layout) {
  TENON_CHECK(block_of(layout) == 1);
  std::vector<int> order;
  const bool moved = layout == Layout::kChannelsLast && rank >= 2;
  for (int axis = 0; axis < rank; ++axis) {
    if (!moved || axis != 1) order.push_back(axis);
  }
  if (moved) order.push_back(1);
  return order;
}

std::vector<int64_t> axis_strides(const OperandDesc& d) {
  const std::vector<int> order = memory_order(d.dims.rank(), d.layout);
  std::vector<int64_t> strides(order.size());
  int64_t stride = 1;
  for (size_t i = order.size(); i-- > 0;) {
    strides[static_cast<size_t>(order[i])] = stride;
    const bool channels = d.layout == Layout::kChannelsLast && order[i] == 1;
    stride = channels ? d.pixel_pitch() : stride * d.dims[order[i]];
  }
  if (!strides.empty()) strides[0] = d.stride0();
  return strides;
}

std::vector<int64_t> broadcast_strides(const Dims& dims, const Dims& out, Layout layout,
                                       int64_t stride0) {
  TENON_CHECK(dims.rank() == out.rank());
  const std::vector<int64_t> extents = stored_extents(dims, layout);
  std::vector<int64_t> strides(extents.size());
  int64_t stride = 1;
  for (size_t i = extents.size(); i-- > 0;) {
    strides[i] = stride;
    stride *= extents[i];
  }
  if (!strides.empty() && dims.rank() > 0) strides[0] = stride0;
  const bool moved = layout != Layout::kLinear && dims.rank() >= 2;
  for (int axis = 0; axis < dims.rank(); ++axis) {
    if (dims[axis] == out[axis]) continue;
    TENON_CHECK(dims[axis] == 1);
    if (!moved || axis == 0) {
      strides[static_cast<size_t>(axis)] = 0;
    } else if (axis == 1) {
      strides.back() = 0;  // the channels, or the lane in a block
      if (layout != Layout::kChannelsLast) strides[1] = 0;
    } else {
      strides[static_cast<size_t>(layout == Layout::kChannelsLast ? axis - 1 : axis)] = 0;
    }
  }
  return strides;
}

Dims right_aligned(const Dims& dims, int rank) {
  Dims aligned;
  for (int i = dims.rank(); i < rank; ++i) aligned.push_back(1);
  for (const int64_t d : dims) aligned.push_back(d);
  return aligned;
}

static bool mergeable(const IterationSpace& outer, const std::vector<std::vector<int64_t>>& strides,
                      size_t axis, int64_t extent) {
  for (size_t op = 0; op < strides.size(); ++op) {
    if (outer.strides[op].back() != strides[op][axis] * extent) return false;
  }
  return true;
}

IterationSpace merged(const IterationSpace& space) {
  IterationSpace result;
  result.strides.resize(space.strides.size());
  for (size_t axis = 0; axis < space.extents.size(); ++axis) {
    const int64_t extent = space.extents[axis];
    if (extent == 1) continue;
    if (!result.extents.empty() && mergeable(result, space.strides, axis, extent)) {
      result.extents.back() *= extent;
      for (size_t op = 0; op < space.strides.size(); ++op) {
        result.strides[op].back() = space.strides[op][axis];
      }
      continue;
    }
    result.extents.push_back(extent);
    for (size_t op = 0; op < space.strides.size(); ++op) {
      result.strides[op].push_back(space.strides[op][axis]);
    }
  }
  if (result.extents.empty()) {
    result.extents.push_back(1);
    for (auto& strides : result.strides) strides.push_back(1);
  }
  return result;
}

void row_offsets(const std::vector<int64_t>& extents, const std::vector<int64_t>& strides,
                 int64_t first, int64_t count, int64_t* offsets) {
  const size_t axes = extents.size() - 1;
  std::array<int64_t, kMaxRank + 2> index{};
  TENON_CHECK(axes < index.size());
  int64_t offset = 0;
  for (size_t i = axes; i-- > 0;) {
    index[i] = first % extents[i];
    first /= extents[i];
    offset += index[i] * strides[i];
  }
  for (int64_t row = 0; row < count; ++row) {
    offsets[row] = offset;
    for (size_t i = axes; i-- > 0;) {
      offset += strides[i];
      if (++index[i] < extents[i]) break;
      offset -= extents[i] * strides[i];
      index[i] = 0;
    }
  }
}

// The last axis is always a unit one: row_offsets() leaves it out.
void LoopAxes::add(int64_t extent, int64_t stride) {
  extents.insert(extents.end() - 1, extent);
  strides.insert(strides.end() - 1, stride);
}

int64_t LoopAxes::volume() const {
  int64_t volume = 1;
  for (const int64_t extent : extents) volume *= extent;
  return volume;
}

void LoopAxes::offsets(int64_t first, int64_t count, int64_t* to) const {
  row_offsets(extents, strides, first, count, to);
}

int64_t LoopAxes::offset(int64_t iteration) const {
  int64_t offset = 0;
  row_offsets(extents, strides, iteration, 1, &offset);
  return offset;
}

}  // namespace tenon
