#include <algorithm>

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/device_facts.h"
#include "cuda/estimates.h"
#include "cuda/kernels/stem/stem_tactics.h"
#include "cuda/kernels/stem/strip_plan.h"
#include "cuda/tensor_map.h"

namespace tenon {
namespace {

class StripLaunch final : public Launch {
 public:
  StripLaunch(const StripParams& params, bool pooled, StripFunction function,
              const LaunchShape& shape)
      : params_(params), pooled_(pooled), function_(function), shape_(shape) {}

  void run(const LaunchArgs& args) const override {
    if (shape_.blocks == 0) return;
    StripParams params = params_;
    params.x = args.inputs[0];
    params.y = args.outputs[0];
    if (!pooled_) set_address(params.rows, args.outputs[0]);
    launch_kernel(function_, shape_, params, stream_of(args));
    check_launch("strips of a convolution");
  }

 private:
  StripParams params_;
  bool pooled_;
  StripFunction function_;
  LaunchShape shape_;
};

// Of y [n, oh, ow, k]: boxes of a tile's pixels and a block's filters.
CUtensorMap rows_map(const StripShape& shape, int columns, DataType type) {
  const ConvGeometry& g = shape.conv;
  const auto filters = static_cast<cuuint64_t>(g.k), width = static_cast<cuuint64_t>(g.ow);
  const cuuint64_t dims[] = {filters, width, static_cast<cuuint64_t>(g.n * g.oh)};
  const cuuint64_t strides[] = {filters * 2, width * filters * 2};
  const cuuint32_t box[] = {kStripFilters, static_cast<cuuint32_t>(columns), 1};
  return tiled_map(
      type == DataType::kF16 ? CU_TENSOR_MAP_DATA_TYPE_FLOAT16 : CU_TENSOR_MAP_DATA_TYPE_BFLOAT16,
      dims, strides, box, CU_TENSOR_MAP_L2_PROMOTION_NONE);
}

// For Conv and ConvPool alike.
class StripTactic final : public DependentTactic {
 public:
  explicit StripTactic(int columns)
      : name_(fmt::format("conv_strip_{}", columns)), columns_(columns) {}
  std::string_view name() const override { return name_; }

  Offer offer(const Problem& problem) const override {
    if (device_facts().sm != kHopper) return Refusal{"the GPU is not Hopper"};
    const auto read = strip_shape(problem);
    if (const auto* refusal = std::get_if<Refusal>(&read)) return *refusal;
    const auto& shape = std::get<StripShape>(read);
    if (!suits(shape)) return Refusal{"other tiles suit the problem better"};
    const StripParams params = params_of(shape);
    if (shared_bytes(shape, params) > device_facts().shared_bytes) {
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
    if (!shape.pooled && strip_blocks(shape, params) > 0) {
      params.rows = rows_map(shape, columns_, problem.inputs[0].dtype);
    }
    const StripFunction function =
        strip_function(columns_, shape.pooled, problem.inputs[0].dtype == DataType::kBF16);
    cudaFuncSetAttribute(reinterpret_cast<const void*>(function),
                         cudaFuncAttributeMaxDynamicSharedMemorySize,
                         static_cast<int>(device_facts().shared_bytes));
    check_launch("strips' shared memory");
    return std::make_unique<StripLaunch>(
        params, shape.pooled, function,
        LaunchShape{.blocks = static_cast<unsigned>(strip_blocks(shape, params)),
                    .threads = kStripThreads,
                    .shared_bytes = shared_bytes(shape, params),
                    .dependent = dependent_launches()});
  }

 private:
  StripParams params_of(const StripShape& shape) const {
    return strip_params(shape, columns_, device_facts().multiprocessors);
  }
  // Whether no narrower tile holds a whole row.
  bool suits(const StripShape& shape) const {
    return std::ranges::none_of(
        kStripTiles, [&](int columns) { return columns < columns_ && shape.conv.ow <= columns; });
  }
  // The ring comes last. compute-sanitizer takes the right side of a product for 32 bytes a pixel
  // from its first one on, though neighbours share all of them but a cell: room for the rest.
  size_t shared_bytes(const StripShape& shape, const StripParams& params) const {
    constexpr int kCell = 16;
    return static_cast<size_t>(strip_weight_bytes(params) + strip_ring_bytes(params) +
                               (shape.pooled ? 0 : strip_staging_bytes(columns_)) +
                               columns_ * kCell);
  }

  std::string name_;
  int columns_;
};

}  // namespace

std::span<const Tactic* const> strip_tactics() {
  static const StripTactic tactics[] = {StripTactic(kStripTiles[0]), StripTactic(kStripTiles[1]),
                                        StripTactic(kStripTiles[2])};
  static const Tactic* const all[] = {&tactics[0], &tactics[1], &tactics[2]};
  return all;
}

}  // namespace tenon
