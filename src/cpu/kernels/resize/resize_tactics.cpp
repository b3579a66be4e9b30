#include "cpu/kernels/resize/resize_tactics.h"

#include <algorithm>

#include "base/error.h"
#include "cpu/kernels/dispatch.h"
#include "cpu/kernels/resize/resize_kernels.h"
#include "cpu/launch.h"
#include "cpu/offers.h"
#include "ops/resize.h"

namespace tenon {
namespace {

const ResizeKernels& kernels() {
  return for_isa(generic::kResizeKernels, avx2::kResizeKernels, avx512::kResizeKernels);
}

// The taps of one axis as the kernels read them.
struct AxisTable {
  ResizeTaps taps;
  std::vector<float> weights;
  ResizeAxis axis;

  AxisTable() : taps{1, {0}, {1}} { finish(1, 1); }
  AxisTable(const Resize& op, const Dims& in, const Dims& out, int i)
      : taps(resize_taps(op, in, out, i)) {
    finish(in[i], out[i]);
  }
  AxisTable(const AxisTable&) = delete;

 private:
  void finish(int64_t in, int64_t out) {
    weights.assign(taps.weights.begin(), taps.weights.end());
    axis = {in, out, static_cast<int>(taps.taps), taps.places.data(), weights.data()};
  }
};

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

class ResizeLaunch final : public Launch {
 public:
  explicit ResizeLaunch(const Problem& problem)
      : x_(*problem.op.as<Resize>(), problem.inputs[0].dims, problem.outputs[0].dims,
           problem.inputs[0].dims.rank() - 1) {
    const OperandDesc& in = problem.inputs[0];
    const OperandDesc& out = problem.outputs[0];
    if (in.dims.rank() == 4) {
      y_ = std::make_unique<AxisTable>(*problem.op.as<Resize>(), in.dims, out.dims, 2);
    } else {
      y_ = std::make_unique<AxisTable>();
    }
    block_ = block_of(in.layout);
    if (block_ == 1 && in.dims[in.dims.rank() - 1] > kMaxResizeRow) {
      fail("resize: rows of {} elements are too wide", in.dims[in.dims.rank() - 1]);
    }
    planes_ = (in.dims[1] + block_ - 1) / block_;
    rows_ = out.dims.volume() == 0 ? 0 : in.dims[0] * planes_ * y_->axis.out;
    in_stride_ = in.stride0();
    out_stride_ = out.stride0();
  }

  void run(const LaunchArgs& args) const override {
    const ResizeAxis& y = y_->axis;
    const ResizeAxis& x = x_.axis;
    const int64_t grain = std::max<int64_t>(1, 8192 / std::max<int64_t>(1, x.out * block_));
    pool_of(args).run(rows_, grain, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t row = i % y.out;
        const int64_t plane = i / y.out % planes_;
        const int64_t image = i / y.out / planes_;
        const float* in = input(args, 0) + image * in_stride_ + plane * y.in * x.in * block_;
        float* out = output(args) + image * out_stride_ + (plane * y.out + row) * x.out * block_;
        if (block_ > 1) {
          kernels().blocked_row(y, x, in, out, row, block_);
        } else {
          kernels().linear_row(y, x, in, out, row);
        }
      }
    });
  }

 private:
  AxisTable x_;
  std::unique_ptr<AxisTable> y_;
  int block_ = 1;
  int64_t planes_ = 0;
  int64_t rows_ = 0;
  int64_t in_stride_ = 0;
  int64_t out_stride_ = 0;
};

// Row by row of each plane, the weights looked up in tables; all modes.
class ResizeRows final : public Tactic {
 public:
  std::string_view name() const override { return "resize_rows"; }
  bool strided() const override { return true; }

  Offer offer(const Problem& problem) const override {
    const Dims& in = problem.inputs.at(0).dims;
    if (!all_f32(problem)) return Refusal{"computes f32 only"};
    if (!is_tensor(problem.inputs[0])) return Refusal{"takes no constant"};
    if (in.rank() != 3 && in.rank() != 4) return Refusal{"resizes one or two spatial axes only"};
    if (!keeps_outer_axes(problem)) return Refusal{"resizes the last one or two axes only"};
    std::vector<LayoutOffer> offers;
    for (const Layout layout : blocked_layouts()) offers.push_back(uniform_offer(problem, layout));
    if (in[in.rank() - 1] <= kMaxResizeRow) {
      offers.push_back(uniform_offer(problem, Layout::kLinear));
    }
    return offers;
  }
  double estimate(const Problem& problem) const override { return 2 * memory_seconds(problem); }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed&) const override {
    return std::make_unique<ResizeLaunch>(problem);
  }
};

}  // namespace

std::span<const Tactic* const> resize_tactics() {
  static const ResizeRows rows;
  static const Tactic* const table[] = {&rows};
  return table;
}

}  // namespace tenon
