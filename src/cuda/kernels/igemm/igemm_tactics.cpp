#include "cuda/kernels/igemm/igemm_tactics.h"

#include <algorithm>
#include <memory>

#include "cuda/device_facts.h"
#include "cuda/kernels/igemm/conv_geometry.h"
#include "cuda/kernels/igemm/igemm_launch.h"
#include "cuda/kernels/igemm/matmul_geometry.h"

namespace tenon {
namespace {

constexpr int64_t kMostTaps = 15;  // on an axis: the bits of a row's mask

bool is_narrow(DataType type) { return type == DataType::kF16 || type == DataType::kBF16; }

// A tactic of one choice of tile and split.
class IgemmTactic : public Tactic {
 public:
  IgemmTactic(std::string_view prefix, const IgemmChoice& choice)
      : name_(fmt::format("{}_{}", prefix, name_of(choice))), choice_(choice) {}
  std::string_view name() const override { return name_; }

 protected:
  Offer offer_if_promising(const IgemmSize& size, Offer offer) const {
    if (!is_promising(size, choice_)) return Refusal{"other tiles suit the problem better"};
    return offer;
  }
  const IgemmChoice& choice() const { return choice_; }

 private:
  std::string name_;
  IgemmChoice choice_;
};

std::string conv_refusal(const Problem& problem, const ConvGeometry& g) {
  if (!is_narrow(problem.inputs[0].dtype)) return "neither FP16 nor BF16";
  if (g.groups != 1) return "grouped";
  if (g.c % 8 != 0) return "the input channels are no multiple of 8";
  if (g.kh > kMostTaps || g.kw > kMostTaps) return "the window is larger than 15";
  if (!fits_32_bits(problem)) return "a tensor has 2^31 elements or more";
  return {};
}

// Parameters that convolutions and transposed ones share.
IgemmParams window_params(const ConvGeometry& g) {
  IgemmParams p;
  p.channels = static_cast<int>(g.c);
  p.height = static_cast<int>(g.h);
  p.width = static_cast<int>(g.w);
  p.by_channels = FastDivisor(g.c);
  p.act = activation_params(g.act);
  return p;
}

class IgemmConv final : public IgemmTactic {
 public:
  using IgemmTactic::IgemmTactic;

  Offer offer(const Problem& problem) const override {
    const auto geometry = conv_geometry(problem);
    if (const auto* refusal = std::get_if<Refusal>(&geometry)) return *refusal;
    const auto& g = std::get<ConvGeometry>(geometry);
    if (std::string reason = conv_refusal(problem, g); !reason.empty()) return Refusal{reason};
    return offer_if_promising(size_of(g),
                              conv_offer(problem, Layout::kChannelsLast, Layout::kChannelsLast));
  }
  int in_place_input(const Problem& problem) const override { return residual_in_place(problem); }
  double estimate(const Problem& problem) const override {
    return igemm_seconds(size_of(std::get<ConvGeometry>(conv_geometry(problem))), choice());
  }

  std::vector<std::byte> pack(const Problem& problem) const override {
    const auto g = std::get<ConvGeometry>(conv_geometry(problem));
    const auto words = words_of(*problem.inputs[1].constant);
    return pack_igemm(weights_of(g), g.has_bias ? problem.inputs[2].constant : nullptr, 1,
                      [&](int64_t d, int64_t n) {
                        const int64_t tap = d / g.c, channel = d % g.c;
                        return words[static_cast<size_t>((n * g.c + channel) * g.taps() + tap)];
                      });
  }

  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const auto g = std::get<ConvGeometry>(conv_geometry(problem));
    IgemmParams p = window_params(g);
    p.rows = static_cast<int>(g.rows());
    p.columns = static_cast<int>(g.k);
    p.plain = g.pointwise();
    p.kernel_h = static_cast<int>(g.kh);
    p.kernel_w = static_cast<int>(g.kw);
    p.stride_h = static_cast<int>(g.stride_h);
    p.stride_w = static_cast<int>(g.stride_w);
    p.dilation_h = static_cast<int>(g.dilation_h);
    p.dilation_w = static_cast<int>(g.dilation_w);
    p.pad_top = static_cast<int>(g.pad_top);
    p.pad_left = static_cast<int>(g.pad_left);
    p.by_pixels = FastDivisor(g.oh * g.ow);
    p.by_width = FastDivisor(g.ow);
    p.by_kernel_w = FastDivisor(g.kw);
    return bind_igemm(p, weights_of(g), choice(), problem.inputs[0].dtype, g.has_bias, packed);
  }

 private:
  static IgemmWeights weights_of(const ConvGeometry& g) { return {g.taps() * g.c, g.k}; }
  static IgemmSize size_of(const ConvGeometry& g) {
    return {g.rows(), g.k, weights_of(g).steps()};
  }
};

class IgemmMatMul final : public IgemmTactic {
 public:
  using IgemmTactic::IgemmTactic;

