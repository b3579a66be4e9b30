#include "cuda/kernels/rows/float_problem.h"

#include <algorithm>
#include <limits>

#include "device/iteration.h"

namespace tenon::rows {

std::optional<Refusal> refuse_unless_float(const Problem& problem) {
  const DataType type = problem.outputs.at(0).dtype;
  if (type != DataType::kF32 && type != DataType::kF16 && type != DataType::kBF16) {
    return Refusal{"computes f32, f16 and bf16 only"};
  }
  if (!all_of_type(problem, type)) return Refusal{"takes operands of one type only"};
  if (!is_tensor(problem.inputs.at(0))) return Refusal{"takes no constant"};
  const auto too_large = [](const OperandDesc& d) {
    const int64_t images = d.dims.rank() > 0 ? d.dims[0] : 1;
    return std::max(d.dims.volume(), images * d.stride0()) > std::numeric_limits<int32_t>::max();
  };
  if (too_large(problem.inputs[0]) || too_large(problem.outputs[0])) {
    return Refusal{"counts elements in 31 bits only"};
  }
  return std::nullopt;
}

std::vector<StoredAxis> stored_axes(const OperandDesc& d) {
  const std::vector<int64_t> strides = axis_strides(d);
  std::vector<StoredAxis> axes;
  for (const int axis : memory_order(d.dims.rank(), d.layout)) {
    axes.push_back({axis, d.dims[axis], strides[static_cast<size_t>(axis)]});
  }
  return axes;
}

std::vector<LayoutOffer> both_layouts(const Problem& problem) {
  std::vector<LayoutOffer> offers{uniform_offer(problem, Layout::kLinear)};
  const Dims& dims = problem.outputs.at(0).dims;
  if (dims.rank() >= 3 && has_channels(dims)) {
    offers.push_back(uniform_offer(problem, Layout::kChannelsLast));
  }
  return offers;
}

}  // namespace tenon::rows
