#include <algorithm>

#include "base/error.h"
#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/estimates.h"
#include "cuda/kernels/movement/alignment.h"
#include "cuda/kernels/movement/concat_kernels.h"
#include "cuda/kernels/movement/movement_tactics.h"
#include "device/iteration.h"
#include "device/offers.h"
#include "device/packed_constants.h"
#include "ops/concat.h"

namespace tenon {
namespace {

int axis_of(const Problem& problem) {
  const int64_t axis = problem.op.as<Concat>()->axis;
  return static_cast<int>(axis < 0 ? axis + problem.outputs[0].dims.rank() : axis);
}

// Where an input goes, in bytes.
struct Part {
  size_t input = 0;
  const void* fixed = nullptr;  // of a constant
  int64_t images = 1;
  int64_t rows = 1;
  int64_t bytes = 0;  // a row
  int64_t in_image = 0;
  int64_t in_row = 0;
  int64_t out_image = 0;
  int64_t out_row = 0;
  int64_t out_offset = 0;

  int64_t units(int64_t unit) const { return images * rows * bytes / unit; }
  // To whose multiples everything is aligned.
  uint64_t bits() const {
    return static_cast<uint64_t>(bytes | in_image | in_row | out_image | out_row | out_offset);
  }
};

int64_t volume(const std::vector<int64_t>& extents, size_t from, size_t to) {
  int64_t v = 1;
  for (size_t i = from; i < to; ++i) v *= extents[i];
  return v;
}

// A row is what lies together from the axis on; images are the outermost axis, whose stride the
// operands have from outside.
std::vector<Part> parts_of(const Problem& problem, std::span<const std::byte> packed) {
  const OperandDesc& out = problem.outputs[0];
  const std::vector<int> order = memory_order(out.dims.rank(), out.layout);
  const auto place =
      static_cast<size_t>(std::find(order.begin(), order.end(), axis_of(problem)) - order.begin());
  const auto element = static_cast<int64_t>(bytes_of(out.dtype, 1));
  const auto extents_out = stored_extents(out.dims, out.layout);
  const size_t axes = extents_out.size();
  std::vector<Part> parts;
  int64_t offset = 0;
  for (size_t i = 0; i < problem.inputs.size(); ++i) {
    const OperandDesc& d = problem.inputs[i];
    const auto extents = stored_extents(d.dims, out.layout);
    Part part{.input = i, .fixed = packed_constant(problem, packed, i)};
    part.images = extents[0];
    part.in_image = d.stride0() * element;
    part.out_image = out.stride0() * element;
    part.out_offset = offset;
    if (place == 0) {
      part.bytes = volume(extents, 1, axes) * element;
      offset += part.images * part.out_image;
    } else {
      part.rows = volume(extents, 1, place);
      part.bytes = volume(extents, place, axes) * element;
      part.in_row = part.bytes;
      part.out_row = volume(extents_out, place, axes) * element;
      offset += part.bytes;
    }
    // Dense images along the batch are one row: dividing by 1 costs less, and units may be larger.
    if (place == 0 && part.in_image == part.bytes && part.out_image == part.bytes) {
      part.bytes *= part.images;
      part.images = 1;
    }
    if (part.images * part.rows * part.bytes != 0) parts.push_back(part);
  }
  return parts;
}

class ConcatLaunch final : public Launch {
 public:
  ConcatLaunch(std::vector<Part> parts, int64_t element) : parts_(std::move(parts)) {
    for (const Part& part : parts_) bits_ |= part.bits();
    for (const Part& part : parts_) {
      if (part.units(element) > INT32_MAX) {
        fail("an input of a concatenation has more than {} elements", INT32_MAX);
      }
    }
  }

  void run(const LaunchArgs& args) const override {
    uint64_t bits = bits_ | address_bits(args.outputs[0]);
    for (const Part& part : parts_) bits |= address_bits(source(part, args));
    for (size_t first = 0; first < parts_.size(); first += kMaxConcatParts) {
      run_some(args, first, std::min(parts_.size() - first, size_t{kMaxConcatParts}),
               common_unit(bits));
    }
  }

 private:
  static const void* source(const Part& part, const LaunchArgs& args) {
    return part.fixed ? part.fixed : args.inputs[part.input];
  }

  void run_some(const LaunchArgs& args, size_t first, size_t count, int unit) const {
    ConcatWork work;
    work.count = static_cast<int>(count);
    uint32_t blocks = 0;
    for (size_t i = 0; i < count; ++i) {
      const Part& from = parts_[first + i];
      ConcatPart& to = work.parts[i];
      to.in = source(from, args);
      to.out = static_cast<std::byte*>(args.outputs[0]) + from.out_offset;
      to.first_block = blocks;
      to.count = static_cast<uint32_t>(from.units(unit));
      to.row = FastDivisor(static_cast<uint32_t>(from.bytes / unit));
      to.rows = FastDivisor(static_cast<uint32_t>(from.rows));
      to.in_image = from.in_image / unit;
      to.in_row = from.in_row / unit;
      to.out_image = from.out_image / unit;
      to.out_row = from.out_row / unit;
      blocks += (to.count + kConcatUnits - 1) / kConcatUnits;
    }
    launch_concat(work, blocks, unit, stream_of(args));
    check_launch("concat_units");
  }

  std::vector<Part> parts_;
  uint64_t bits_ = 0;  // see Part::bits()
};

class ConcatUnits final : public Tactic {
 public:
  std::string_view name() const override { return "concat_units"; }
  bool strided() const override { return true; }

  Offer offer(const Problem& problem) const override {
    const OperandDesc& out = problem.outputs.at(0);
    if (bits_of(out.dtype) < 8) return Refusal{"moves no elements smaller than a byte"};
    std::vector<LayoutOffer> offers = {uniform_offer(problem, Layout::kLinear)};
    const bool tensors = std::all_of(problem.inputs.begin(), problem.inputs.end(), is_tensor);
    if (tensors && has_channels(out.dims)) {
      offers.push_back(uniform_offer(problem, Layout::kChannelsLast));
    }
    return offers;
  }
  double estimate(const Problem& problem) const override { return gpu_memory_seconds(problem); }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return std::make_unique<ConcatLaunch>(
        parts_of(problem, packed.constants),
        static_cast<int64_t>(bytes_of(problem.outputs[0].dtype, 1)));
  }
};

}  // namespace

std::span<const Tactic* const> concat_tactics() {
  static const ConcatUnits units;
  static const Tactic* const table[] = {&units};
  return table;
}

}  // namespace tenon
