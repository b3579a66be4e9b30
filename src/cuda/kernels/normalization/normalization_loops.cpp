#include "cuda/kernels/normalization/normalization_loops.h"

#include <algorithm>
#include <span>
#include <vector>

#include "cuda/device_facts.h"
#include "cuda/kernels/rows/float_problem.h"
#include "ops/normalization.h"

namespace tenon {
namespace {

struct Axis {
  int64_t extent;
  std::array<int64_t, 2> strides;  // of scale and bias
  bool reduced;
};

bool has_parameter(const Problem& problem, size_t p) {
  return p + 1 < problem.inputs.size() && problem.inputs[p + 1].present;
}

// The stride of a parameter that broadcasts from the right along an axis of x.
int64_t parameter_stride(const Dims& dims, int rank, int axis) {
  const int own = axis - (rank - dims.rank());
  if (own < 0 || dims[own] == 1) return 0;
  int64_t stride = 1;
  for (int i = own + 1; i < dims.rank(); ++i) stride *= dims[i];
  return stride;
}

bool reduces(const Normalization& op, int rank, int axis) {
  return std::any_of(op.axes.begin(), op.axes.end(),
                     [&](int64_t a) { return (a < 0 ? a + rank : a) == axis; });
}

// The axes of x in memory order, the channels split into groups.
std::vector<Axis> axes_of(const Problem& problem) {
  const Normalization& op = *problem.op.as<Normalization>();
  const OperandDesc& x = problem.inputs[0];
  const int rank = x.dims.rank();
  std::vector<Axis> axes;
  for (const rows::StoredAxis& stored : rows::stored_axes(x)) {
    Axis axis{stored.extent, {}, reduces(op, rank, stored.axis)};
    for (size_t p = 0; p < 2; ++p) {
      if (!has_parameter(problem, p)) continue;
      axis.strides[p] = op.groups > 1
                            ? static_cast<int64_t>(stored.axis == 1)
                            : parameter_stride(problem.inputs[p + 1].dims, rank, stored.axis);
    }
    if (op.groups > 1 && stored.axis == 1) {
      Axis groups = axis;
      axis.extent /= op.groups;
      axis.reduced = true;
      groups.extent = op.groups;
      groups.reduced = false;
      for (int64_t& stride : groups.strides) stride *= axis.extent;
      axes.push_back(groups);
    }
    axes.push_back(axis);
  }
  std::erase_if(axes, [](const Axis& a) { return a.extent == 1; });
  return axes;
}

// How parameter p moves along the axes, where that is one stretch of strides.
std::optional<ParameterWalk> walk_of(std::span<const Axis> axes, size_t p) {
  int64_t step = 1;
  int64_t wrap = 1;
  int64_t stride = 0;
  bool closed = false;
  for (size_t i = axes.size(); i-- > 0;) {
    const int64_t own = axes[i].strides[p];
    if (own == 0) {
      if (stride == 0) step *= axes[i].extent;
      closed = stride != 0;
      continue;
    }
    if (closed || (stride != 0 && own != stride * wrap)) return std::nullopt;
    if (stride == 0) stride = own;
    wrap *= axes[i].extent;
  }
  return ParameterWalk{FastDivisor(step), FastDivisor(wrap), static_cast<int>(stride)};
}

int64_t volume_of(std::span<const Axis> axes) {
  int64_t volume = 1;
  for (const Axis& a : axes) volume *= a.extent;
  return volume;
}

std::optional<NormalizationLoops> rows_of(std::span<const Axis> outer,
                                          std::span<const Axis> reduced) {
  NormalizationLoops loops;
  loops.shape.rows = volume_of(outer);
  loops.shape.n = volume_of(reduced);
  for (size_t p = 0; p < 2; ++p) {
    const auto by_row = walk_of(outer, p);
    const auto by_element = walk_of(reduced, p);
    if (!by_row || !by_element) return std::nullopt;
    const bool whole = by_element->step.divisor == 1 && by_element->stride == 1 &&
                       by_element->wrap.divisor == loops.shape.n;
    loops.walks[p] = {nullptr, *by_row, *by_element, whole};
  }
  return loops;
}

std::optional<NormalizationLoops> columns_of(std::span<const Axis> axes) {
  NormalizationLoops loops{.form = NormalizationLoops::Form::kColumns};
  const auto reduced = [](const Axis& a) { return a.reduced; };
  const auto first = std::find_if(axes.begin(), axes.end(), reduced);
  const auto last = std::find_if_not(first, axes.end(), reduced);
  if (std::any_of(last, axes.end(), reduced)) return std::nullopt;
  const std::span<const Axis> outer(axes.begin(), first), middle(first, last),
      inner(last, axes.end());
  for (size_t p = 0; p < 2; ++p) {
    const auto fixed = [p](const Axis& a) { return a.strides[p] == 0; };
    const auto walk = walk_of(middle, p);
    if (!walk || !std::all_of(outer.begin(), outer.end(), fixed) ||
        !std::all_of(inner.begin(), inner.end(), fixed)) {
      return std::nullopt;
    }
    loops.walks[p].elements = *walk;
  }
  loops.shape.rows = volume_of(outer);
  loops.shape.n = volume_of(middle);
  loops.shape.inner = volume_of(inner);
  return loops;
}

// Groups of channels over all positions, channels last, with one parameter a channel.
std::optional<NormalizationLoops> images_of(const Problem& problem) {
  const Normalization& op = *problem.op.as<Normalization>();
  const OperandDesc& x = problem.inputs[0];
  const int rank = x.dims.rank();
  if (x.layout != Layout::kChannelsLast || reduces(op, rank, 0)) return std::nullopt;
  NormalizationLoops loops{.form = NormalizationLoops::Form::kImages};
  NormalizationImages& images = loops.images;
  images.images = x.dims[0];
  images.channels = x.dims[1];
  images.groups = op.groups > 1 ? op.groups : reduces(op, rank, 1) ? 1 : x.dims[1];
  for (int i = 2; i < rank; ++i) {
    if (!reduces(op, rank, i) && x.dims[i] != 1) return std::nullopt;
    images.positions *= x.dims[i];
  }
  for (size_t p = 0; p < 2 && op.groups == 1; ++p) {
    if (!has_parameter(problem, p)) continue;
    const Dims& dims = problem.inputs[p + 1].dims;
    if (dims.volume() != x.dims[1] || parameter_stride(dims, rank, 1) == 0) return std::nullopt;
  }
  images.type = x.dtype;
  images.rms = op.rms;
  images.epsilon = op.epsilon;
  images.multiprocessors = device_facts().multiprocessors;
  if (!can_normalize_images(images)) return std::nullopt;
  return loops;
}

}  // namespace

std::optional<NormalizationLoops> normalization_loops(const Problem& problem) {
  const std::vector<Axis> axes = axes_of(problem);
  size_t first = axes.size();
  while (first > 0 && axes[first - 1].reduced) --first;
  const std::span<const Axis> all(axes);
  const auto outer = all.subspan(0, first);
  const bool others =
      std::any_of(outer.begin(), outer.end(), [](const Axis& a) { return a.reduced; });
  std::optional<NormalizationLoops> loops;
  if (!others) loops = rows_of(outer, all.subspan(first));
  if (!loops) loops = images_of(problem);
  if (!loops && others && first == axes.size()) loops = columns_of(all);
  if (!loops) return std::nullopt;
  const Normalization& op = *problem.op.as<Normalization>();
  loops->shape.type = problem.inputs[0].dtype;
  loops->shape.rms = op.rms;
  loops->shape.epsilon = op.epsilon;
  loops->shape.multiprocessors = device_facts().multiprocessors;
  return loops;
}

}  // namespace tenon
