#include "cuda/kernels/igemm/igemm_tactics.h"

#include <algorithm>
#include <memory>

#include "cuda/dependent_tactic.h"
#include "cuda/device_facts.h"
#include "cuda/kernels/igemm/conv_geometry.h"
#include "cuda/kernels/igemm/igemm_launch.h"
#include "cuda/kernels/igemm/matmul_geometry.h"

namespace tenon {
namespace {

constexpr int64_t kMostTaps = 15;  // on an axis: the bits of a row's mask

bool is_narrow(DataType type) { return type == DataType::kF16 || type == DataType::kBF16; }

// A tactic of one choice of tile, source and split; derived ones say what product a problem is.
template <typename Geometry>
class IgemmTactic : public DependentTactic {
 public:
  IgemmTactic(std::string_view prefix, const IgemmChoice& choice)
      : name_(fmt::format("{}_{}", prefix, name_of(choice))), choice_(choice) {}
  std::string_view name() const override { return name_; }
  int version() const override { return 2; }

  Offer offer(const Problem& problem) const override {
    const auto geometry = read(problem);
    if (const auto* refusal = std::get_if<Refusal>(&geometry)) return *refusal;
    const auto& g = std::get<Geometry>(geometry);
    if (!is_narrow(problem.inputs[0].dtype)) return Refusal{"neither FP16 nor BF16"};
    if (!fits_32_bits(problem)) return Refusal{"a tensor has 2^31 elements or more"};
    if (std::string reason = refusal_of(g); !reason.empty()) return Refusal{reason};
    if (!is_promising(params_of(g), choice_)) return Refusal{"other tiles suit the problem better"};
    return layouts(problem);
  }
  double estimate(const Problem& problem) const override {
    return igemm_seconds(params_of(std::get<Geometry>(read(problem))), choice_);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const auto g = std::get<Geometry>(read(problem));
    return bind_igemm(params_of(g), weights_of(g), choice_, problem.inputs[0].dtype, g.has_bias,
                      packed);
  }

 protected:
  virtual std::variant<Geometry, Refusal> read(const Problem& problem) const = 0;
  virtual std::string refusal_of(const Geometry& geometry) const = 0;
  virtual Offer layouts(const Problem& problem) const = 0;
  virtual IgemmWeights weights_of(const Geometry& geometry) const = 0;
  virtual IgemmParams params_of(const Geometry& geometry) const = 0;
  Geometry geometry_of(const Problem& problem) const { return std::get<Geometry>(read(problem)); }
  const IgemmChoice& choice() const { return choice_; }

 private:
  std::string name_;
  IgemmChoice choice_;
};

const Tensor* bias_of(const Problem& problem) {
  return is_present(problem, 2) ? problem.inputs[2].constant : nullptr;
}

// What convolutions and transposed ones have in common.
class IgemmWindows : public IgemmTactic<ConvGeometry> {
 public:
  using IgemmTactic::IgemmTactic;

 protected:
  std::variant<ConvGeometry, Refusal> read(const Problem& problem) const override {
    return conv_geometry(problem);
  }
  Offer layouts(const Problem& problem) const override {
    return conv_offer(problem, Layout::kChannelsLast, Layout::kChannelsLast);
  }
  std::string refusal_of(const ConvGeometry& g) const override {
    if (g.groups != 1) return "grouped";
    if (g.c % 8 != 0) return "the input channels are no multiple of 8";
    if (g.kh > kMostTaps || g.kw > kMostTaps) return "the window is larger than 15";
    return {};
  }
  IgemmParams params_of(const ConvGeometry& g) const override {
    IgemmParams p;
    p.channels = static_cast<int>(g.c);
    p.height = static_cast<int>(g.h);
    p.width = static_cast<int>(g.w);
    p.by_channels = FastDivisor(g.c);
    p.act = activation_params(g.act);
    return with_weights(p, weights_of(g));
  }
};

class IgemmConv final : public IgemmWindows {
 public:
  using IgemmWindows::IgemmWindows;
  int in_place_input(const Problem& problem) const override { return residual_in_place(problem); }
  std::vector<std::byte> pack(const Problem& problem) const override {
    const auto g = geometry_of(problem);
    const IgemmWeights w = weights_of(g);
    std::vector<std::byte> blob = igemm_blob(w, bias_of(problem), 1);
    place_weights(w, {words_of(*problem.inputs[1].constant).data(), 1, g.taps(), g.c * g.taps()}, 0,
                  g.k, blob);
    return blob;
  }

 protected:
  IgemmWeights weights_of(const ConvGeometry& g) const override {
    return {g.taps(), g.c, padded_channels(g), g.k};
  }
  IgemmParams params_of(const ConvGeometry& g) const override {
    IgemmParams p = IgemmWindows::params_of(g);
    p.rows = static_cast<int>(g.rows());
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
    return p;
  }

