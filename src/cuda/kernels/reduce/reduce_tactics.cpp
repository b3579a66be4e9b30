#include "cuda/kernels/reduce/reduce_tactics.h"

#include <algorithm>

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/estimates.h"
#include "cuda/kernels/reduce/reduce_loops.h"
#include "cuda/kernels/rows/float_problem.h"
#include "device/launch.h"

namespace tenon {
namespace {

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
  return !reduced[0] && !reduced[1] &&
         std::all_of(reduced.begin() + 2, reduced.begin() + rank, [](bool r) { return r; });
}

// A group of threads an output, or, where the innermost axis stays, a thread an output and part of
// its rows; few outputs of many elements in two stages.
class ReduceLines final : public DependentTactic {
 public:
  std::string_view name() const override { return "reduce_lines"; }
  bool strided() const override { return true; }

  Offer offer(const Problem& problem) const override {
    if (const auto refusal = rows::refuse_unless_float(problem)) return *refusal;
    const Dims& dims = problem.inputs[0].dims;
    std::vector<LayoutOffer> offers;
    offers.push_back({{Layout::kLinear}, {Layout::kLinear}});
    if (dims.rank() >= 3 && has_channels(dims)) {
      const bool keep = problem.op.as<Reduce>()->keep_dims;
      if (keep) offers.push_back({{Layout::kChannelsLast}, {Layout::kChannelsLast}});
      if (is_spatial(problem)) offers.push_back({{Layout::kChannelsLast}, {Layout::kLinear}});
    }
    return offers;
  }
  double estimate(const Problem& problem) const override { return gpu_memory_seconds(problem); }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed&) const override {
    if (problem.outputs[0].dims.volume() == 0) return make_launch([](const LaunchArgs&) {});
    const ReduceShape shape =
        reduce_shape(problem.op.as<Reduce>()->kind, reduced_axes(problem),
                     problem.op.as<Reduce>()->keep_dims, problem.inputs[0], problem.outputs[0]);
    return make_launch(
        [shape](const LaunchArgs& args) {
          launch_reduce(shape, args.inputs[0], args.outputs[0], args.workspace, stream_of(args));
          check_launch("reduce");
        },
        reduce_workspace_bytes(shape));
  }
};

}  // namespace

std::span<const Tactic* const> reduce_tactics() {
  static const ReduceLines lines;
  static const Tactic* const table[] = {&lines};
  return table;
}

}  // namespace tenon
