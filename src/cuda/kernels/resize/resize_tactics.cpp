#include "cuda/kernels/resize/resize_tactics.h"

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/device_facts.h"
#include "cuda/estimates.h"
#include "cuda/kernels/resize/resize_kernels.h"
#include "cuda/kernels/rows/float_problem.h"
#include "device/launch.h"
#include "ops/resize.h"

namespace tenon {
namespace {

constexpr int64_t kMostInGrid = 65535;

// Whether the first two axes stay as they are.
bool keeps_outer_axes(const Problem& problem) {
  const Resize& op = *problem.op.as<Resize>();
  const Dims& in = problem.inputs[0].dims;
  const Dims& out = problem.outputs[0].dims;
  for (int i = 0; i < 2; ++i) {
    if (in[i] != out[i]) return false;
    if (!op.scales.empty() && op.scales[static_cast<size_t>(i)] != 1) return false;
  }
  return true;
}

ResizeStep step_of(ResizeRounding rounding) {
  switch (rounding) {
    case ResizeRounding::kRoundPreferCeil: return ResizeStep::kPreferCeil;
    case ResizeRounding::kFloor: return ResizeStep::kFloor;
    case ResizeRounding::kCeil: return ResizeStep::kCeil;
    default: return ResizeStep::kPreferFloor;
  }
}

ResizeShape shape_of(const Problem& problem) {
  const Resize& op = *problem.op.as<Resize>();
  const OperandDesc& in = problem.inputs[0];
  const OperandDesc& out = problem.outputs[0];
  ResizeShape shape{.type = in.dtype, .step = step_of(op.rounding)};
  shape.taps = op.mode == ResizeMode::kNearest ? 1 : op.mode == ResizeMode::kLinear ? 2 : 4;
  shape.cubic = op.cubic_coefficient;
  shape.exclude_outside = op.exclude_outside;
  shape.channels_last = in.layout == Layout::kChannelsLast;
  const int rank = in.dims.rank();
  for (int i = 2; i < rank; ++i) {
    const ResizeLine line = resize_line(op, in.dims, out.dims, i);
    shape.axis[3 - rank + i] = {static_cast<int>(in.dims[i]),
                                static_cast<int>(out.dims[i]),
                                line.shift,
                                line.factor,
                                line.divisor,
                                line.offset,
                                line.centre};
  }
  shape.images = in.dims[0];
  shape.channels = in.dims[1];
  shape.in_stride = in.stride0();
  shape.out_stride = out.stride0();
  shape.in_pixel = static_cast<int>(in.pixel_pitch());
  shape.out_pixel = static_cast<int>(out.pixel_pitch());
  shape.multiprocessors = device_facts().multiprocessors;
  return shape;
}

// A block has a row of output places, whose taps and weights it computes first; all modes.
class ResizeRows final : public DependentTactic {
 public:
  std::string_view name() const override { return "resize_rows"; }
  bool strided() const override { return true; }
  bool pitched(const Problem& problem) const override {
    return takes(*this, problem);
  }

  Offer offer(const Problem& problem) const override {
    const DataType type = problem.outputs.at(0).dtype;
    Problem without_sizes = problem;
    without_sizes.inputs.resize(1);
    if (const auto refusal = rows::refuse_unless_float(without_sizes)) return *refusal;
    if (problem.inputs[0].dtype != type) return Refusal{"takes operands of one type only"};
    const Dims& in = problem.inputs[0].dims;
    if (in.rank() < 3 || in.rank() > 5) return Refusal{"resizes one to three spatial axes only"};
    if (!keeps_outer_axes(problem)) return Refusal{"resizes spatial axes only"};
    if (in[0] > kMostInGrid || (in.rank() == 5 && problem.outputs[0].dims[2] > kMostInGrid)) {
      return Refusal{"takes up to 65535 images of as many slices"};
    }
    return rows::both_layouts(problem);
  }
  double estimate(const Problem& problem) const override {
    return 1.5 * gpu_memory_seconds(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed&) const override {
    if (problem.outputs[0].dims.volume() == 0) return make_launch([](const LaunchArgs&) {});
    const ResizeShape shape = shape_of(problem);
    return make_launch([shape](const LaunchArgs& args) {
      launch_resize(shape, args.inputs[0], args.outputs[0], stream_of(args));
      check_launch("resize");
    });
  }
};

}  // namespace

std::span<const Tactic* const> resize_tactics() {
  static const ResizeRows rows;
  static const Tactic* const table[] = {&rows};
  return table;
}

}  // namespace tenon
