#include "cpu/kernels/reduce/reduce_tactics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "cpu/kernels/dispatch.h"
#include "cpu/kernels/reduce/reduce_kernels.h"
#include "cpu/launch.h"
#include "cpu/offers.h"
#include "device/iteration.h"

namespace tenon {

float reduce_start(ReduceKind kind) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  switch (kind) {
    case ReduceKind::kProd: return 1;
    case ReduceKind::kMax: return -kInfinity;
    case ReduceKind::kMin: return kInfinity;
    default: return 0;
  }
}

namespace {

const ReduceKernels& kernels() {
  return for_isa(generic::kReduceKernels, avx2::kReduceKernels, avx512::kReduceKernels);
}

constexpr int64_t kOffsets = 256;  // rows looked up at a time

std::array<bool, kMaxRank> reduced_axes(const Problem& problem) {
  const int rank = problem.inputs[0].dims.rank();
  const Reduce& op = *problem.op.as<Reduce>();
  std::array<bool, kMaxRank> reduced{};
  if (op.axes.empty()) reduced.fill(true);
  for (const int64_t axis : op.axes) {
    reduced.at(static_cast<size_t>(axis < 0 ? axis + rank : axis)) = true;
  }
  return reduced;
}

// Whether exactly the spatial axes are reduced.
bool is_spatial(const Problem& problem) {
  const int rank = problem.inputs[0].dims.rank();
  const auto reduced = reduced_axes(problem);
  if (rank < 3 || rank > 5 || reduced[0] || reduced[1]) return false;
  return std::all_of(reduced.begin() + 2, reduced.begin() + rank, [](bool r) { return r; });
}

float finish(ReduceKind kind, float folded, float count) {
  if (kind == ReduceKind::kMean) return folded / count;
  return kind == ReduceKind::kL2 ? std::sqrt(folded) : folded;
}

// A reduction as loops over the outputs, each folding rows of `length` elements that lie
// together: one output a row, or, when `lanes`, one output an element.
struct ReduceLoops {
  ReduceKind kind;
  LoopAxes kept;      // of outputs, or of stretches of `length` outputs
  LoopAxes kept_out;  // the same, in the output
  LoopAxes reduced;   // of the rows of one output
  int64_t length = 1;
  bool lanes = false;
  float count = 1;  // elements behind one output
};

ReduceLoops loops_of(const Problem& problem) {
  const OperandDesc& in = problem.inputs[0];
  const auto reduced = reduced_axes(problem);
  IterationSpace space;
  space.extents = stored_extents(in.dims, Layout::kLinear);
  space.strides = {broadcast_strides(in.dims, in.dims, Layout::kLinear, in.stride0()), {}};
  // A second operand that moves along kept axes alone keeps kept and reduced axes apart.
  std::vector<int64_t> out(space.extents.size(), 0);
  int64_t stride = 1;
  size_t outermost = out.size();
  for (size_t i = out.size(); i-- > 0;) {
    if (reduced[i]) continue;
    outermost = i;
    out[i] = stride;
    stride *= space.extents[i];
  }
  // The output's axis 0, unless it is a reduced one that stays.
  const bool keep_dims = problem.op.as<Reduce>()->keep_dims;
  if (outermost < out.size() && (outermost == 0 || !keep_dims)) {
    out[outermost] = problem.outputs[0].stride0();
  }
  space.strides[1] = out;
  space = merged(space);
  ReduceLoops loops{.kind = problem.op.as<Reduce>()->kind};
  const size_t last = space.extents.size() - 1;
  const bool contiguous = space.strides[0][last] == 1 && space.strides[1][last] <= 1;
  for (size_t i = 0; i <= last; ++i) {
    const bool is_reduced = space.strides[1][i] == 0;
    if (is_reduced) loops.count *= static_cast<float>(space.extents[i]);
    if (i == last && contiguous) {
      loops.length = space.extents[i];
      loops.lanes = !is_reduced;
    } else if (is_reduced) {
      loops.reduced.add(space.extents[i], space.strides[0][i]);
    } else {
      loops.kept.add(space.extents[i], space.strides[0][i]);
      loops.kept_out.add(space.extents[i], space.strides[1][i]);
    }
  }
  return loops;
}

// One output: all of its rows folded.
float reduce_one(const ReduceLoops& l, const float* in) {
  std::array<int64_t, kOffsets> offsets;
  float acc = reduce_start(l.kind);
  const int64_t rows = l.reduced.volume();
  for (int64_t r = 0; r < rows; r += kOffsets) {
    const int64_t n = std::min(kOffsets, rows - r);
    l.reduced.offsets(r, n, offsets.data());
    acc = kernels().fold(l.kind, in, offsets.data(), n, l.length, acc);
  }
  return finish(l.kind, acc, l.count);
}

// `n` outputs that lie together.
void reduce_lanes(const ReduceLoops& l, const float* in, float* out, int64_t n) {
  std::array<int64_t, kOffsets> offsets;
  std::fill_n(out, n, reduce_start(l.kind));
  const int64_t rows = l.reduced.volume();
  for (int64_t r = 0; r < rows; r += kOffsets) {
    const int64_t count = std::min(kOffsets, rows - r);
    l.reduced.offsets(r, count, offsets.data());
    kernels().fold_lanes(l.kind, in, offsets.data(), count, out, n);
  }
  for (int64_t i = 0; i < n; ++i) out[i] = finish(l.kind, out[i], l.count);
}

std::unique_ptr<Launch> bind_linear(const Problem& problem) {
  const ReduceLoops l = loops_of(problem);
  const bool empty = problem.outputs[0].dims.volume() == 0;
  const int64_t rows = l.reduced.volume();
  const int64_t step = l.lanes ? std::clamp<int64_t>(l.length, 1, 128) : 1;
  const int64_t stretches = l.lanes ? (l.length + step - 1) / step : 1;
  const int64_t items = empty ? 0 : l.kept.volume() * stretches;
  const int64_t work = std::max<int64_t>(1, rows * (l.lanes ? step : l.length));
  const int64_t grain = std::max<int64_t>(1, 8192 / work);
  return make_launch([=](const LaunchArgs& args) {
    pool_of(args).run(items, grain, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        const float* in = input(args, 0) + l.kept.offset(i / stretches);
        float* out = output(args) + l.kept_out.offset(i / stretches);
        if (!l.lanes) {
          *out = reduce_one(l, in);
          continue;
        }
        const int64_t at = i % stretches * step;
        reduce_lanes(l, in + at, out + at, std::min(step, l.length - at));
      }
    });
  });
}

