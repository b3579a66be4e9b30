#include <algorithm>

#include "base/error.h"
#include "cpu/kernels/movement/movement_tactics.h"
#include "cpu/kernels/movement/strided_copy.h"
#include "cpu/offers.h"
#include "device/input_strides.h"
#include "device/packed_constants.h"
#include "device/slice_range.h"
#include "ops/slice.h"

namespace tenon {
namespace {

// Dense strides of the stored axes, the first as the operand has it.
std::vector<int64_t> stored_strides(const OperandDesc& d) {
  return broadcast_strides(d.dims, d.dims, d.layout, d.stride0());
}

StridedCopy copy_between(const Problem& problem, std::span<const std::byte> packed) {
  const OperandDesc& out = problem.outputs[0];
  StridedCopy copy;
  copy.element = bytes_of(out.dtype, 1);
  copy.extents = stored_extents(out.dims, out.layout);
  copy.out_strides = stored_strides(out);
  copy.fixed = packed_constant(problem, packed, 0);
  return copy;
}

StridedCopy transpose_copy(const Problem& problem, std::span<const std::byte> packed) {
  StridedCopy copy = copy_between(problem, packed);
  copy.in_strides = transposed_strides(problem);
  return copy;
}

StridedCopy expand_copy(const Problem& problem, std::span<const std::byte> packed) {
  StridedCopy copy = copy_between(problem, packed);
  copy.in_strides = expanded_strides(problem);
  return copy;
}

SliceRange slice_range_of(const Problem& problem, std::span<const std::byte> packed) {
  return slice_range(problem.inputs[0].dims, shape_elements(problem, packed, 1),
                     shape_elements(problem, packed, 3), shape_elements(problem, packed, 4));
}

StridedCopy slice_copy(const Problem& problem, std::span<const std::byte> packed) {
  StridedCopy copy = copy_between(problem, packed);
  const OperandDesc& in = problem.inputs[0];
  const SliceRange range = slice_range_of(problem, packed);
  copy.in_strides = stored_strides(in);
  const int block = block_of(in.layout);
  for (int axis = 0; axis < in.dims.rank(); ++axis) {
    const int place = in.layout != Layout::kChannelsLast || axis == 0 ? axis
                      : axis == 1                                     ? in.dims.rank() - 1
                                                                      : axis - 1;
    int64_t& stride = copy.in_strides[static_cast<size_t>(place)];
    copy.in_offset += range.start[axis] / (axis == 1 ? block : 1) * stride;
    stride *= range.step[axis];
  }
  return copy;
}

// Whether a slice takes whole blocks of channels, whatever the shapes are at run time.
bool slices_blocks(const Problem& problem, int block) {
  for (size_t i = 1; i < problem.inputs.size(); ++i) {
    if (problem.inputs[i].present && !problem.inputs[i].is_constant) return false;
  }
  const auto packed = pack_constants(problem);
  const SliceRange range = slice_range_of(problem, packed);
  const int64_t channels = problem.outputs[0].dims[1];
  if (range.step[1] != 1 || range.start[1] % block != 0) return false;
  return channels % block == 0 || range.start[1] + channels == problem.inputs[0].dims[1];
}

using MakeCopy = StridedCopy (*)(const Problem&, std::span<const std::byte>);

class CopyTactic final : public Tactic {
 public:
  CopyTactic(std::string_view name, MakeCopy make) : name_(name), make_(make) {}
  std::string_view name() const override { return name_; }
  bool strided() const override { return true; }

  Offer offer(const Problem& problem) const override {
    const OperandDesc& in = problem.inputs.at(0);
    if (bits_of(in.dtype) < 8) return Refusal{"moves no elements smaller than a byte"};
    std::vector<LayoutOffer> offers;
    const bool movable = is_tensor(in) && in.dtype == DataType::kF32 && has_channels(in.dims);
    if (problem.op.is<Slice>() && movable) {
      for (const Layout layout : blocked_layouts()) {
        if (slices_blocks(problem, block_of(layout))) {
          offers.push_back(uniform_offer(problem, layout));
        }
      }
      offers.push_back(uniform_offer(problem, Layout::kChannelsLast));
    }
    offers.push_back(uniform_offer(problem, Layout::kLinear));
    return offers;
  }
  double estimate(const Problem& problem) const override { return 2 * memory_seconds(problem); }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return bind_strided_copy(make_(problem, packed));
  }

 private:
  std::string_view name_;
  MakeCopy make_;
};

}  // namespace

std::span<const Tactic* const> transpose_tactics() {
  static const CopyTactic tactic("transpose_blocks", transpose_copy);
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

}  // namespace tenon
