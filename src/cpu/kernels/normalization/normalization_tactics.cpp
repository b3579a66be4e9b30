#include "cpu/kernels/normalization/normalization_tactics.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/error.h"
#include "cpu/kernels/dispatch.h"
#include "cpu/kernels/normalization/normalization_kernels.h"
#include "cpu/launch.h"
#include "cpu/offers.h"
#include "device/iteration.h"
#include "device/packed_constants.h"
#include "ops/normalization.h"

namespace tenon {
namespace {

const NormalizationKernels& kernels() {
  return for_isa(generic::kNormalizationKernels, avx2::kNormalizationKernels,
                 avx512::kNormalizationKernels);
}

constexpr float kOne = 1;
constexpr float kZero = 0;

// A normalization as loops. By rows: `outer` rows of elements that lie together, each made of
// `segments` of `length` elements along which scale and bias step by 0 or 1. By columns: `outer`
// blocks of `length` columns.
struct NormalizationLoops {
  bool by_columns = false;
  int64_t outer = 1;
  int64_t segments = 1;  // of a row; elements of a column
  int64_t length = 1;
  // [0] scale, [1] bias: where a row's begin, where a segment's do, and the step within.
  std::array<LoopAxes, 2> row_axes;
  std::array<LoopAxes, 2> segment_axes;
  std::array<int64_t, 2> step{};
};

struct Axis {
  int64_t extent;
  std::array<int64_t, 2> strides;  // of scale and bias
  bool reduced;
};

// The axes of x, the channels split into groups.
std::vector<Axis> axes_of(const Problem& problem) {
  const Normalization& op = *problem.op.as<Normalization>();
  const Dims& x = problem.inputs[0].dims;
  const int rank = x.rank();
  std::vector<Axis> axes;
  for (const int64_t d : x) axes.push_back({d, {0, 0}, false});
  for (const int64_t a : op.axes) axes.at(static_cast<size_t>(a < 0 ? a + rank : a)).reduced = true;
  for (size_t i = 1; i <= 2 && i < problem.inputs.size(); ++i) {
    if (!problem.inputs[i].present) continue;
    Dims dims = right_aligned(problem.inputs[i].dims, rank);
    if (op.groups > 1) {
      dims = right_aligned({}, rank);
      dims[1] = x[1];
    }
    const auto strides =
        broadcast_strides(dims, x, Layout::kLinear, dense_batch_stride(dims, Layout::kLinear));
    for (int a = 0; a < rank; ++a) {
      axes[static_cast<size_t>(a)].strides[i - 1] = strides[static_cast<size_t>(a)];
    }
  }
  if (op.groups > 1) {
    Axis within = axes[1];
    within.extent /= op.groups;
    within.reduced = true;
    axes[1].extent = op.groups;
    axes[1].reduced = false;
    for (int64_t& stride : axes[1].strides) stride *= within.extent;
    axes.insert(axes.begin() + 2, within);
  }
  std::erase_if(axes, [](const Axis& a) { return a.extent == 1; });
  return axes;
}

NormalizationLoops rows_of(std::span<const Axis> outer, std::span<const Axis> reduced) {
  NormalizationLoops loops;
  for (const Axis& a : outer) {
    loops.outer *= a.extent;
    for (size_t p = 0; p < 2; ++p) loops.row_axes[p].add(a.extent, a.strides[p]);
  }
  IterationSpace space;
  space.strides.resize(2);
  for (const Axis& a : reduced) {
    space.extents.push_back(a.extent);
    for (size_t p = 0; p < 2; ++p) space.strides[p].push_back(a.strides[p]);
  }
  space = merged(space);
  loops.length = space.extents.back();
  loops.segments = space.rows();
  for (size_t p = 0; p < 2; ++p) {
    loops.step[p] = reduced.empty() ? 0 : space.strides[p].back();
    for (size_t i = 0; i + 1 < space.extents.size(); ++i) {
      loops.segment_axes[p].add(space.extents[i], space.strides[p][i]);
    }
  }
  return loops;
}

std::optional<NormalizationLoops> columns_of(std::span<const Axis> axes) {
  NormalizationLoops loops{.by_columns = true};
  size_t i = 0;
  for (; i < axes.size() && !axes[i].reduced; ++i) {
    loops.outer *= axes[i].extent;
    for (size_t p = 0; p < 2; ++p) loops.row_axes[p].add(axes[i].extent, axes[i].strides[p]);
  }
  if (i == axes.size() || (i + 1 < axes.size() && axes[i + 1].reduced)) return std::nullopt;
  loops.segments = axes[i].extent;
  loops.step = axes[i].strides;
  for (++i; i < axes.size(); ++i) {
    const bool constant = axes[i].strides[0] == 0 && axes[i].strides[1] == 0;
    if (axes[i].reduced || !constant) return std::nullopt;
    loops.length *= axes[i].extent;
  }
  return loops;
}

std::optional<NormalizationLoops> loops_of(const Problem& problem) {
  const std::vector<Axis> axes = axes_of(problem);
  size_t first = axes.size();
  while (first > 0 && axes[first - 1].reduced) --first;
  const std::span<const Axis> all(axes);
  const auto outer = all.subspan(0, first);
  const bool others =
      std::any_of(outer.begin(), outer.end(), [](const Axis& a) { return a.reduced; });
  if (!others) {
    NormalizationLoops loops = rows_of(outer, all.subspan(first));
    if (loops.step[0] <= 1 && loops.step[1] <= 1) return loops;
  }
  return others && first == axes.size() ? columns_of(all) : std::nullopt;
}

class NormalizationLaunch final : public Launch {
 public:
  NormalizationLaunch(const Problem& problem, std::span<const std::byte> packed)
      : op_(*problem.op.as<Normalization>()), empty_(problem.outputs[0].dims.volume() == 0) {
    if (empty_) return;
    const auto loops = loops_of(problem);
    if (!loops) fail("normalization over such axes is not what the tactic does");
    l_ = *loops;
    for (size_t i = 1; i <= 2; ++i) {
      present_[i - 1] = i < problem.inputs.size() && problem.inputs[i].present;
      if (!present_[i - 1]) continue;
      fixed_[i - 1] = static_cast<const float*>(packed_constant(problem, packed, i));
    }
  }

