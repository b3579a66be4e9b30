#include "base/error.h"
#include "cuda/dependent_tactic.h"
#include "cuda/estimates.h"
#include "cuda/kernels/movement/movement_tactics.h"
#include "cuda/kernels/movement/strided_copy.h"
#include "device/input_strides.h"
#include "device/iteration.h"
#include "device/offers.h"
#include "device/packed_constants.h"
#include "device/slice_range.h"
#include "ops/slice.h"

namespace tenon {
namespace {

StridedCopy transpose_copy(const Problem& problem, const Packed& packed) {
  return copy_to_output(problem, packed.constants, transposed_strides(problem));
}

StridedCopy expand_copy(const Problem& problem, const Packed& packed) {
  return copy_to_output(problem, packed.constants, expanded_strides(problem));
}

StridedCopy slice_copy(const Problem& problem, const Packed& packed) {
  const OperandDesc& in = problem.inputs[0];
  const SliceRange range = slice_range(in.dims, packed_shape_elements(problem, packed.code, 1),
                                       packed_shape_elements(problem, packed.code, 3),
                                       packed_shape_elements(problem, packed.code, 4));
  std::vector<int64_t> strides = axis_strides(in);
  int64_t offset = 0;
  for (int axis = 0; axis < in.dims.rank(); ++axis) {
    int64_t& stride = strides[static_cast<size_t>(axis)];
    offset += range.start[axis] * stride;
    stride *= range.step[axis];
  }
  StridedCopy copy = copy_to_output(problem, packed.constants, strides);
  copy.in_offset = offset;
  return copy;
}

using MakeCopy = StridedCopy (*)(const Problem&, const Packed&);

class CopyTactic final : public DependentTactic {
 public:
  CopyTactic(std::string_view name, MakeCopy make) : name_(name), make_(make) {}
  std::string_view name() const override { return name_; }
  bool strided() const override { return true; }

  Offer offer(const Problem& problem) const override {
    const OperandDesc& in = problem.inputs.at(0);
    if (bits_of(in.dtype) < 8) return Refusal{"moves no elements smaller than a byte"};
    std::vector<LayoutOffer> offers = {uniform_offer(problem, Layout::kLinear)};
    if (problem.op.is<Slice>() && is_tensor(in) && has_channels(in.dims)) {
      offers.push_back(uniform_offer(problem, Layout::kChannelsLast));
    }
    return offers;
  }
  double estimate(const Problem& problem) const override { return gpu_memory_seconds(problem); }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::vector<std::byte> compile(const Problem& problem) const override {
    return pack_shape_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return bind_strided_copy(make_(problem, packed));
  }

 private:
  std::string_view name_;
  MakeCopy make_;
};

class ViewCopy final : public DependentTactic {
 public:
  std::string_view name() const override { return "view_copy"; }
  Offer offer(const Problem& problem) const override {
    if (bits_of(problem.inputs.at(0).dtype) < 8) {
      return Refusal{"moves no elements smaller than a byte"};
    }
    return linear_offer(problem);
  }
  int in_place_input(const Problem& problem) const override {
    return is_tensor(problem.inputs[0]) ? 0 : -1;
  }
  double estimate(const Problem& problem) const override { return gpu_memory_seconds(problem); }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    StridedCopy copy{.from = problem.inputs[0].dtype, .to = problem.inputs[0].dtype};
    copy.add(problem.outputs[0].dims.volume(), 1, 1);
    copy.fixed = packed_constant(problem, packed.constants, 0);
    return bind_strided_copy(copy);
  }
};

}  // namespace

std::span<const Tactic* const> transpose_tactics() {
  static const CopyTactic tactic("transpose_tiles", transpose_copy);
  static const Tactic* const table[] = {&tactic};
  return table;
}

std::span<const Tactic* const> slice_tactics() {
  static const CopyTactic tactic("slice_runs", slice_copy);
  static const Tactic* const table[] = {&tactic};
  return table;
}

std::span<const Tactic* const> expand_tactics() {
  static const CopyTactic tactic("expand_runs", expand_copy);
  static const Tactic* const table[] = {&tactic};
  return table;
}

std::span<const Tactic* const> view_tactics() {
  static const ViewCopy copy;
  static const Tactic* const table[] = {&copy};
  return table;
}

}  // namespace tenon
