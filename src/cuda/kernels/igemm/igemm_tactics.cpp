#include "cuda/kernels/igemm/igemm_tactics.h"

#include <algorithm>
#include <memory>

#include "cuda/dependent_tactic.h"
#include "cuda/device_facts.h"
#include "cuda/kernels/igemm/conv_geometry.h"
#include "cuda/kernels/igemm/conv_product.h"
#include "cuda/kernels/igemm/igemm_launch.h"
#include "cuda/kernels/igemm/matmul_geometry.h"
#include "cuda/kernels/igemm/product_type.h"
#include "ops/conv.h"
#include "ops/deconv.h"
#include "ops/matmul.h"

namespace tenon {
namespace {

constexpr int64_t kMostTaps = 15;  // on an axis: the bits of a row's mask

bool is_tf32(const IgemmChoice& choice) { return choice.element_bytes == 4; }

// A tactic of one choice of tile, source and split; derived ones say what product a problem is.
template <typename Geometry>
class IgemmTactic : public DependentTactic {
 public:
  IgemmTactic(std::string_view prefix, const IgemmChoice& choice)
      : packing_(prefix),
        name_(fmt::format("{}_{}{}", prefix, name_of(choice), is_tf32(choice) ? "_tf32" : "")),
        choice_(choice) {}
  std::string_view name() const override { return name_; }
  std::string_view packing() const override { return packing_; }
  int version() const override { return is_tf32(choice_) ? 1 : 2; }
  bool pitched(const Problem& problem) const override { return fits_32_bits(problem); }

  Offer offer(const Problem& problem) const override {
    const auto geometry = read(problem);
    if (const auto* refusal = std::get_if<Refusal>(&geometry)) return *refusal;
    const auto& g = std::get<Geometry>(geometry);
    if (std::string reason = refusal_of_type(problem, choice_.element_bytes); !reason.empty()) {
      return Refusal{reason};
    }
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
  int64_t elements_of_piece() const { return 16 / choice_.element_bytes; }

 private:
  std::string packing_, name_;
  IgemmChoice choice_;
};

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
    if (g.c % elements_of_piece() != 0) {
      return fmt::format("the input channels are no multiple of {}", elements_of_piece());
    }
    if (g.kh > kMostTaps || g.kw > kMostTaps) return "the window is larger than 15";
    return {};
  }
};

class IgemmConv final : public IgemmWindows {
 public:
  using IgemmWindows::IgemmWindows;
  int in_place_input(const Problem& problem) const override { return residual_in_place(problem); }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_conv(problem, weights_of(geometry_of(problem)));
  }

 protected:
  // The copy engine brings whole steps of one tap's channels at a time.
  IgemmWeights weights_of(const ConvGeometry& g) const override {
    return conv_weights(g, choice().element_bytes, choice().source == IgemmSource::kEngine);
  }
  IgemmParams params_of(const ConvGeometry& g) const override {
    return with_weights(conv_params(g), weights_of(g));
  }
};

class IgemmDeconv final : public IgemmWindows {
 public:
  using IgemmWindows::IgemmWindows;
  std::string_view packing() const override { return "igemm_shuffle"; }
  // Columns are [tap][output channel].
  std::vector<std::byte> pack(const Problem& problem) const override {
    const auto g = geometry_of(problem);
    const IgemmWeights w = weights_of(g);
    std::vector<std::byte> blob = igemm_blob(w, bias_of(problem), g.taps());
    for (int64_t tap = 0; tap < g.taps(); ++tap) {
      place_weights(w, {elements_of(problem) + tap * w.element_bytes, 0, g.k * g.taps(), g.taps()},
                    tap * g.k, g.k, blob);
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
    if (g.k % elements_of_piece() != 0) {
      return fmt::format("the output channels are no multiple of {}", elements_of_piece());
    }
    return IgemmWindows::refusal_of(g);
  }
  IgemmWeights weights_of(const ConvGeometry& g) const override {
    return {1, g.c, g.c, g.taps() * g.k, choice().element_bytes};
  }
  IgemmParams params_of(const ConvGeometry& g) const override {
    IgemmParams p = image_params(g);
    p.rows = static_cast<int>(g.n * g.h * g.w);
    p.plain = true;
    p.shuffle = static_cast<int>(g.kw);
    p.by_pixels = FastDivisor(g.h * g.w);
    p.by_width = FastDivisor(g.w);
    p.by_shuffled_channels = FastDivisor(g.k);
    return with_weights(p, weights_of(g));
  }
};

class IgemmMatMul final : public IgemmTactic<MatMulGeometry> {
 public:
  using IgemmTactic::IgemmTactic;
  int in_place_input(const Problem& problem) const override { return residual_in_place(problem); }
  std::string_view packing() const override { return "gemm"; }
  std::vector<std::byte> pack(const Problem& problem) const override {
    const auto g = geometry_of(problem);
    const IgemmWeights w = weights_of(g);
    std::vector<std::byte> blob = igemm_blob(w, bias_of(problem), 1);
    place_weights(w, {elements_of(problem), 0, g.b_row, g.b_column}, 0, g.columns, blob);
    return blob;
  }

 protected:
  std::variant<MatMulGeometry, Refusal> read(const Problem& problem) const override {
    return matmul_geometry(problem);
  }
  Offer layouts(const Problem& problem) const override { return linear_offer(problem); }
  std::string refusal_of(const MatMulGeometry& g) const override {
    if (g.depth % elements_of_piece() == 0) return {};
    return fmt::format("the depth is no multiple of {}", elements_of_piece());
  }
  IgemmWeights weights_of(const MatMulGeometry& g) const override {
    return {1, g.depth, g.depth, g.columns, choice().element_bytes};
  }
  IgemmParams params_of(const MatMulGeometry& g) const override {
    IgemmParams p;
    p.rows = static_cast<int>(g.rows);
    p.plain = true;
    p.channels = static_cast<int>(g.depth);
    p.x_pitch = p.channels;
    p.residual_pitch = p.y_pitch = static_cast<int>(g.columns);
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
std::vector<const Tactic*> tactics_of(const std::string& prefix) {
  std::vector<const Tactic*> tactics;
  for (const int element_bytes : {2, 4}) {
    for (const IgemmChoice& choice : igemm_choices(IgemmSource::kThreads, element_bytes)) {
      tactics.push_back(new T(prefix, choice));  // never destroyed
    }
    for (const IgemmChoice& choice : igemm_choices(IgemmSource::kEngine, element_bytes)) {
      tactics.push_back(new T(prefix + "_wide", choice));
    }
  }
  return tactics;
}

}  // namespace

std::span<const Tactic* const> igemm_conv_tactics() {
  static const std::vector<const Tactic*> all = tactics_of<IgemmConv>("igemm");
  return all;
}
std::span<const Tactic* const> igemm_matmul_tactics() {
  static const std::vector<const Tactic*> all = tactics_of<IgemmMatMul>("gemm");
  return all;
}
std::span<const Tactic* const> igemm_deconv_tactics() {
  static const std::vector<const Tactic*> all = tactics_of<IgemmDeconv>("igemm_shuffle");
  return all;
}

bool serves_as_wide_variant(const Problem& problem) {
  if (!problem.narrower_considered || !problem.tf32) return false;
  if (problem.op.is<Conv>()) return any_takes(igemm_conv_tactics(), problem);
  if (problem.op.is<Deconv>()) return any_takes(igemm_deconv_tactics(), problem);
  return problem.op.is<MatMul>() && any_takes(igemm_matmul_tactics(), problem);
}

}  // namespace tenon
