#include <algorithm>

#include "base/error.h"
#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/estimates.h"
#include "cuda/kernels/movement/alignment.h"
#include "cuda/kernels/movement/gather_kernels.h"
#include "cuda/kernels/movement/movement_tactics.h"
#include "device/iteration.h"
#include "device/launch.h"
#include "device/offers.h"
#include "device/packed_constants.h"
#include "ops/gather.h"
#include "ops/gather_elements.h"

namespace tenon {
namespace {

Offer offer_of(const Problem& problem) {
  if (bits_of(problem.inputs.at(0).dtype) < 8) {
    return Refusal{"moves no elements smaller than a byte"};
  }
  const DataType index = problem.inputs.at(1).dtype;
  if (index != DataType::kI64 && index != DataType::kI32) {
    return Refusal{"takes indices of i32 and i64"};
  }
  return linear_offer(problem);
}

int positive_axis(int64_t axis, const Dims& dims) {
  return static_cast<int>(axis < 0 ? axis + dims.rank() : axis);
}

uint32_t checked_count(int64_t count) {
  if (count > INT32_MAX) fail("a gather of more than {} elements in one step", INT32_MAX);
  return static_cast<uint32_t>(count);
}

// The data and the indices: packed, or the launch's operands.
struct Operands {
  const void* data;
  const void* indices;
  Operands(const Problem& problem, const Packed& packed)
      : data(packed_constant(problem, packed.constants, 0)),
        indices(packed_constant(problem, packed.constants, 1)) {}
  const void* data_of(const LaunchArgs& args) const { return data ? data : args.inputs[0]; }
  const void* indices_of(const LaunchArgs& args) const {
    return indices ? indices : args.inputs[1];
  }
};

class GatherUnits final : public DependentTactic {
 public:
  std::string_view name() const override { return "gather_units"; }
  Offer offer(const Problem& problem) const override { return offer_of(problem); }
  double estimate(const Problem& problem) const override {
    // A table is read where it is indexed.
    Problem picked = problem;
    picked.inputs[0] = picked.outputs[0];
    return gpu_memory_seconds(picked);
  }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const Dims& x = problem.inputs[0].dims;
    const int at = positive_axis(problem.op.as<Gather>()->axis, x);
    const auto element = static_cast<int64_t>(bytes_of(problem.inputs[0].dtype, 1));
    int64_t bytes = element;
    for (int i = at + 1; i < x.rank(); ++i) bytes *= x[i];
    const int64_t total = problem.outputs[0].dims.volume() * element;
    if (total == 0) return make_launch([](const LaunchArgs&) {});
    checked_count(total / element);
    GatherWork work;
    work.indices = FastDivisor(checked_count(problem.inputs[1].dims.volume()));
    work.extent = x[at];
    work.wide = problem.inputs[1].dtype == DataType::kI64;
    const Operands operands(problem, packed);
    return make_launch([=](const LaunchArgs& args) {
      const void* data = operands.data_of(args);
      const int unit = common_unit(static_cast<uint64_t>(bytes) | address_bits(data) |
                                   address_bits(args.outputs[0]));
      GatherWork sized = work;
      sized.count = static_cast<uint32_t>(total / unit);
      sized.block = FastDivisor(static_cast<uint32_t>(bytes / unit));
      launch_gather(data, operands.indices_of(args), args.outputs[0], sized, unit, stream_of(args));
      check_launch("gather_units");
    });
  }
};

class GatherEach final : public DependentTactic {
 public:
  std::string_view name() const override { return "gather_each"; }
  Offer offer(const Problem& problem) const override { return offer_of(problem); }
  double estimate(const Problem& problem) const override { return 2 * gpu_memory_seconds(problem); }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const OperandDesc& in = problem.inputs[0];
    const Dims& out = problem.outputs[0].dims;
    const int at = positive_axis(problem.op.as<GatherElements>()->axis, in.dims);
    const std::vector<int64_t> strides = axis_strides(in);
    GatherElementsWork work;
    work.loop.count = checked_count(out.volume());
    work.loop.axes = std::max(out.rank(), 1);
    for (int i = 0; i < out.rank(); ++i) {
      work.loop.extent[i] = FastDivisor(static_cast<uint32_t>(std::max<int64_t>(out[i], 1)));
      work.loop.in_stride[i] = i == at ? 0 : strides[static_cast<size_t>(i)];
    }
    work.along = strides[static_cast<size_t>(at)];
    work.extent = in.dims[at];
    work.wide = problem.inputs[1].dtype == DataType::kI64;
    const Operands operands(problem, packed);
    const auto element = static_cast<int>(bytes_of(in.dtype, 1));
    return make_launch([=](const LaunchArgs& args) {
      launch_gather_elements(operands.data_of(args), operands.indices_of(args), args.outputs[0],
                             work, element, stream_of(args));
      check_launch("gather_each");
    });
  }
};

}  // namespace

std::span<const Tactic* const> gather_tactics() {
  static const GatherUnits units;
  static const Tactic* const table[] = {&units};
  return table;
}

std::span<const Tactic* const> gather_elements_tactics() {
  static const GatherEach each;
  static const Tactic* const table[] = {&each};
  return table;
}

}  // namespace tenon
