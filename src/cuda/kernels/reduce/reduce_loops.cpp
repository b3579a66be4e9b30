#include "cuda/kernels/reduce/reduce_loops.h"

#include <vector>

#include "base/error.h"
#include "cuda/device_facts.h"
#include "cuda/kernels/rows/float_problem.h"

namespace tenon {
namespace {

struct Axis {
  int64_t extent;
  int64_t in;
  int64_t out;
  bool reduced;
};

// Elements of the output between indices of each of the input's axes.
std::array<int64_t, kMaxRank> output_strides(const std::array<bool, kMaxRank>& reduced,
                                             bool keep_dims, int rank, const OperandDesc& out) {
  std::array<int64_t, kMaxRank> own{};
  for (const rows::StoredAxis& a : rows::stored_axes(out)) {
    own[static_cast<size_t>(a.axis)] = a.stride;
  }
  std::array<int64_t, kMaxRank> strides{};
  size_t next = 0;
  for (int i = 0; i < rank; ++i) {
    const auto axis = static_cast<size_t>(i);
    const bool stays = keep_dims || !reduced[axis];
    if (!reduced[axis]) strides[axis] = own[next];
    next += stays ? 1 : 0;
  }
  return strides;
}

// The axes in memory order, neighbours merged.
std::vector<Axis> merged_axes(const std::array<bool, kMaxRank>& reduced, bool keep_dims,
                              const OperandDesc& in, const OperandDesc& out) {
  const auto strides = output_strides(reduced, keep_dims, in.dims.rank(), out);
  std::vector<Axis> axes;
  for (const rows::StoredAxis& stored : rows::stored_axes(in)) {
    const auto number = static_cast<size_t>(stored.axis);
    if (stored.extent == 1) continue;
    const Axis axis{stored.extent, stored.stride, strides[number], reduced[number]};
    if (!axes.empty()) {
      Axis& outer = axes.back();
      if (outer.reduced == axis.reduced && outer.in == axis.in * axis.extent &&
          outer.out == axis.out * axis.extent) {
        outer = {outer.extent * axis.extent, axis.in, axis.out, axis.reduced};
        continue;
      }
    }
    axes.push_back(axis);
  }
  return axes;
}

ReduceFold fold_of(ReduceKind kind) {
  switch (kind) {
    case ReduceKind::kProd: return ReduceFold::kProd;
    case ReduceKind::kMax: return ReduceFold::kMax;
    case ReduceKind::kMin: return ReduceFold::kMin;
    case ReduceKind::kSumSquare:
    case ReduceKind::kL2: return ReduceFold::kSquares;
    case ReduceKind::kL1: return ReduceFold::kAbs;
    case ReduceKind::kLogSumExp: return ReduceFold::kLogSumExp;
    default: return ReduceFold::kSum;
  }
}

ReduceFinish finish_of(ReduceKind kind) {
  switch (kind) {
    case ReduceKind::kMean: return ReduceFinish::kMean;
    case ReduceKind::kL2: return ReduceFinish::kRoot;
    case ReduceKind::kLogSumExp: return ReduceFinish::kLogSumExp;
    default: return ReduceFinish::kNone;
  }
}

void add(ReduceAxes& axes, const Axis& axis) {
  TENON_CHECK(axes.count < ReduceAxes::kMost);
  const int i = axes.count++;
  axes.extent[i] = FastDivisor(axis.extent);
  axes.in[i] = axis.in;
  axes.out[i] = axis.out;
}

}  // namespace

ReduceShape reduce_shape(ReduceKind kind, const std::array<bool, kMaxRank>& reduced, bool keep_dims,
                         const OperandDesc& in, const OperandDesc& out) {
  ReduceShape shape{.type = in.dtype, .fold = fold_of(kind), .finish = finish_of(kind)};
  shape.multiprocessors = device_facts().multiprocessors;
  const std::vector<Axis> axes = merged_axes(reduced, keep_dims, in, out);
  for (size_t i = 0; i < axes.size(); ++i) {
    const Axis& axis = axes[i];
    if (axis.reduced) shape.count *= static_cast<float>(axis.extent);
    const bool together = axis.in == 1 && (axis.reduced || axis.out == 1);
    if (i + 1 == axes.size() && together) {
      shape.length = axis.extent;
      shape.lanes = !axis.reduced;
    } else if (axis.reduced) {
      shape.reduced *= axis.extent;
      add(shape.reduced_axes, axis);
    } else {
      shape.kept *= axis.extent;
      add(shape.kept_axes, axis);
    }
  }
  return shape;
}

}  // namespace tenon
