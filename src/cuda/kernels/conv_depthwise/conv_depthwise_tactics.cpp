#include "cuda/kernels/conv_depthwise/conv_depthwise_tactics.h"

#include <algorithm>
#include <limits>
#include <memory>

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/device_facts.h"
#include "cuda/estimates.h"
#include "cuda/kernels/conv_depthwise/conv_depthwise_geometry.h"
#include "device/offers.h"

namespace tenon {
namespace {

constexpr int kOldest = 80;  // compute capability times ten: the products' instructions

// A way to cut the work: a shape of the kernel and the largest tile of y. It is offered where a
// multiprocessor gets so many blocks: with other numbers others were faster, on an H200.
struct Rank {
  int shape;
  int rows, columns;
  double least, most;
};
constexpr double kAny = std::numeric_limits<double>::infinity();
constexpr Rank kRanks[] = {{0, 4, 8, 0, 3},     {0, 8, 8, 0, 5},     {0, 8, 16, 1, 4},
                           {1, 4, 8, 0.5, 3.5}, {1, 8, 8, 0.7, 6},   {1, 16, 16, 2, 12},
                           {2, 8, 8, 0, 2},     {2, 8, 16, 0.8, 4},  {2, 16, 16, 1, 8},
                           {3, 8, 8, 3, kAny},  {3, 8, 16, 3, kAny}, {3, 16, 16, 1.5, kAny}};

// The smallest part when something is cut into equal ones that are at most so large.
int64_t even_part(int64_t whole, int64_t most) {
  const int64_t parts = std::max<int64_t>((whole + most - 1) / most, 1);
  return std::max<int64_t>((whole + parts - 1) / parts, 1);
}

// Plain clamps in the only form that the kernels have inline.
ActivationParams as_clamp(const Activation& act) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  if (act.fn == UnaryFn::kIdentity) return {kActClip, -kInfinity, kInfinity};
  if (act.fn == UnaryFn::kRelu) return {kActClip, 0, kInfinity};
  return activation_params(act);
}

class ConvDepthwiseLaunch final : public Launch {
 public:
  ConvDepthwiseLaunch(const ConvDepthwiseParams& params, const ConvDepthwiseKernel& kernel)
      : params_(params), kernel_(kernel) {}

  void run(const LaunchArgs& args) const override {
    if (kernel_.shape.blocks == 0) return;
    ConvDepthwiseParams p = params_;
    p.x = args.inputs[0];
    p.y = args.outputs[0];
    launch_kernel(kernel_.function, kernel_.shape, p, stream_of(args));
    check_launch("conv_depthwise");
  }

 private:
  ConvDepthwiseParams params_;
  ConvDepthwiseKernel kernel_;
};

class ConvDepthwiseTactic final : public DependentTactic {
 public:
  explicit ConvDepthwiseTactic(const Rank& rank)
      : rank_(rank),
        name_(fmt::format("expanded_{}x{}_{}x{}", shape().chunk, shape().pixels, rank.rows,
                          rank.columns)) {}
  std::string_view name() const override { return name_; }

  Offer offer(const Problem& problem) const override {
    if (device_facts().sm < kOldest) return Refusal{"the GPU is too old"};
    const auto geometry = conv_depthwise_geometry(problem);
    if (const auto* refusal = std::get_if<Refusal>(&geometry)) return *refusal;
    const auto& g = std::get<ConvDepthwiseGeometry>(geometry);
    if (!is_first_of_equals(g.depthwise)) return Refusal{"another tactic cuts the problem so"};
    const double blocks = blocks_a_multiprocessor(g);
    if (blocks < rank_.least) return Refusal{"smaller tiles suit the problem better"};
    if (blocks > rank_.most) return Refusal{"larger tiles suit the problem better"};
    ConvDepthwiseParams params = params_of(g);
    if (fit_conv_depthwise(shape(), g.window(), params) > device_facts().shared_bytes) {
      return Refusal{"too little shared memory for the channels"};
    }
    return std::vector{uniform_offer(problem, Layout::kChannelsLast)};
  }