  Offer offer(const Problem& problem) const override {
    const auto geometry = matmul_geometry(problem);
    if (const auto* refusal = std::get_if<Refusal>(&geometry)) return *refusal;
    const auto& g = std::get<MatMulGeometry>(geometry);
    if (!is_narrow(problem.inputs[0].dtype)) return Refusal{"neither FP16 nor BF16"};
    if (g.depth % 8 != 0) return Refusal{"the depth is no multiple of 8"};
    if (!fits_32_bits(problem)) return Refusal{"a tensor has 2^31 elements or more"};
    return offer_if_promising(size_of(g), linear_offer(problem));
  }
  int in_place_input(const Problem& problem) const override { return residual_in_place(problem); }
  double estimate(const Problem& problem) const override {
    return igemm_seconds(size_of(std::get<MatMulGeometry>(matmul_geometry(problem))), choice());
  }

  std::vector<std::byte> pack(const Problem& problem) const override {
    const auto g = std::get<MatMulGeometry>(matmul_geometry(problem));
    const auto words = words_of(*problem.inputs[1].constant);
    return pack_igemm(weights_of(g), g.has_bias ? problem.inputs[2].constant : nullptr, 1,
                      [&](int64_t d, int64_t n) {
                        return words[static_cast<size_t>(d * g.b_row + n * g.b_column)];
                      });
  }

  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const auto g = std::get<MatMulGeometry>(matmul_geometry(problem));
    IgemmParams p;
    p.rows = static_cast<int>(g.rows);
    p.columns = static_cast<int>(g.columns);
    p.plain = true;
    p.channels = static_cast<int>(g.depth);
    p.by_channels = FastDivisor(g.depth);
    p.scale = g.alpha;
    p.act = activation_params(g.act);
    return bind_igemm(p, weights_of(g), choice(), problem.inputs[0].dtype, g.has_bias, packed);
  }

 private:
  static IgemmWeights weights_of(const MatMulGeometry& g) { return {g.depth, g.columns}; }
  static IgemmSize size_of(const MatMulGeometry& g) {
    return {g.rows, g.columns, weights_of(g).steps()};
  }
};

class IgemmDeconv final : public IgemmTactic {
 public:
  using IgemmTactic::IgemmTactic;

  Offer offer(const Problem& problem) const override {
    const auto geometry = conv_geometry(problem);
    if (const auto* refusal = std::get_if<Refusal>(&geometry)) return *refusal;
    const auto& g = std::get<ConvGeometry>(geometry);
    if (std::string reason = conv_refusal(problem, g); !reason.empty()) return Refusal{reason};
    if (g.kh != g.kw || g.stride_h != g.kh || g.stride_w != g.kw || g.oh != g.h * g.kh ||
        g.ow != g.w * g.kw || g.pad_top != 0 || g.pad_left != 0 || g.dilation_h != 1 ||
        g.dilation_w != 1) {
      return Refusal{"the windows overlap or are cropped"};
    }
    if (g.k % 8 != 0) return Refusal{"the output channels are no multiple of 8"};
    return offer_if_promising(size_of(g),
                              conv_offer(problem, Layout::kChannelsLast, Layout::kChannelsLast));
  }
  double estimate(const Problem& problem) const override {
    return igemm_seconds(size_of(std::get<ConvGeometry>(conv_geometry(problem))), choice());
  }

  // Columns are [tap][output channel].
  std::vector<std::byte> pack(const Problem& problem) const override {
    const auto g = std::get<ConvGeometry>(conv_geometry(problem));
    const auto words = words_of(*problem.inputs[1].constant);
    return pack_igemm(weights_of(g), g.has_bias ? problem.inputs[2].constant : nullptr, g.taps(),
                      [&](int64_t d, int64_t n) {
                        const int64_t tap = n / g.k, channel = n % g.k;
                        return words[static_cast<size_t>((d * g.k + channel) * g.taps() + tap)];
                      });
  }

  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const auto g = std::get<ConvGeometry>(conv_geometry(problem));
    IgemmParams p = window_params(g);
    p.rows = static_cast<int>(g.n * g.h * g.w);
    p.columns = static_cast<int>(weights_of(g).columns);
    p.plain = true;
    p.shuffle = static_cast<int>(g.kw);
    p.by_pixels = FastDivisor(g.h * g.w);
    p.by_width = FastDivisor(g.w);
    p.by_shuffled_channels = FastDivisor(g.k);
    return bind_igemm(p, weights_of(g), choice(), problem.inputs[0].dtype, g.has_bias, packed);
  }

 private:
  static IgemmWeights weights_of(const ConvGeometry& g) { return {g.c, g.taps() * g.k}; }
  static IgemmSize size_of(const ConvGeometry& g) {
    return {g.n * g.h * g.w, weights_of(g).columns, weights_of(g).steps()};
  }
};

template <typename T>
std::span<const Tactic* const> one_of_each_choice(std::string_view prefix) {
  static const std::vector<const Tactic*> all = [&] {
    std::vector<const Tactic*> tactics;  // never destroyed
    for (const IgemmChoice& choice : igemm_choices()) tactics.push_back(new T(prefix, choice));
    return tactics;
  }();
  return all;
}

}  // namespace

std::span<const Tactic* const> igemm_conv_tactics() {
  return one_of_each_choice<IgemmConv>("igemm");
}
std::span<const Tactic* const> igemm_matmul_tactics() {
  return one_of_each_choice<IgemmMatMul>("gemm");
}
std::span<const Tactic* const> igemm_deconv_tactics() {
  return one_of_each_choice<IgemmDeconv>("igemm_shuffle");
}

}  // namespace tenon
