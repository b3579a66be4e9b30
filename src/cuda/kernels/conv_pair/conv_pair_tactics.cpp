#include "cuda/kernels/conv_pair/conv_pair_tactics.h"

#include <algorithm>

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/device_facts.h"
#include "cuda/estimates.h"
#include "cuda/kernels/conv_pair/pair_geometry.h"
#include "cuda/kernels/conv_pair/pair_params.h"
#include "cuda/kernels/igemm/igemm_tensor_params.h"
#include "cuda/tensor_map.h"
#include "device/offers.h"

namespace tenon {
namespace {

class ConvPairLaunch final : public Launch {
 public:
  ConvPairLaunch(const ConvPairParams& params, const IgemmKernel& kernel)
      : params_(params), kernel_(kernel) {}

  void run(const LaunchArgs& args) const override {
    if (params_.z.rows == 0) return;
    ConvPairParams params = params_;
    set_address(params.x, args.inputs[0]);
    if (params.has_residual) set_address(params.residual, args.inputs[kPairResidual]);
    set_address(params.y, args.outputs[0]);
    params.z.y = args.outputs[1];
    launch_kernel(kernel_.function, kernel_.shape, &params, stream_of(args));
    check_launch("conv_pair");
  }

 private:
  ConvPairParams params_;
  IgemmKernel kernel_;
};

class ConvPairTactic final : public DependentTactic {
 public:
  // With so many tiles of x in shared memory at a time.
  ConvPairTactic(int tile, int x_stages)
      : name_(fmt::format("conv_pair_{}x{}_x{}", tile_at(tile).rows, tile_at(tile).columns,
                          x_stages)),
        index_(tile),
        x_stages_(x_stages) {}
  std::string_view name() const override { return name_; }

  Offer offer(const Problem& problem) const override {
    if (device_facts().sm != kHopper) return Refusal{"the GPU is not Hopper"};
    const auto geometry = pair_geometry(problem);
    if (const auto* refusal = std::get_if<Refusal>(&geometry)) return *refusal;
    const auto& g = std::get<PairGeometry>(geometry);
    const int columns = tile().columns;
    if (g.columns > columns) return Refusal{"too many columns for the tile"};
    if (g.columns <= columns / 2 && columns > kPairSlice) {
      return Refusal{"narrower tiles suit the problem better"};
    }
    if (x_stages_ > 1 && tiles(g) <= device_facts().multiprocessors) {
      return Refusal{"no block has more than one tile"};
    }
    ConvPairParams params = params_of(g);
    if (fit(params) == 0) return Refusal{"too little shared memory for the channels"};
    return std::vector{uniform_offer(problem, Layout::kChannelsLast)};
  }
  int in_place_input(const Problem& problem) const override {
    return is_present(problem, kPairResidual) ? static_cast<int>(kPairResidual) : -1;
  }
  double estimate(const Problem& problem) const override {
    constexpr double kShareOfPeak = 0.5, kLaunch = 3e-6;
    const auto g = std::get<PairGeometry>(pair_geometry(problem));
    const auto blocks = static_cast<double>(device_facts().multiprocessors);
    const double rounds = static_cast<double>(tiles(g)) / blocks;
    const double idle = std::ceil(rounds) / std::max(rounds, 1e-9);
    const double products =
        gpu_compute_seconds(flops_of(problem), problem.inputs[0].dtype, kShareOfPeak);
    return kLaunch + std::max(gpu_memory_seconds(problem), idle * products);
  }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_pair(problem, std::get<PairGeometry>(pair_geometry(problem)), tile().columns);
  }

  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const auto g = std::get<PairGeometry>(pair_geometry(problem));
    ConvPairParams params = params_of(g);
    const size_t shared = fit(params);
    const PairBlob at(g, tile().columns);
    const std::byte* constants = packed.constants.data();
    params.weights1 = constants;
    params.weights2 = constants + at.weights2;
    params.bias = reinterpret_cast<const float*>(constants + at.bias1);
    params.z.bias = reinterpret_cast<const float*>(constants + at.bias2);
    const ProductType type =
        problem.inputs[0].dtype == DataType::kF16 ? ProductType::kF16 : ProductType::kBF16;
    const DeviceFacts& gpu = device_facts();
    const GpuLimits limits{.shared_bytes = static_cast<int>(gpu.shared_bytes),
                           .dependent_launches = use_dependent_launches};
    const IgemmKernel kernel =
        prepare_conv_pair(index_, type, limits, gpu.multiprocessors, shared, params);
    check_launch("conv_pair's shared memory");
    if (g.rows > 0) {
      params.x = matrix_map(g.rows, g.channels, type, tile().rows);
      params.y = params.residual = matrix_map(g.rows, g.middle, type, tile().rows);
    }
    return std::make_unique<ConvPairLaunch>(params, kernel);
  }

 private:
  static const ConvPairTile& tile_at(int index) {
    return conv_pair_tiles()[static_cast<size_t>(index)];
  }
  const ConvPairTile& tile() const { return tile_at(index_); }
  int64_t tiles(const PairGeometry& g) const { return (g.rows + tile().rows - 1) / tile().rows; }

  static ConvPairParams params_of(const PairGeometry& g) {
    ConvPairParams params;
    params.act = activation_params(g.first_act);
    params.has_residual = g.has_residual;
    params.slabs = static_cast<int>(g.slabs());
    params.slices = static_cast<int>(g.slices());
    params.z.rows = static_cast<int>(g.rows);
    params.z.columns = params.z.y_pitch = static_cast<int>(g.columns);
    params.z.act = activation_params(g.second_act);
    return params;
  }
  size_t fit(ConvPairParams& params) const {
    return fit_conv_pair(tile(), x_stages_, device_facts().shared_bytes, params);
  }

  std::string name_;
  int index_;
  int x_stages_;
};

}  // namespace

std::span<const Tactic* const> conv_pair_tactics() {
  static const std::vector<const Tactic*> all = [] {
    std::vector<const Tactic*> tactics;
    for (int tile = 0; tile < kConvPairTiles; ++tile) {
      for (const int x_stages : {2, 1}) {
        tactics.push_back(new ConvPairTactic(tile, x_stages));  // never destroyed
      }
    }
    return tactics;
  }();
  return all;
}

}  // namespace tenon