  double estimate(const Problem& problem) const override {
    constexpr double kShareOfPeak = 0.1, kLaunch = 3e-6;
    return kLaunch + gpu_memory_seconds(problem) +
           gpu_compute_seconds(flops_of(problem), problem.inputs[0].dtype, kShareOfPeak);
  }

  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_conv_depthwise(
        problem, std::get<ConvDepthwiseGeometry>(conv_depthwise_geometry(problem)), shape());
  }

  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const auto g = std::get<ConvDepthwiseGeometry>(conv_depthwise_geometry(problem));
    const DeviceFacts& gpu = device_facts();
    ConvDepthwiseParams params = params_of(g);
    params.constants = packed.constants.data();
    const ConvDepthwiseType type = problem.inputs[0].dtype == DataType::kF16
                                       ? ConvDepthwiseType::kF16
                                       : ConvDepthwiseType::kBF16;
    ConvDepthwiseKernel kernel =
        prepare_conv_depthwise(rank_.shape, g.window(), type, static_cast<int>(g.expansion.n),
                               static_cast<int>(gpu.shared_bytes), params);
    check_launch("conv_depthwise's shared memory");
    if (kernel.shape.shared_bytes > gpu.shared_bytes) {
      fail("a chunk of {} channels takes {} bytes of shared memory", shape().chunk,
           kernel.shape.shared_bytes);
    }
    kernel.shape.dependent = dependent_launches();
    return std::make_unique<ConvDepthwiseLaunch>(params, kernel);
  }

 private:
  const ConvDepthwiseShape& shape() const {
    return conv_depthwise_shapes()[static_cast<size_t>(rank_.shape)];
  }

  // Of the ranks that cut y in the same tiles.
  bool is_first_of_equals(const ConvGeometry& g) const {
    const auto equal = [&](const Rank& other) {
      return other.shape == rank_.shape &&
             even_part(g.oh, other.rows) == even_part(g.oh, rank_.rows) &&
             even_part(g.ow, other.columns) == even_part(g.ow, rank_.columns);
    };
    const auto* first = std::find_if(std::begin(kRanks), std::end(kRanks), equal);
    return first->rows == rank_.rows && first->columns == rank_.columns;
  }

  double blocks_a_multiprocessor(const ConvDepthwiseGeometry& g) const {
    const ConvGeometry& y = g.depthwise;
    const int64_t rows = even_part(y.oh, rank_.rows), columns = even_part(y.ow, rank_.columns);
    const int64_t tiles = (y.oh + rows - 1) / rows * ((y.ow + columns - 1) / columns);
    return static_cast<double>(y.n * tiles * g.chunks(shape().chunk)) /
           static_cast<double>(device_facts().multiprocessors);
  }

  ConvDepthwiseParams params_of(const ConvDepthwiseGeometry& g) const {
    const ConvGeometry& second = g.depthwise;
    ConvDepthwiseParams p;
    p.channels = static_cast<int>(g.expansion.c);
    p.steps = g.steps();
    p.expanded = static_cast<int>(g.expansion.k);
    p.height = static_cast<int>(second.h);
    p.width = static_cast<int>(second.w);
    p.out_height = static_cast<int>(second.oh);
    p.out_width = static_cast<int>(second.ow);
    p.pad_top = static_cast<int>(second.pad_top);
    p.pad_left = static_cast<int>(second.pad_left);
    p.tile_rows = static_cast<int>(even_part(second.oh, rank_.rows));
    p.tile_columns = static_cast<int>(even_part(second.ow, rank_.columns));
    p.inner_act = as_clamp(g.expansion.act);
    p.outer_act = as_clamp(second.act);
    return p;
  }

  Rank rank_;
  std::string name_;
};

}  // namespace

std::span<const Tactic* const> conv_depthwise_tactics() {
  static const std::vector<const Tactic*> all = [] {
    std::vector<const Tactic*> tactics;
    for (const Rank& rank : kRanks)
      tactics.push_back(new ConvDepthwiseTactic(rank));  // never destroyed
    return tactics;
  }();
  return all;
}

}  // namespace tenon