  void run(const LaunchArgs& args) const override {
    if (empty_) return;
    if (l_.by_columns) return run_columns(args);
    const int64_t n = l_.segments * l_.length;
    const int64_t grain = std::max<int64_t>(1, 4096 / n);
    pool_of(args).run(l_.outer, grain, [&](int64_t begin, int64_t end, int) {
      for (int64_t row = begin; row < end; ++row) {
        run_row(args, row, input(args, 0) + row * n, output(args) + row * n);
      }
    });
  }

 private:
  NormalizationParameter parameter(const LaunchArgs& args, size_t p, int64_t row) const {
    if (!present_[p]) return {p == 0 ? &kOne : &kZero, 0};
    const float* data = fixed_[p] != nullptr ? fixed_[p] : input(args, p + 1);
    return {data + l_.row_axes[p].offset(row), l_.step[p]};
  }

  void run_row(const LaunchArgs& args, int64_t row, const float* in, float* out) const {
    float mean = 0;
    float factor = 0;
    kernels().statistics(in, l_.segments * l_.length, op_.epsilon, op_.rms, &mean, &factor);
    const NormalizationParameter scale = parameter(args, 0, row);
    const NormalizationParameter bias = parameter(args, 1, row);
    for (int64_t s = 0; s < l_.segments; ++s) {
      kernels().apply(in + s * l_.length, out + s * l_.length, l_.length, mean, factor,
                      {scale.data + (present_[0] ? l_.segment_axes[0].offset(s) : 0), scale.step},
                      {bias.data + (present_[1] ? l_.segment_axes[1].offset(s) : 0), bias.step});
    }
  }

  void run_columns(const LaunchArgs& args) const {
    constexpr int64_t kColumns = 64;
    const int64_t stretches = (l_.length + kColumns - 1) / kColumns;
    pool_of(args).run(l_.outer * stretches, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t block = i / stretches;
        const int64_t column = i % stretches * kColumns;
        const int64_t at = block * l_.segments * l_.length + column;
        kernels().columns(input(args, 0) + at, output(args) + at, l_.segments, l_.length,
                          std::min(kColumns, l_.length - column), op_.epsilon, op_.rms,
                          parameter(args, 0, block), parameter(args, 1, block));
      }
    });
  }

  Normalization op_;
  NormalizationLoops l_;
  std::array<bool, 2> present_{};
  std::array<const float*, 2> fixed_{};
  bool empty_;
};

class NormalizationRows final : public Tactic {
 public:
  std::string_view name() const override { return "normalization_rows"; }
  Offer offer(const Problem& problem) const override {
    if (!all_f32(problem)) return Refusal{"computes f32 only"};
    if (!is_tensor(problem.inputs.at(0))) return Refusal{"takes no constant"};
    if (problem.inputs[0].dims.rank() == 0) return Refusal{"takes no scalar"};
    if (problem.outputs[0].dims.volume() != 0 && !loops_of(problem)) {
      return Refusal{"normalizes over the last axes, or over one axis, only"};
    }
    return linear_offer(problem);
  }
  int in_place_input(const Problem&) const override { return 0; }
  double estimate(const Problem& problem) const override { return 2 * memory_seconds(problem); }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return std::make_unique<NormalizationLaunch>(problem, packed);
  }
};

}  // namespace

std::span<const Tactic* const> normalization_tactics() {
  static const NormalizationRows rows;
  static const Tactic* const table[] = {&rows};
  return table;
}

}  // namespace tenon
