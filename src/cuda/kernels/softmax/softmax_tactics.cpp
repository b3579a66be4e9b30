#include "cuda/kernels/softmax/softmax_tactics.h"

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/device_facts.h"
#include "cuda/estimates.h"
#include "cuda/kernels/rows/float_problem.h"
#include "cuda/kernels/softmax/softmax_kernels.h"
#include "device/launch.h"
#include "ops/softmax.h"

namespace tenon {
namespace {

SoftmaxShape shape_of(const Problem& problem) {
  const Softmax& op = *problem.op.as<Softmax>();
  const OperandDesc& x = problem.inputs[0];
  const int axis = static_cast<int>(op.axis < 0 ? op.axis + x.dims.rank() : op.axis);
  SoftmaxShape shape{
      .type = x.dtype, .log = op.log, .multiprocessors = device_facts().multiprocessors};
  bool behind = false;
  for (const rows::StoredAxis& a : rows::stored_axes(x)) {
    if (a.axis == axis) {
      shape.n = a.extent;
      behind = true;
    } else {
      (behind ? shape.inner : shape.outer) *= a.extent;
    }
  }
  return shape;
}

// Each element is read once where its line fits into the registers of a warp or a block.
class SoftmaxLines final : public DependentTactic {
 public:
  std::string_view name() const override { return "softmax_lines"; }
  Offer offer(const Problem& problem) const override {
    if (const auto refusal = rows::refuse_unless_float(problem)) return *refusal;
    if (problem.inputs[0].dims.rank() == 0) return Refusal{"takes no scalar"};
    return rows::both_layouts(problem);
  }
  int in_place_input(const Problem&) const override { return 0; }
  double estimate(const Problem& problem) const override { return gpu_memory_seconds(problem); }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed&) const override {
    const SoftmaxShape shape = shape_of(problem);
    return make_launch([shape](const LaunchArgs& args) {
      if (shape.outer * shape.n * shape.inner == 0) return;
      launch_softmax(shape, args.inputs[0], args.outputs[0], stream_of(args));
      check_launch("softmax");
    });
  }
};

}  // namespace

std::span<const Tactic* const> softmax_tactics() {
  static const SoftmaxLines lines;
  static const Tactic* const table[] = {&lines};
  return table;
}

}  // namespace tenon
