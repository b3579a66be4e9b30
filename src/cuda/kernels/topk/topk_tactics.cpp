#include "cuda/kernels/topk/topk_tactics.h"

#include <algorithm>

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/device_facts.h"
#include "cuda/estimates.h"
#include "cuda/kernels/rows/float_problem.h"
#include "cuda/kernels/topk/topk_plan.h"
#include "device/launch.h"
#include "ops/topk.h"

namespace tenon {
namespace {

topk::Task task_of(const Problem& problem) {
  const TopK& op = *problem.op.as<TopK>();
  const OperandDesc& x = problem.inputs[0];
  const int axis = static_cast<int>(op.axis < 0 ? op.axis + x.dims.rank() : op.axis);
  if (x.dims.volume() > INT32_MAX) fail("top-k of more than {} elements in one step", INT32_MAX);
  const int64_t k = problem.outputs[0].dims[axis];
  if (k > x.dims[axis]) fail("k is {}, but axis {} has {} elements", k, axis, x.dims[axis]);
  topk::Task task{.type = x.dtype,
                  .k = static_cast<uint32_t>(k),
                  .largest = op.largest,
                  .last_first = op.last_first,
                  .wide = op.indices == DataType::kI64};
  bool behind = false;
  for (const rows::StoredAxis& a : rows::stored_axes(x)) {
    const auto extent = static_cast<uint32_t>(a.extent);
    if (a.axis == axis) {
      task.n = extent;
      behind = true;
    } else {
      (behind ? task.inner : task.outer) *= extent;
    }
  }
  return task;
}

// One of several kernels, by the length of the lines, how far apart their elements are, and k.
class TopKLines final : public Tactic {
 public:
  std::string_view name() const override { return "topk_lines"; }

  Offer offer(const Problem& problem) const override {
    constexpr DataType kTypes[] = {DataType::kF32, DataType::kF16, DataType::kBF16, DataType::kI32,
                                   DataType::kI64};
    const OperandDesc& x = problem.inputs.at(0);
    if (std::find(std::begin(kTypes), std::end(kTypes), x.dtype) == std::end(kTypes)) {
      return Refusal{"compares f32, f16, bf16, i32 and i64 only"};
    }
    if (!is_tensor(x)) return Refusal{"takes no constant"};
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
  static const TopKLines lines;
  static const Tactic* const table[] = {&lines};
  return table;
}

}  // namespace tenon