// The spatial axes of a blocked tensor: lane by lane of each block of channels.
std::unique_ptr<Launch> bind_blocked(const Problem& problem) {
  const OperandDesc& in = problem.inputs[0];
  const OperandDesc& out = problem.outputs[0];
  const int64_t block = block_of(in.layout);
  const int64_t channels = in.dims[1];
  const int64_t blocks = (channels + block - 1) / block;
  int64_t positions = 1;
  for (int a = 2; a < in.dims.rank(); ++a) positions *= in.dims[a];
  ReduceLoops l{.kind = problem.op.as<Reduce>()->kind,
                .length = block,
                .lanes = true,
                .count = static_cast<float>(positions)};
  l.reduced.add(positions, block);
  const bool linear = out.layout == Layout::kLinear;
  const int64_t grain = std::max<int64_t>(1, 8192 / std::max<int64_t>(1, positions * block));
  return make_launch([=, in_stride = in.stride0(), out_stride = out.stride0(),
                      batch = in.dims[0]](const LaunchArgs& args) {
    pool_of(args).run(batch * blocks, grain, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t image = i / blocks;
        const int64_t first = i % blocks * block;
        const int64_t lanes = std::min(block, channels - first);
        float* to = output(args) + image * out_stride + first;
        reduce_lanes(l, input(args, 0) + image * in_stride + first * positions, to, lanes);
        if (!linear) std::fill(to + lanes, to + block, 0.0F);
      }
    });
  });
}

class ReduceRows final : public Tactic {
 public:
  std::string_view name() const override { return "reduce_rows"; }
  bool strided() const override { return true; }

  Offer offer(const Problem& problem) const override {
    if (!all_f32(problem)) return Refusal{"computes f32 only"};
    if (!is_tensor(problem.inputs.at(0))) return Refusal{"takes no constant"};
    const Reduce& op = *problem.op.as<Reduce>();
    if (op.kind == ReduceKind::kLogSumExp) return Refusal{"does not compute log_sum_exp"};
    std::vector<LayoutOffer> offers;
    if (is_spatial(problem)) {
      for (const Layout layout : blocked_layouts()) {
        if (op.keep_dims) offers.push_back({{layout}, {layout}});
        offers.push_back({{layout}, {Layout::kLinear}});
      }
    }
    offers.push_back({{Layout::kLinear}, {Layout::kLinear}});
    return offers;
  }
  double estimate(const Problem& problem) const override { return memory_seconds(problem); }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed&) const override {
    return problem.inputs[0].layout == Layout::kLinear ? bind_linear(problem)
                                                       : bind_blocked(problem);
  }
};

}  // namespace

std::span<const Tactic* const> reduce_tactics() {
  static const ReduceRows rows;
  static const Tactic* const table[] = {&rows};
  return table;
}

}  // namespace tenon
