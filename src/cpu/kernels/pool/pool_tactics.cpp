#include "cpu/kernels/pool/pool_tactics.h"

#include <algorithm>

#include "base/error.h"
#include "cpu/kernels/dispatch.h"
#include "cpu/kernels/pool/pool_kernels.h"
#include "cpu/launch.h"
#include "cpu/offers.h"
#include "ops/pool.h"

namespace tenon {

// The quotient rounded up; steps of 1 are too common to pay for a division.
static int64_t steps_to(int64_t distance, int64_t step) {
  return step == 1 ? distance : (distance + step - 1) / step;
}

PoolTaps pool_taps(const PoolAxis& a, int64_t out) {
  const int64_t begin = out * a.stride - a.pad_begin;
  const int64_t first = begin < 0 ? steps_to(-begin, a.dilation) : 0;
  const int64_t inside = a.in <= begin ? 0 : steps_to(a.in - begin, a.dilation);
  return {begin, first, std::max(first, std::min(a.window, inside))};
}

int64_t pool_count(const PoolAxis& a, int64_t out, bool include_pad) {
  const PoolTaps taps = pool_taps(a, out);
  if (!include_pad) return taps.last - taps.first;
  const int64_t end = a.in + a.pad_end;
  const int64_t inside = end <= taps.begin ? 0 : steps_to(end - taps.begin, a.dilation);
  return std::min(a.window, inside);
}

namespace {

const PoolKernels& kernels() {
  return for_isa(generic::kPoolKernels, avx2::kPoolKernels, avx512::kPoolKernels);
}

int64_t at_or(const std::vector<int64_t>& list, size_t i, int64_t otherwise) {
  return list.empty() ? otherwise : list.at(i);
}

PoolAxis pool_axis(const Pool& pool, size_t i, int64_t in, int64_t out) {
  return {in,
          out,
          pool.window.at(i),
          at_or(pool.stride, i, 1),
          at_or(pool.dilation, i, 1),
          at_or(pool.pad_begin, i, 0),
          at_or(pool.pad_end, i, 0)};
}

// A one-dimensional pooling has one row.
PoolShape shape_of(const Problem& problem) {
  const Pool& pool = *problem.op.as<Pool>();
  const Dims& in = problem.inputs[0].dims;
  const Dims& out = problem.outputs[0].dims;
  PoolShape shape{.count_include_pad = pool.count_include_pad};
  const int last = in.rank() - 1;
  shape.x = pool_axis(pool, static_cast<size_t>(last - 2), in[last], out[last]);
  if (in.rank() == 4) shape.y = pool_axis(pool, 0, in[2], out[2]);
  return shape;
}

// Row by row of each plane, vectorised over the channels of a block, or over the columns.
class PoolRows final : public Tactic {
 public:
  std::string_view name() const override { return "pool_rows"; }
  bool strided() const override { return true; }

  Offer offer(const Problem& problem) const override {
    const Dims& in = problem.inputs.at(0).dims;
    if (!all_f32(problem)) return Refusal{"computes f32 only"};
    if (!is_tensor(problem.inputs[0])) return Refusal{"takes no constant"};
    if (in.rank() != 3 && in.rank() != 4) return Refusal{"pools one or two spatial axes only"};
    std::vector<LayoutOffer> offers;
    for (const Layout layout : blocked_layouts()) offers.push_back(uniform_offer(problem, layout));
    offers.push_back(uniform_offer(problem, Layout::kLinear));
    return offers;
  }

  double estimate(const Problem& problem) const override {
    const PoolShape s = shape_of(problem);
    const auto taps = static_cast<double>(s.x.window * s.y.window);
    const bool linear = problem.outputs[0].layout == Layout::kLinear;
    return memory_seconds(problem) +
           compute_seconds(taps * static_cast<double>(problem.outputs[0].dims.volume()),
                           linear ? 0.03 : 0.3);
  }

  std::unique_ptr<Launch> bind(const Problem& problem, const Packed&) const override {
    const PoolShape s = shape_of(problem);
    const OperandDesc& in = problem.inputs[0];
    const OperandDesc& out = problem.outputs[0];
    const int block = block_of(in.layout);
    const int64_t planes = (in.dims[1] + block - 1) / block;
    const int64_t in_plane = s.y.in * s.x.in * block;
    const int64_t out_plane = s.y.out * s.x.out * block;
    const int64_t rows = out.dims.volume() == 0 ? 0 : in.dims[0] * planes * s.y.out;
    const bool max = problem.op.as<Pool>()->kind == PoolKind::kMax;
    const PoolKernels& k = kernels();
    const int64_t row_work = s.x.out * block * s.x.window * s.y.window;
    const int64_t grain = std::max<int64_t>(1, 16384 / std::max<int64_t>(row_work, 1));
    // Runs body(input plane, output row, row number) over all rows.
    const auto each_row = [=, in_stride = in.stride0(), out_stride = out.stride0()](
                              const LaunchArgs& args, int64_t begin, int64_t end, auto body) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t row = i % s.y.out;
        const int64_t plane = i / s.y.out % planes;
        const int64_t image = i / s.y.out / planes;
        body(input(args, 0) + image * in_stride + plane * in_plane,
             output(args) + image * out_stride + plane * out_plane + row * s.x.out * block, row);
      }
    };
    if (in.layout != Layout::kLinear) {
      const auto kernel = max ? k.max_row : k.average_row;
      return make_launch([=](const LaunchArgs& args) {
        pool_of(args).run(rows, grain, [&](int64_t begin, int64_t end, int) {
          each_row(args, begin, end, [&](const float* from, float* to, int64_t row) {
            kernel(s, from, to, row, block);
          });
        });
      });
    }
    const auto kernel = max ? k.max_linear : k.average_linear;
    return make_launch([=](const LaunchArgs& args) {
      pool_of(args).run(rows, grain, [&](int64_t begin, int64_t end, int) {
        each_row(args, begin, end,
                 [&](const float* from, float* to, int64_t row) { kernel(s, from, to, row); });
      });
    });
  }
};

}  // namespace

std::span<const Tactic* const> pool_tactics() {
  static const PoolRows rows;
  static const Tactic* const table[] = {&rows};
  return table;
}

}  // namespace tenon
