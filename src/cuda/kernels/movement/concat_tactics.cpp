#include <algorithm>

#include "base/error.h"
#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/estimates.h"
#include "cuda/kernels/movement/alignment.h"
#include "cuda/kernels/movement/concat_kernels.h"
#include "cuda/kernels/movement/movement_tactics.h"
#include "device/concat_inputs.h"
#include "device/offers.h"
#include "device/packed_constants.h"

namespace tenon {
namespace {

int64_t units(const ConcatInput& part, int64_t unit) {
  return part.images * part.rows * part.bytes / unit;
}

// To whose multiples everything is aligned.
uint64_t bits_of_places(const ConcatInput& p) {
  return static_cast<uint64_t>(p.bytes | p.in_image | p.in_row | p.out_image | p.out_row |
                               p.out_offset);
}

class ConcatLaunch final : public Launch {
 public:
  ConcatLaunch(std::vector<ConcatInput> parts, int64_t element) : parts_(std::move(parts)) {
    for (const ConcatInput& part : parts_) bits_ |= bits_of_places(part);
    for (const ConcatInput& part : parts_) {
      if (units(part, element) > INT32_MAX) {
        fail("an input of a concatenation has more than {} elements", INT32_MAX);
      }
    }
  }

  void run(const LaunchArgs& args) const override {
    uint64_t bits = bits_ | address_bits(args.outputs[0]);
    for (const ConcatInput& part : parts_) bits |= address_bits(source(part, args));
    for (size_t first = 0; first < parts_.size(); first += kMaxConcatParts) {
      run_some(args, first, std::min(parts_.size() - first, size_t{kMaxConcatParts}),
               common_unit(bits));
    }
  }

 private:
  static const void* source(const ConcatInput& part, const LaunchArgs& args) {
    return part.fixed ? part.fixed : args.inputs[part.input];
  }

  void run_some(const LaunchArgs& args, size_t first, size_t count, int unit) const {
    ConcatWork work;
    work.count = static_cast<int>(count);
    uint32_t blocks = 0;
    for (size_t i = 0; i < count; ++i) {
      const ConcatInput& from = parts_[first + i];
      ConcatPart& to = work.parts[i];
      to.in = source(from, args);
      to.out = static_cast<std::byte*>(args.outputs[0]) + from.out_offset;
      to.first_block = blocks;
      to.count = static_cast<uint32_t>(units(from, unit));
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

  std::vector<ConcatInput> parts_;
  uint64_t bits_ = 0;  // see bits_of_places()
};

class ConcatUnits final : public DependentTactic {
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
        concat_inputs(problem, packed.constants),
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
