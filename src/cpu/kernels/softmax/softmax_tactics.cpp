#include "cpu/kernels/softmax/softmax_tactics.h"

#include <algorithm>

#include "cpu/kernels/dispatch.h"
#include "cpu/kernels/softmax/softmax_kernels.h"
#include "cpu/launch.h"
#include "cpu/offers.h"
#include "ops/softmax.h"

namespace tenon {
namespace {

const SoftmaxKernels& kernels() {
  return for_isa(generic::kSoftmaxKernels, avx2::kSoftmaxKernels, avx512::kSoftmaxKernels);
}

// Rows along the last axis, or columns along another one, each in one go.
class SoftmaxRows final : public Tactic {
 public:
  std::string_view name() const override { return "softmax_rows"; }
  Offer offer(const Problem& problem) const override {
    if (!all_f32(problem)) return Refusal{"computes f32 only"};
    if (!is_tensor(problem.inputs.at(0))) return Refusal{"takes no constant"};
    if (problem.inputs[0].dims.rank() == 0) return Refusal{"takes no scalar"};
    return linear_offer(problem);
  }
  int in_place_input(const Problem&) const override { return 0; }
  double estimate(const Problem& problem) const override {
    return memory_seconds(problem) + compute_seconds(flops_of(problem) * 20, 0.5);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed&) const override {
    const Softmax& op = *problem.op.as<Softmax>();
    const Dims& dims = problem.inputs[0].dims;
    const int axis = static_cast<int>(op.axis < 0 ? op.axis + dims.rank() : op.axis);
    int64_t outer = 1;
    int64_t inner = 1;
    for (int i = 0; i < axis; ++i) outer *= dims[i];
    for (int i = axis + 1; i < dims.rank(); ++i) inner *= dims[i];
    const int64_t n = dims[axis];
    const bool log = op.log;
    if (inner == 1) {
      const int64_t grain = std::max<int64_t>(1, 2048 / std::max<int64_t>(n, 1));
      return make_launch([=](const LaunchArgs& args) {
        pool_of(args).run(n == 0 ? 0 : outer, grain, [&](int64_t begin, int64_t end, int) {
          for (int64_t i = begin; i < end; ++i) {
            kernels().row(input(args, 0) + i * n, output(args) + i * n, n, log);
          }
        });
      });
    }
    constexpr int64_t kColumns = 64;
    const int64_t stretches = (inner + kColumns - 1) / kColumns;
    return make_launch([=](const LaunchArgs& args) {
      pool_of(args).run(outer * stretches, 1, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; ++i) {
          const int64_t column = i % stretches * kColumns;
          const int64_t at = i / stretches * n * inner + column;
          kernels().columns(input(args, 0) + at, output(args) + at, n, inner,
                            std::min(kColumns, inner - column), log);
        }
      });
    });
  }
};

}  // namespace

std::span<const Tactic* const> softmax_tactics() {
  static const SoftmaxRows rows;
  static const Tactic* const table[] = {&rows};
  return table;
}

}  // namespace tenon