 private:
  // The copy engine brings 64 channels of one tap at a time.
  int64_t padded_channels(const ConvGeometry& g) const {
    if (choice().source != IgemmSource::kEngine) return g.c;
    return (g.c + kIgemmDepth - 1) / kIgemmDepth * kIgemmDepth;
  }
};

class IgemmDeconv final : public IgemmWindows {
 public:
  using IgemmWindows::IgemmWindows;
  // Columns are [tap][output channel].
  std::vector<std::byte> pack(const Problem& problem) const override {
    const auto g = geometry_of(problem);
    const IgemmWeights w = weights_of(g);
    std::vector<std::byte> blob = igemm_blob(w, bias_of(problem), g.taps());
    const uint16_t* words = words_of(*problem.inputs[1].constant).data();
    for (int64_t tap = 0; tap < g.taps(); ++tap) {
      place_weights(w, {words + tap, 0, g.k * g.taps(), g.taps()}, tap * g.k, g.k, blob);
    }
    return blob;
  }

 protected:
  std::string refusal_of(const ConvGeometry& g) const override {
    if (g.kh != g.kw || g.stride_h != g.kh || g.stride_w != g.kw || g.oh != g.h * g.kh ||
        g.ow != g.w * g.kw || g.pad_top != 0 || g.pad_left != 0 || g.dilation_h != 1 ||
        g.dilation_w != 1) {
      return "the windows overlap or are cropped";
    }
    if (g.k % 8 != 0) return "the output channels are no multiple of 8";
    return IgemmWindows::refusal_of(g);
  }
  IgemmWeights weights_of(const ConvGeometry& g) const override {
    return {1, g.c, g.c, g.taps() * g.k};
  }
  IgemmParams params_of(const ConvGeometry& g) const override {
    IgemmParams p = IgemmWindows::params_of(g);
    p.rows = static_cast<int>(g.n * g.h * g.w);
    p.plain = true;
    p.shuffle = static_cast<int>(g.kw);
    p.by_pixels = FastDivisor(g.h * g.w);
    p.by_width = FastDivisor(g.w);
    p.by_shuffled_channels = FastDivisor(g.k);
    return p;
  }
};

class IgemmMatMul final : public IgemmTactic<MatMulGeometry> {
 public:
  using IgemmTactic::IgemmTactic;
  int in_place_input(const Problem& problem) const override { return residual_in_place(problem); }
  std::vector<std::byte> pack(const Problem& problem) const override {
    const auto g = geometry_of(problem);
    const IgemmWeights w = weights_of(g);
    std::vector<std::byte> blob = igemm_blob(w, bias_of(problem), 1);
    place_weights(w, {words_of(*problem.inputs[1].constant).data(), 0, g.b_row, g.b_column}, 0,
                  g.columns, blob);
    return blob;
  }

 protected:
  std::variant<MatMulGeometry, Refusal> read(const Problem& problem) const override {
    return matmul_geometry(problem);
  }
  Offer layouts(const Problem& problem) const override { return linear_offer(problem); }
  std::string refusal_of(const MatMulGeometry& g) const override {
    return g.depth % 8 != 0 ? "the depth is no multiple of 8" : "";
  }
  IgemmWeights weights_of(const MatMulGeometry& g) const override {
    return {1, g.depth, g.depth, g.columns};
  }
  IgemmParams params_of(const MatMulGeometry& g) const override {
    IgemmParams p;
    p.rows = static_cast<int>(g.rows);
    p.plain = true;
    p.channels = static_cast<int>(g.depth);
    p.height = 1;  // one image of one row of pixels
    p.width = p.rows;
    p.by_channels = FastDivisor(g.depth);
    p.by_pixels = FastDivisor(g.rows);
    p.by_width = FastDivisor(g.rows);
    p.scale = g.alpha;
    p.act = activation_params(g.act);
    return with_weights(p, weights_of(g));
  }
};

template <typename T>
void append_choices(std::string_view prefix, IgemmSource source,
                    std::vector<const Tactic*>& tactics) {
  for (const IgemmChoice& choice : igemm_choices(source)) {
    tactics.push_back(new T(prefix, choice));  // never destroyed
  }
}

}  // namespace

std::span<const Tactic* const> igemm_conv_tactics() {
  static const std::vector<const Tactic*> all = [] {
    std::vector<const Tactic*> tactics;
    append_choices<IgemmConv>("igemm", IgemmSource::kThreads, tactics);
    append_choices<IgemmConv>("igemm_wide", IgemmSource::kEngine, tactics);
    return tactics;
  }();
  return all;
}
std::span<const Tactic* const> igemm_matmul_tactics() {
  static const std::vector<const Tactic*> all = [] {
    std::vector<const Tactic*> tactics;
    append_choices<IgemmMatMul>("gemm", IgemmSource::kThreads, tactics);
    append_choices<IgemmMatMul>("gemm_wide", IgemmSource::kEngine, tactics);
    return tactics;
  }();
  return all;
}
std::span<const Tactic* const> igemm_deconv_tactics() {
  static const std::vector<const Tactic*> all = [] {
    std::vector<const Tactic*> tactics;
    append_choices<IgemmDeconv>("igemm_shuffle", IgemmSource::kThreads, tactics);
    append_choices<IgemmDeconv>("igemm_shuffle_wide", IgemmSource::kEngine, tactics);
    return tactics;
  }();
  return all;
}

}  // namespace tenon
