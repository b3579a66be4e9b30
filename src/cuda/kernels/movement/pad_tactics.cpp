#include <algorithm>
#include <bit>
#include <optional>

#include "base/error.h"
#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/estimates.h"
#include "cuda/kernels/movement/alignment.h"
#include "cuda/kernels/movement/movement_tactics.h"
#include "cuda/kernels/movement/pad_kernels.h"
#include "device/iteration.h"
#include "device/launch.h"
#include "device/offers.h"
#include "device/packed_constants.h"
#include "ops/fill.h"
#include "ops/iota.h"
#include "ops/pad.h"

namespace tenon {
namespace {

// One element over and over.
uint4 pattern_of(DataType dtype, double value) {
  std::array<std::byte, sizeof(uint4)> bytes{};
  set_element({dtype, Dims{}, bytes.data()}, 0, value);
  const size_t element = bytes_of(dtype, 1);
  for (size_t i = element; i < bytes.size(); ++i) bytes[i] = bytes[i - element];
  return std::bit_cast<uint4>(bytes);
}

PadSource source_of(PadMode mode) {
  switch (mode) {
    case PadMode::kReflect: return PadSource::kReflect;
    case PadMode::kEdge: return PadSource::kEdge;
    case PadMode::kWrap: return PadSource::kWrap;
    default: return PadSource::kValue;
  }
}

// An axis of a padding in memory order.
struct PadAxis {
  int64_t in_extent;
  int64_t out_extent;
  int64_t before;  // what is added (or, negative, cut off) at the beginning
  int64_t after;
  int64_t in_stride;
  int64_t out_stride;
  bool untouched() const { return before == 0 && after == 0; }
};

// The axes of the loop, those inside of the padded ones merged into one.
std::vector<PadAxis> axes_of(const Problem& problem, const std::vector<int64_t>& pads) {
  const OperandDesc& in = problem.inputs[0];
  const OperandDesc& out = problem.outputs[0];
  const auto in_strides = axis_strides(in);
  const auto out_strides = axis_strides(out);
  const size_t rank = in_strides.size();
  std::vector<PadAxis> axes;
  for (const int axis : memory_order(in.dims.rank(), in.layout)) {
    const auto a = static_cast<size_t>(axis);
    const PadAxis next{in.dims[axis],     out.dims[axis], pads.at(a),
                       pads.at(a + rank), in_strides[a],  out_strides[a]};
    if (!axes.empty() && next.untouched() && axes.back().untouched() &&
        axes.back().in_stride == next.in_stride * next.in_extent &&
        axes.back().out_stride == next.out_stride * next.out_extent) {
      axes.back() = {axes.back().in_extent * next.in_extent,
                     axes.back().out_extent * next.out_extent,
                     0,
                     0,
                     next.in_stride,
                     next.out_stride};
    } else {
      axes.push_back(next);
    }
  }
  if (axes.empty()) axes.push_back({1, 1, 0, 0, 1, 1});
  return axes;
}

// In units of `unit` elements, into which the innermost axis is divided.
PadLoop loop_of(const std::vector<PadAxis>& axes, const Problem& problem, int64_t unit) {
  const Pad& op = *problem.op.as<Pad>();
  PadLoop loop{.axes = static_cast<int>(axes.size()), .source = source_of(op.mode)};
  int64_t count = 1;
  for (size_t a = 0; a < axes.size(); ++a) {
    const PadAxis& axis = axes[a];
    const int64_t scale = a + 1 == axes.size() ? unit : 1;
    const int64_t cut = std::max<int64_t>(0, -axis.before);
    const int64_t kept = axis.in_extent - cut + std::min<int64_t>(0, axis.after);
    count *= axis.out_extent / scale;
    if (count > INT32_MAX || kept > INT32_MAX) {
      fail("padding of more than {} elements in one step", INT32_MAX);
    }
    if (op.mode != PadMode::kConstant && kept <= 0) fail("an axis has no elements to pad with");
    loop.extent[a] = FastDivisor(static_cast<uint32_t>(axis.out_extent / scale));
    loop.before[a] = static_cast<int32_t>(std::max<int64_t>(0, axis.before) / scale);
    loop.kept[a] = static_cast<int32_t>(std::max<int64_t>(0, kept) / scale);
    loop.in_stride[a] = axis.in_stride * scale / unit;
    loop.out_stride[a] = axis.out_stride * scale / unit;
    loop.in_offset += cut * axis.in_stride / unit;
  }
  loop.count = static_cast<uint32_t>(count);
  loop.value = pattern_of(problem.outputs[0].dtype, static_cast<double>(op.value));
  return loop;
}

std::unique_ptr<Launch> bind_pad(const Problem& problem, const Packed& packed) {
  if (problem.outputs[0].dims.volume() == 0) return make_launch([](const LaunchArgs&) {});
  const auto axes = axes_of(problem, packed_shape_elements(problem, packed.code, 1));
  const auto element = static_cast<int64_t>(bytes_of(problem.outputs[0].dtype, 1));
  uint64_t bits = 16;
  for (size_t a = 0; a < axes.size(); ++a) {
    const bool inner = a + 1 == axes.size();
    if (inner && !axes[a].untouched()) bits |= static_cast<uint64_t>(element);
    bits |= static_cast<uint64_t>((inner ? axes[a].in_extent : axes[a].in_stride) * element);
    if (!inner) bits |= static_cast<uint64_t>(axes[a].out_stride * element);
  }
  const int unit = common_unit(bits);
  const PadLoop units = loop_of(axes, problem, unit / element);
  const PadLoop elements = loop_of(axes, problem, 1);
  const void* fixed = packed_constant(problem, packed.constants, 0);
  const OperandDesc& out = problem.outputs[0];
  const bool flat = unit < 16 && out.stride0() == dense_batch_stride(out.dims, out.layout) &&
                    elements.count * element % 16 == 0;
  return make_launch([=](const LaunchArgs& args) {
    const void* in = fixed ? fixed : args.inputs[0];
    const uint64_t pointers = address_bits(in) | address_bits(args.outputs[0]);
    if (flat && address_bits(args.outputs[0]) % 16 == 0) {
      launch_flat_pad(in, args.outputs[0], elements, static_cast<int>(element), stream_of(args));
      return check_launch("pad_flat");
    }
    const bool aligned = common_unit(pointers) >= unit;
    launch_pad(in, args.outputs[0], aligned ? units : elements,
               aligned ? unit : static_cast<int>(element), stream_of(args));
    check_launch("pad_units");
  });
}

class PadUnits final : public DependentTactic {
 public:
  std::string_view name() const override { return "pad_units"; }
  bool strided() const override { return true; }
  Offer offer(const Problem& problem) const override {
    const OperandDesc& in = problem.inputs.at(0);
    if (bits_of(in.dtype) < 8) return Refusal{"moves no elements smaller than a byte"};
    std::vector<LayoutOffer> offers = {uniform_offer(problem, Layout::kLinear)};
    if (is_tensor(in) && has_channels(in.dims)) {
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
    return bind_pad(problem, packed);
  }
};

class FillUnits final : public DependentTactic {
 public:
  std::string_view name() const override { return "fill_units"; }
  Offer offer(const Problem& problem) const override {
    if (bits_of(problem.outputs.at(0).dtype) < 8) {
      return Refusal{"writes no elements smaller than a byte"};
    }
    return linear_offer(problem);
  }
  double estimate(const Problem& problem) const override { return gpu_memory_seconds(problem); }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed&) const override {
    const Fill& op = *problem.op.as<Fill>();
    const uint4 pattern = pattern_of(op.dtype, op.value);
    const auto bytes = static_cast<int64_t>(problem.outputs[0].bytes());
    return make_launch([=](const LaunchArgs& args) {
      void* out = args.outputs[0];
      const int unit = common_unit(address_bits(out) | static_cast<uint64_t>(bytes));
      launch_fill(out, bytes, pattern, unit, stream_of(args));
      check_launch("fill_units");
    });
  }
};

std::optional<IotaType> iota_type(DataType dtype) {
  switch (dtype) {
    case DataType::kF32: return IotaType::kF32;
    case DataType::kF16: return IotaType::kF16;
    case DataType::kBF16: return IotaType::kBF16;
    case DataType::kI64: return IotaType::kI64;
    case DataType::kI32: return IotaType::kI32;
    case DataType::kI8:
    case DataType::kU8: return IotaType::kI8;
    case DataType::kBool: return IotaType::kBool;
    default: return std::nullopt;
  }
}

class IotaElements final : public DependentTactic {
 public:
  std::string_view name() const override { return "iota_elements"; }
  Offer offer(const Problem& problem) const override {
    const DataType dtype = problem.outputs.at(0).dtype;
    if (!iota_type(dtype)) return Refusal{fmt::format("makes no {}", name_of(dtype))};
    return linear_offer(problem);
  }
  double estimate(const Problem& problem) const override { return gpu_memory_seconds(problem); }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed&) const override {
    const Iota& op = *problem.op.as<Iota>();
    Progression p{.type = iota_type(op.dtype).value(), .start = op.start, .step = op.step};
    if (!is_float(op.dtype)) {
      p.whole_start = static_cast<int64_t>(op.start);
      p.whole_step = static_cast<int64_t>(op.step);
    }
    return make_launch([p, count = problem.outputs[0].dims.volume()](const LaunchArgs& args) {
      launch_iota(args.outputs[0], count, p, stream_of(args));
      check_launch("iota_elements");
    });
  }
};

}  // namespace

std::span<const Tactic* const> pad_tactics() {
  static const PadUnits units;
  static const Tactic* const table[] = {&units};
  return table;
}

std::span<const Tactic* const> fill_tactics() {
  static const FillUnits units;
  static const Tactic* const table[] = {&units};
  return table;
}

std::span<const Tactic* const> iota_tactics() {
  static const IotaElements elements;
  static const Tactic* const table[] = {&elements};
  return table;
}

}  // namespace tenon
