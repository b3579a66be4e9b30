#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/device_facts.h"
#include "cuda/estimates.h"
#include "cuda/kernels/stem/stem_tactics.h"
#include "cuda/kernels/stem/strip_plan.h"

namespace tenon {
namespace {

constexpr int kHopper = 90;

class StripLaunch final : public Launch {
 public:
  StripLaunch(const StripParams& params, StripFunction function, const LaunchShape& shape)
      : params_(params), function_(function), shape_(shape) {}

  void run(const LaunchArgs& args) const override {
    if (shape_.blocks == 0) return;
    StripParams params = params_;
    params.x = args.inputs[0];
    params.y = args.outputs[0];
    launch_kernel(function_, shape_, params, stream_of(args));
    check_launch("strips of a convolution");
  }

 private:
  StripParams params_;
  StripFunction function_;
  LaunchShape shape_;
};

// For Conv and ConvPool alike.
class StripTactic final : public Tactic {
 public:
  explicit StripTactic(int columns)
      : name_(fmt::format("conv_strip_{}", columns)), columns_(columns) {}
  std::string_view name() const override { return name_; }

  Offer offer(const Problem& problem) const override {
    if (device_facts().sm != kHopper) return Refusal{"the GPU is not Hopper"};
    const auto read = strip_shape(problem);
    if (const auto* refusal = std::get_if<Refusal>(&read)) return *refusal;
    const auto& shape = std::get<StripShape>(read);
    if (columns_ > kStripTiles[1] && shape.conv.ow <= kStripTiles[1]) {
      return Refusal{"narrower tiles suit the problem better"};
    }
    const StripParams params = params_of(shape);
    if (shared_bytes(params) > device_facts().shared_bytes) {
      return Refusal{"the window is too large for shared memory"};
    }
    if (strip_blocks(shape, params) > INT32_MAX) return Refusal{"too many strips"};
    return conv_offer(problem, Layout::kLinear, Layout::kChannelsLast);
  }

  double estimate(const Problem& problem) const override {
    constexpr double kShareOfPeak = 0.4;
    return std::max(gpu_memory_seconds(problem),
                    gpu_compute_seconds(flops_of(problem), problem.inputs[0].dtype, kShareOfPeak));
  }

  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_strip(problem, std::get<StripShape>(strip_shape(problem)));
  }

  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const auto shape = std::get<StripShape>(strip_shape(problem));
    StripParams params = params_of(shape);
    params.weights = packed.constants.data();
    params.bias = reinterpret_cast<const float*>(packed.constants.data() + strip_bias_place(shape));
    const StripFunction function =
        strip_function(columns_, shape.pooled, problem.inputs[0].dtype == DataType::kBF16);
    cudaFuncSetAttribute(reinterpret_cast<const void*>(function),
                         cudaFuncAttributeMaxDynamicSharedMemorySize,
                         static_cast<int>(device_facts().shared_bytes));
    check_launch("strips' shared memory");
    return std::make_unique<StripLaunch>(
        params, function,
        LaunchShape{.blocks = static_cast<unsigned>(strip_blocks(shape, params)),
                    .threads = kStripThreads,
                    .shared_bytes = shared_bytes(params),
                    .dependent = dependent_launches()});
  }

 private:
  StripParams params_of(const StripShape& shape) const {
    return strip_params(shape, columns_, device_facts().multiprocessors);
  }
  static size_t shared_bytes(const StripParams& params) {
    return static_cast<size_t>(strip_weight_bytes(params) + strip_ring_bytes(params));
  }

  std::string name_;
  int columns_;
};

}  // namespace

std::span<const Tactic* const> strip_tactics() {
  static const StripTactic wide(kStripTiles[0]), narrow(kStripTiles[1]);
  static const Tactic* const all[] = {&wide, &narrow};
  return all;
}

}  // namespace tenon
