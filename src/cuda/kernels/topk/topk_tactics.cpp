#include "cuda/kernels/topk/topk_tactics.h"

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/device_facts.h"
#include "cuda/estimates.h"
#include "cuda/kernels/topk/topk_plan.h"
#include "device/launch.h"
#include "device/offers.h"
#include "device/topk_lines.h"
#include "ops/topk.h"

namespace tenon {
namespace {

topk::Task task_of(const Problem& problem) {
  if (problem.inputs[0].dims.volume() > INT32_MAX) {
    fail("top-k of more than {} elements in one step", INT32_MAX);
  }
  const TopK& op = *problem.op.as<TopK>();
  const TopKLines lines = topk_lines(problem);
  return {.type = problem.inputs[0].dtype,
          .outer = static_cast<uint32_t>(lines.outer),
          .n = static_cast<uint32_t>(lines.n),
          .inner = static_cast<uint32_t>(lines.inner),
          .k = static_cast<uint32_t>(lines.k),
          .largest = op.largest,
          .last_first = op.last_first,
          .wide = op.indices == DataType::kI64};
}

// One of several kernels, by the length of the lines, how far apart their elements are, and k.
class TopKLinesTactic final : public Tactic {
 public:
  std::string_view name() const override { return "topk_lines"; }

  Offer offer(const Problem& problem) const override {
    if (const auto refusal = refuse_topk(problem)) return *refusal;
    const OperandDesc& x = problem.inputs[0];
    if (x.dims.volume() > INT32_MAX) return Refusal{"counts elements in 31 bits only"};
    std::vector<LayoutOffer> offers{uniform_offer(problem, Layout::kLinear)};
    if (x.dims.rank() >= 3 && has_channels(x.dims)) {
      offers.push_back(uniform_offer(problem, Layout::kChannelsLast));
    }
    return offers;
  }
  double estimate(const Problem& problem) const override { return gpu_memory_seconds(problem); }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed&) const override {
    const topk::Plan plan = topk::plan_of(task_of(problem), device_facts().multiprocessors);
    return make_launch(
        [plan](const LaunchArgs& args) {
          if (plan.launch == nullptr) return;
          topk::Task task = plan.task;
          task.in = args.inputs[0];
          task.values = args.outputs[0];
          task.indices = args.outputs[1];
          task.workspace = args.workspace;
          plan.launch(task, stream_of(args));
          check_launch("top-k");
        },
        plan.workspace_bytes);
  }
};

}  // namespace

std::span<const Tactic* const> topk_tactics() {
  static const TopKLinesTactic lines;
  static const Tactic* const table[] = {&lines};
  return table;
}

}  // namespace tenon
