#include "cuda/kernels/pool/pool_tactics.h"

#include <algorithm>

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/estimates.h"
#include "cuda/kernels/pool/pool_kernels.h"
#include "cuda/kernels/reduce/reduce_loops.h"
#include "cuda/kernels/rows/float_problem.h"
#include "device/launch.h"
#include "ops/pool.h"

namespace tenon {
namespace {

int at_or(const std::vector<int64_t>& list, size_t i, int otherwise) {
  return list.empty() ? otherwise : static_cast<int>(list.at(i));
}

PoolShape shape_of(const Problem& problem) {
  const Pool& pool = *problem.op.as<Pool>();
  const OperandDesc& in = problem.inputs[0];
  const OperandDesc& out = problem.outputs[0];
  PoolShape shape{.type = in.dtype,
                  .max = pool.kind == PoolKind::kMax,
                  .count_include_pad = pool.count_include_pad,
                  .channels_last = in.layout == Layout::kChannelsLast};
  const int spatial = in.dims.rank() - 2;
  for (int i = 0; i < spatial; ++i) {
    const auto a = static_cast<size_t>(i);
    shape.axis[3 - spatial + i] = {.in = static_cast<int>(in.dims[i + 2]),
                                   .out = static_cast<int>(out.dims[i + 2]),
                                   .window = static_cast<int>(pool.window.at(a)),
                                   .stride = at_or(pool.stride, a, 1),
                                   .dilation = at_or(pool.dilation, a, 1),
                                   .pad_begin = at_or(pool.pad_begin, a, 0),
                                   .pad_end = at_or(pool.pad_end, a, 0)};
  }
  for (int i = 0; i < 3; ++i) shape.out[i] = FastDivisor(shape.axis[i].out);
  shape.images = in.dims[0];
  shape.channels = in.dims[1];
  shape.in_stride = in.stride0();
  shape.out_stride = out.stride0();
  return shape;
}

// Whether the one window is the whole input.
bool is_global(const PoolShape& shape) {
  return std::all_of(shape.axis, shape.axis + 3, [](const PoolAxis& a) {
    const bool unpadded = a.pad_begin == 0 && a.pad_end == 0;
    return a.out == 1 && a.window == a.in && unpadded && (a.dilation == 1 || a.window == 1);
  });
}

std::unique_ptr<Launch> bind_global(const Problem& problem) {
  std::array<bool, kMaxRank> reduced{};
  std::fill(reduced.begin() + 2, reduced.end(), true);
  const bool max = problem.op.as<Pool>()->kind == PoolKind::kMax;
  const ReduceShape shape = reduce_shape(max ? ReduceKind::kMax : ReduceKind::kMean, reduced, true,
                                         problem.inputs[0], problem.outputs[0]);
  return make_launch(
      [shape](const LaunchArgs& args) {
        launch_reduce(shape, args.inputs[0], args.outputs[0], args.workspace, stream_of(args));
        check_launch("global pool");
      },
      reduce_workspace_bytes(shape));
}

// A thread an output, or a packet of channels; windows that are the whole input as reductions.
class PoolPlaces final : public DependentTactic {
 public:
  std::string_view name() const override { return "pool_places"; }
  bool strided() const override { return true; }

  Offer offer(const Problem& problem) const override {
    if (const auto refusal = rows::refuse_unless_float(problem)) return *refusal;
    return rows::both_layouts(problem);
  }
  double estimate(const Problem& problem) const override {
    double taps = 1;
    for (const int64_t w : problem.op.as<Pool>()->window) taps *= static_cast<double>(w);
    const double outputs = static_cast<double>(problem.outputs[0].dims.volume());
    return std::max(gpu_memory_seconds(problem),
                    gpu_compute_seconds(taps * outputs, DataType::kF32, 0.05));
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed&) const override {
    if (problem.outputs[0].dims.volume() == 0) return make_launch([](const LaunchArgs&) {});
    const PoolShape shape = shape_of(problem);
    if (is_global(shape)) return bind_global(problem);
    return make_launch([shape](const LaunchArgs& args) {
      launch_pool(shape, args.inputs[0], args.outputs[0], stream_of(args));
      check_launch("pool");
    });
  }
};

}  // namespace

std::span<const Tactic* const> pool_tactics() {
  static const PoolPlaces places;
  static const Tactic* const table[] = {&places};
  return table;
}

}  // namespace tenon
