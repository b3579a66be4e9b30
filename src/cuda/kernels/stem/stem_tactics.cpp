#include "cuda/kernels/stem/stem_tactics.h"

#include <algorithm>
#include <memory>

#include "base/rounding.h"
#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/device_facts.h"
#include "cuda/estimates.h"
#include "cuda/kernels/igemm/conv_geometry.h"
#include "cuda/kernels/igemm/product_type.h"
#include "cuda/kernels/stem/stem_params.h"

namespace tenon {
namespace {

constexpr int64_t kMostChannels = 4;

int64_t words_a_row(const ConvGeometry& g, int element_bytes) {
  return ceil_div(g.kw * element_bytes, 4);
}
int64_t slabs(const ConvGeometry& g, int element_bytes) {
  return ceil_div(g.c * g.kh * words_a_row(g, element_bytes), kStemWords);
}
int64_t filter_blocks(const ConvGeometry& g) { return ceil_div(g.k, stem_block_filters(g.k)); }
size_t weight_bytes(const ConvGeometry& g, int element_bytes) {
  return static_cast<size_t>(filter_blocks(g) * stem_block_filters(g.k) * slabs(g, element_bytes) *
                             kStemWords * 4);
}

StemParams params_of(const ConvGeometry& g, int element_bytes, int block_rows) {
  StemParams p;
  p.channels = static_cast<int>(g.c);
  p.height = static_cast<int>(g.h);
  p.width = static_cast<int>(g.w);
  p.filters = static_cast<int>(g.k);
  p.out_height = static_cast<int>(g.oh);
  p.out_width = static_cast<int>(g.ow);
  p.kernel_h = static_cast<int>(g.kh);
  p.kernel_w = static_cast<int>(g.kw);
  p.stride_h = static_cast<int>(g.stride_h);
  p.stride_w = static_cast<int>(g.stride_w);
  p.pad_top = static_cast<int>(g.pad_top);
  p.pad_left = static_cast<int>(g.pad_left);
  p.element_bytes = element_bytes;
  p.slabs = static_cast<int>(slabs(g, element_bytes));
  p.words_a_row = static_cast<int>(words_a_row(g, element_bytes));
  p.filter_blocks = static_cast<int>(filter_blocks(g));
  p.block_rows = block_rows;
  p.patch_rows = static_cast<int>((block_rows - 1) * g.stride_h + g.kh);
  // The last pixel's last word ends inside of the row.
  const int word = 4 / element_bytes;
  p.patch_pitch =
      static_cast<int>(ceil_div((g.ow - 1) * g.stride_w + p.words_a_row * word, word) * word);
  p.odd_copy = word == 2 && g.stride_w % 2 != 0;
  p.act = activation_params(g.act);
  return p;
}

// Rows of y a block: enough blocks for every multiprocessor first, then as many rows as share their
// input and the weights where two blocks find room.
int choose_rows(const ConvGeometry& g, int element_bytes) {
  constexpr size_t kModerate = 108 << 10;
  constexpr int kMostRows = 8;
  const int64_t blocks_wanted = 4 * device_facts().multiprocessors;
  int rows = 1;
  while (rows < kMostRows && rows < g.oh &&
         g.n * ceil_div(g.oh, rows * 2) * filter_blocks(g) >= blocks_wanted &&
         stem_shared_bytes(params_of(g, element_bytes, rows * 2)) <= kModerate) {
    rows *= 2;
  }
  return rows;
}

class StemLaunch final : public Launch {
 public:
  StemLaunch(const StemParams& params, const StemKernel& kernel)
      : params_(params), kernel_(kernel) {}

  void run(const LaunchArgs& args) const override {
    if (kernel_.shape.blocks == 0) return;
    StemParams p = params_;
    p.x = args.inputs[0];
    p.residual = args.inputs.size() > kResidualOperand ? args.inputs[kResidualOperand] : nullptr;
    p.y = args.outputs[0];
    launch_stem(kernel_, p, stream_of(args));
    check_launch("stem convolution");
  }

 private:
  StemParams params_;
  StemKernel kernel_;
};

class StemConv final : public DependentTactic {
 public:
  explicit StemConv(int element_bytes) : element_bytes_(element_bytes) {}
  std::string_view name() const override { return is_tf32() ? "conv_stem_tf32" : "conv_stem"; }
  int version() const override { return is_tf32() ? 1 : 2; }
  int in_place_input(const Problem& problem) const override { return residual_in_place(problem); }

