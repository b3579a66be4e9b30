#include "device/slice_range.h"

#include <algorithm>

namespace tenon {

SliceRange slice_range(const Dims& x, const std::vector<int64_t>& starts,
                       const std::vector<int64_t>& axes, const std::vector<int64_t>& steps) {
  SliceRange range;
  for (int i = 0; i < x.rank(); ++i) {
    range.start.push_back(0);
    range.step.push_back(1);
  }
  for (size_t i = 0; i < starts.size(); ++i) {
    const int64_t listed = axes.empty() ? static_cast<int64_t>(i) : axes.at(i);
    const int axis = static_cast<int>(listed < 0 ? listed + x.rank() : listed);
    const int64_t extent = x[axis];
    const int64_t step = steps.empty() ? 1 : steps.at(i);
    const int64_t start = starts[i] < 0 ? starts[i] + extent : starts[i];
    range.step[axis] = step;
    range.start[axis] = std::clamp<int64_t>(start, 0, std::max<int64_t>(extent - (step < 0), 0));
  }
  return range;
}

}  // namespace tenon
