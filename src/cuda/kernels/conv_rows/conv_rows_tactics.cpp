#include "cuda/kernels/conv_rows/conv_rows_tactics.h"

#include <algorithm>
#include <memory>

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/device_facts.h"
#include "cuda/estimates.h"
#include "cuda/kernels/conv_rows/rows_params.h"
#include "cuda/kernels/igemm/conv_product.h"
#include "cuda/kernels/igemm/igemm_tensor_params.h"
#include "cuda/kernels/igemm/product_type.h"
#include "cuda/tensor_map.h"

namespace tenon {
namespace {

constexpr int kSm = 90;  // whose products and copies the kernel uses
constexpr int kNarrow = 64;

class ConvRowsLaunch final : public Launch {
 public:
  ConvRowsLaunch(const ConvRowsParams& params, const IgemmKernel& kernel)
      : params_(params), kernel_(kernel) {}

  void run(const LaunchArgs& args) const override {
    if (kernel_.shape.blocks == 0) return;
    ConvRowsParams p = params_;
    set_address(p.map, args.inputs[0]);
    p.product.residual =
        args.inputs.size() > kResidualOperand ? args.inputs[kResidualOperand] : nullptr;
    p.product.y = args.outputs[0];
    launch_igemm(kernel_, &p, stream_of(args));
    check_launch("convolution by rows");
  }

 private:
  ConvRowsParams params_;
  IgemmKernel kernel_;
};

class ConvRows final : public DependentTactic {
 public:
  ConvRows(int tile, int element_bytes)
      : name_(fmt::format("conv_rows_{}x{}{}", tile_at(tile).rows, tile_at(tile).columns,
                          element_bytes == 4 ? "_tf32" : "")),
        index_(tile),
        element_bytes_(element_bytes) {}
  std::string_view name() const override { return name_; }
  bool pitched(const Problem& problem) const override { return fits_32_bits(problem); }
  int in_place_input(const Problem& problem) const override { return residual_in_place(problem); }

  Offer offer(const Problem& problem) const override {
    const auto geometry = conv_geometry(problem);
    if (const auto* refusal = std::get_if<Refusal>(&geometry)) return *refusal;
    const auto& g = std::get<ConvGeometry>(geometry);
    std::string reason = refusal_of_type(problem, element_bytes_);
    if (reason.empty()) reason = refusal_of(g);
    if (reason.empty() && !fits_32_bits(problem)) reason = "a tensor has 2^31 elements or more";
    if (!reason.empty()) return Refusal{reason};
    return conv_offer(problem, Layout::kChannelsLast, Layout::kChannelsLast);
  }

  double estimate(const Problem& problem) const override {
    constexpr double kShare = 0.5;  // of the peak
    return gpu_memory_seconds(problem) +
           gpu_compute_seconds(flops_of(problem) * element_bytes_ / 2, DataType::kF16, kShare);
  }

  std::vector<std::byte> pack(const Problem& problem) const override {
    const auto g = std::get<ConvGeometry>(conv_geometry(problem));
    return pack_conv(problem, conv_weights(g, element_bytes_, true));
  }

  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const auto g = std::get<ConvGeometry>(conv_geometry(problem));
    ConvRowsParams p;
    if (!fit(g, p)) fail("rows of {} pixels suit no tile of {}", g.ow, name_);
    const IgemmWeights w = conv_weights(g, element_bytes_, true);
    p.product.weights = packed.constants.data();
    if (g.has_bias) {
      p.product.bias = reinterpret_cast<const float*>(packed.constants.data() + w.matrix_bytes());
    }
    const GpuLimits limits{.shared_bytes = static_cast<int>(device_facts().shared_bytes),
                           .dependent_launches = dependent_launches()};
    const ProductType type = product_type(problem.inputs[0].dtype);
    const IgemmKernel kernel = prepare_conv_rows(index_, type, static_cast<int>(g.n), limits, p);
    check_launch("shared memory of a convolution by rows");
    if (g.n > 0) p.map = image_map(p.product, type, p.pitch(), p.patch_rows);
    return std::make_unique<ConvRowsLaunch>(p, kernel);
  }

 private:
  static const ConvRowsTile& tile_at(int index) {
    return conv_rows_tiles()[static_cast<size_t>(index)];
  }

  // Whether the tile suits; completes the params but for pointers and the map.
  bool fit(const ConvGeometry& g, ConvRowsParams& p) const {
    p.product = with_weights(conv_params(g), conv_weights(g, element_bytes_, true));
    return fit_conv_rows(tile_at(index_), static_cast<int>(device_facts().shared_bytes),
                         static_cast<int>(g.oh), static_cast<int>(g.ow), p);
  }

  std::string refusal_of(const ConvGeometry& g) const {
    const int64_t piece = 16 / element_bytes_;
    if (device_facts().sm != kSm) return "not a GPU of compute capability 9.0";
    if (g.groups != 1) return "grouped";
    if (g.stride_h != 1 || g.stride_w != 1) return "strided";
    if (g.dilation_h != 1 || g.dilation_w != 1) return "dilated";
    if (g.taps() == 1) return "no window of several taps";
    if (g.c % piece != 0) return fmt::format("the input channels are no multiple of {}", piece);
    if (g.n == 0 || g.k == 0 || g.oh == 0 || g.ow == 0) return "an empty tensor";
    if ((g.k <= kNarrow) != (tile_at(index_).columns <= kNarrow)) {
      return "tiles of other columns suit the problem better";
    }
    ConvRowsParams p;
    if (!fit(g, p)) return "too few of the tile's positions would be of use";
    const int64_t blocks = g.n * static_cast<int64_t>(p.by_column_tiles.divisor) *
                           p.by_x_tiles.divisor * p.by_y_tiles.divisor;
    return blocks < device_facts().multiprocessors / 4 ? "too few blocks" : "";
  }

  std::string name_;
  int index_;
  int element_bytes_;
};

}  // namespace

std::span<const Tactic* const> conv_rows_tactics() {
  static const std::vector<const Tactic*> all = [] {
    std::vector<const Tactic*> tactics;
    for (const int element_bytes : {2, 4}) {
      for (int tile = 0; tile < kConvRowsTiles; ++tile) {
        tactics.push_back(new ConvRows(tile, element_bytes));  // never destroyed
      }
    }
    return tactics;
  }();
  return all;
}

}  // namespace tenon