  Offer offer(const Problem& problem) const override {
    const auto geometry = conv_geometry(problem);
    if (const auto* refusal = std::get_if<Refusal>(&geometry)) return *refusal;
    const auto& g = std::get<ConvGeometry>(geometry);
    const std::string reason = refusal_of_type(problem, element_bytes_);
    if (!reason.empty()) return Refusal{reason};
    if (device_facts().sm != kHopper) return Refusal{"not a GPU of compute capability 9.0"};
    if (g.groups != 1) return Refusal{"grouped"};
    if (g.c > kMostChannels) return Refusal{"more than four channels"};
    if (g.dilation_h != 1 || g.dilation_w != 1) return Refusal{"dilated"};
    if (!fits_32_bits(problem)) return Refusal{"a tensor has 2^31 elements or more"};
    if (stem_shared_bytes(params_of(g, element_bytes_, 1)) > device_facts().shared_bytes) {
      return Refusal{"the window's rows and weights are too large for shared memory"};
    }
    return conv_offer(problem, Layout::kLinear, Layout::kChannelsLast);
  }

  double estimate(const Problem& problem) const override {
    constexpr double kShare = 0.3;  // of the peak
    return gpu_memory_seconds(problem) +
           gpu_compute_seconds(flops_of(problem) * (is_tf32() ? 2 : 1), DataType::kF16, kShare);
  }

  std::vector<std::byte> pack(const Problem& problem) const override {
    const auto g = std::get<ConvGeometry>(conv_geometry(problem));
    const size_t bias_bytes =
        static_cast<size_t>(filter_blocks(g) * stem_block_filters(g.k)) * sizeof(float);
    std::vector<std::byte> blob(weight_bytes(g, element_bytes_) + bias_bytes);
    const Tensor& weights = *problem.inputs[1].constant;
    if (is_tf32()) {
      place_weights(g, weights.as<uint32_t>(), blob.data());
    } else {
      place_weights(g, weights.as<uint16_t>(), blob.data());
    }
    if (!g.has_bias) return blob;
    auto* bias = reinterpret_cast<float*>(blob.data() + weight_bytes(g, element_bytes_));
    const TensorView values = problem.inputs[2].constant->view();
    for (int64_t k = 0; k < g.k; ++k) bias[k] = static_cast<float>(element(values, k));
    return blob;
  }

  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const auto g = std::get<ConvGeometry>(conv_geometry(problem));
    StemParams p = params_of(g, element_bytes_, choose_rows(g, element_bytes_));
    if (stem_shared_bytes(p) > device_facts().shared_bytes) {
      fail("rows of {} pixels do not fit into shared memory", g.w);
    }
    p.weights = packed.constants.data();
    p.bias = g.has_bias ? reinterpret_cast<const float*>(packed.constants.data() +
                                                         weight_bytes(g, element_bytes_))
                        : nullptr;
    p.x_image = g.c * g.h * g.w;
    p.y_image = g.k * g.oh * g.ow;
    StemKernel kernel =
        prepare_stem(p, product_type(problem.inputs[0].dtype), static_cast<int>(g.n),
                     static_cast<int>(device_facts().shared_bytes));
    kernel.shape.dependent = dependent_launches();
    check_launch("stem convolution's shared memory");
    return std::make_unique<StemLaunch>(p, kernel);
  }

 private:
  bool is_tf32() const { return element_bytes_ == 4; }

  template <typename Word>
  static void place_weights(const ConvGeometry& g, std::span<const Word> words, std::byte* blob) {
    constexpr int kBytes = sizeof(Word);
    auto* to = reinterpret_cast<Word*>(blob);
    const int64_t block = stem_block_filters(g.k), depth = slabs(g, kBytes);
    const int64_t row = words_a_row(g, kBytes) * 4 / kBytes;
    for (int64_t i = 0; i < static_cast<int64_t>(words.size()); ++i) {
      const int64_t filter = i / (g.c * g.taps()), line = i / g.kw % (g.c * g.kh);
      to[stem_weight_place(filter, line * row + i % g.kw, depth, block, kBytes)] =
          product_word(words[static_cast<size_t>(i)]);
    }
  }

  int element_bytes_;
};

}  // namespace

std::span<const Tactic* const> stem_conv_tactics() {
  static const StemConv narrow(2), tf32(4);
  static const Tactic* const all[] = {&narrow, &tf32};
  return all;
}

}  // namespace tenon
