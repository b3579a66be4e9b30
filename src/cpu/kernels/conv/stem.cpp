#include "cpu/kernels/conv/stem.h"

#include <algorithm>
#include <cstring>

#include "cpu/cpu_stream.h"
#include "cpu/isa.h"
#include "cpu/kernels/conv/conv_plan.h"
#include "cpu/kernels/conv/second_pass.h"
#include "cpu/kernels/conv/stem_kernels.h"

namespace tenon {

namespace avx512 {
extern const StemKernels kStemKernels;
}
namespace avx2 {
extern const StemKernels kStemKernels;
}

namespace {

constexpr int64_t kMaxChannels = 8;
// Floats of a patch, the padded copy of the input that a thread keeps on its stack.
constexpr int64_t kPatchSize = 12 << 10;
// Up to here a patch grows by rows: larger ones leave the first-level cache.
constexpr int64_t kPatchGoal = 7 << 10;

// The input rows and columns that `outputs` output rows or columns read.
int64_t reach(int64_t outputs, int64_t stride, int64_t kernel) {
  return (outputs - 1) * stride + kernel;
}
int64_t patch_size(const ConvShape& s, int64_t rows, int64_t columns) {
  return s.c * reach(rows, s.stride_h, s.kh) * reach(columns, s.stride_w, s.kw);
}

// Output rows and columns that one patch serves.
struct PatchPlan {
  int64_t rows = 0;
  int64_t columns = 0;
};
PatchPlan plan_patch(const ConvShape& s, int tile_pixels) {
  PatchPlan plan{.rows = 1, .columns = std::max<int64_t>(s.ow, 1)};
  while (plan.columns > tile_pixels && patch_size(s, 1, plan.columns) > kPatchSize) {
    plan.columns = ceil_div(plan.columns / 2, tile_pixels) * tile_pixels;
  }
  const int64_t most_rows = ceil_div(s.oh, 8);  // enough patches for the threads to share
  while (plan.rows < most_rows && patch_size(s, plan.rows + 1, plan.columns) <= kPatchGoal) {
    ++plan.rows;
  }
  return plan;
}

using StemRow = const StemKernel (*)[kStemMaxPixels];

StemRow choose_kernels(const ConvShape& s, const StemKernels& kernels) {
  if (s.kw == 3 && s.stride_w <= 2) return kernels.three[s.stride_w - 1];
  if (s.kw == 7 && s.stride_w == 2) return kernels.seven;
  return kernels.any;
}

class StemLaunch : public Launch {
 public:
  StemLaunch(const Problem& problem, const ConvShape& s, const StemKernels& kernels,
             const float* packed)
      : shape_(s),
        block_(kernels.width),
        tile_pixels_(kernels.pixels),
        kernels_(choose_kernels(s, kernels)),
        second_pass_(conv_epilogue(s, kernels.width), s, kernels.width),
        patch_(plan_patch(s, kernels.pixels)),
        batch_(conv_batch_strides(problem)),
        flops_(flops_of(problem)),
        packed_(packed) {
    const ConvEpilogue e = conv_epilogue(s, kernels.width);
    low_ = e.low;
    high_ = e.high;
  }

  void run(const LaunchArgs& args) const override {
    const ConvPointers at = conv_pointers(args, shape_.has_residual);
    const int64_t across = ceil_div(shape_.ow, patch_.columns);
    const int64_t down = ceil_div(shape_.oh, patch_.rows);
    const int64_t units = shape_.n * down * across;
    ThreadPool& pool = pool_of(args);
    const int64_t slices = conv_slices(units, flops_, pool.threads());
    pool.run(slices, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t u = begin * units / slices; u < end * units / slices; ++u) {
        run_patch(batch_.image(at, u / (down * across)), u / across % down * patch_.rows,
                  u % across * patch_.columns);
      }
    });
  }

 private:
  // Copies what output rows from `oh` and columns from `ow` on read, zeros where it is padding.
  void fill_patch(const float* x, float* patch, int64_t oh, int64_t rows, int64_t ow,
                  int64_t columns) const {
    const ConvShape& s = shape_;
    const int64_t left = ow * s.stride_w - s.pad_left;
    const int64_t from = std::clamp<int64_t>(-left, 0, columns);
    const int64_t to = std::clamp<int64_t>(s.w - left, from, columns);
    for (int64_t c = 0; c < s.c; ++c) {
      for (int64_t r = 0; r < rows; ++r, patch += columns) {
        const int64_t ih = oh * s.stride_h - s.pad_top + r;
        if (ih < 0 || ih >= s.h) {
          std::fill_n(patch, columns, 0.0F);
          continue;
        }
        std::fill_n(patch, from, 0.0F);
        std::copy_n(x + (c * s.h + ih) * s.w + left + from, to - from, patch + from);
        std::fill_n(patch + to, columns - to, 0.0F);
      }
    }
  }

  void run_patch(const ConvPointers& image, int64_t oh, int64_t ow) const {
    const ConvShape& s = shape_;
    alignas(64) float patch[kPatchSize];
    const int64_t rows = std::min(patch_.rows, s.oh - oh);
    const int64_t columns = std::min(patch_.columns, s.ow - ow);
    const int64_t patch_rows = reach(rows, s.stride_h, s.kh);
    const int64_t patch_columns = reach(columns, s.stride_w, s.kw);
    fill_patch(image.x, patch, oh, patch_rows, ow, patch_columns);
    const int64_t all_blocks = ceil_div(s.k, block_);
    const int64_t tiles = ceil_div(columns, tile_pixels_);
    const float* w = packed_ + all_blocks * block_;
    for (int64_t first = 0; first < all_blocks; first += kStemMaxBlocks) {
      const auto blocks = static_cast<int>(std::min<int64_t>(kStemMaxBlocks, all_blocks - first));
      for (int64_t i = 0; i < rows * tiles; ++i) {
        const int64_t row = i / tiles;
        const int64_t begin = columns * (i % tiles) / tiles;
        const int64_t end = columns * (i % tiles + 1) / tiles;
        const float* x = patch + row * s.stride_h * patch_columns + begin * s.stride_w;
        const int64_t y_at = (first * s.oh * s.ow + (oh + row) * s.ow + ow + begin) * block_;
        run_tile(image, y_at,
                 {.x = x, .w = w, .x_channel = patch_rows * patch_columns, .x_row = patch_columns},
                 first, blocks, static_cast<int>(end - begin));
      }
      w += s.c * s.kh * s.kw * blocks * block_;
    }
  }

  void run_tile(const ConvPointers& image, int64_t y_at, StemTile t, int64_t first_block,
                int blocks, int pixels) const {
    t.bias = packed_ + first_block * block_;
    t.residual = image.residual ? image.residual + y_at : nullptr;
    t.y = image.y + y_at;
    t.y_block = shape_.oh * shape_.ow * block_;
    t.channels = static_cast<int>(shape_.c);
    t.kernel_height = static_cast<int>(shape_.kh);
    t.kernel_width = static_cast<int>(shape_.kw);
    t.stride = static_cast<int>(shape_.stride_w);
    t.low = low_;
    t.high = high_;
    kernels_[blocks - 1][pixels - 1](t);
    for (int b = 0; b < blocks; ++b) second_pass_.run(t.y + b * t.y_block, first_block + b, pixels);
  }

  ConvShape shape_;
  int block_;
  int tile_pixels_;
  StemRow kernels_;
  SecondPass second_pass_;
  PatchPlan patch_;
  ConvBatchStrides batch_;
  double flops_;
  const float* packed_;
  float low_ = 0, high_ = 0;
};

class StemConv : public Tactic {
 public:
  StemConv(std::string_view name, Isa isa, Layout layout, const StemKernels& kernels)
      : name_(name), isa_(isa), layout_(layout), kernels_(kernels) {}

  std::string_view name() const override { return name_; }

  Offer offer(const Problem& problem) const override {
    if (isa() < isa_) return Refusal{fmt::format("the processor has no {}", name_of(isa_))};
    const auto shape = conv_shape(problem);
    if (const auto* refusal = std::get_if<Refusal>(&shape)) return *refusal;
    const auto& s = std::get<ConvShape>(shape);
    if (s.groups != 1) return Refusal{"groups"};
    if (s.c > kMaxChannels) return Refusal{fmt::format("more than {} channels", kMaxChannels)};
    if (s.dilation_h != 1 || s.dilation_w != 1) return Refusal{"dilation"};
    if (patch_size(s, 1, kernels_.pixels) > kPatchSize) return Refusal{"a large kernel"};
    return conv_offer(problem, Layout::kLinear, layout_);
  }

  bool strided() const override { return true; }
  int in_place_input(const Problem& problem) const override { return conv_in_place(problem); }
  double estimate(const Problem& problem) const override {
    return conv_estimate(problem, 0.8 * kernels_.width / 16);
  }

  // bias[output blocks][B], then weights[tile][c][kh][kw][outputs of the tile]
  std::vector<std::byte> pack(const Problem& problem) const override {
    const auto s = std::get<ConvShape>(conv_shape(problem));
    const int64_t b = kernels_.width;
    const int64_t padded = ceil_div(s.k, b) * b;
    const int64_t depth = s.c * s.kh * s.kw;
    std::vector<std::byte> blob(static_cast<size_t>(padded * (1 + depth)) * sizeof(float));
    auto* packed = reinterpret_cast<float*>(blob.data());
    if (s.has_bias) std::ranges::copy(problem.inputs[2].constant->as<float>(), packed);
    const auto weights = problem.inputs[1].constant->as<float>();
    const int64_t most = kStemMaxBlocks * b;
    for (int64_t k = 0; k < s.k; ++k) {
      const int64_t first = k / most * most;
      const int64_t outputs = std::min(most, padded - first);
      for (int64_t i = 0; i < depth; ++i) {
        packed[padded + first * depth + i * outputs + k - first] =
            weights[static_cast<size_t>(k * depth + i)];
      }
    }
    return blob;
  }

  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const auto s = std::get<ConvShape>(conv_shape(problem));
    return std::make_unique<StemLaunch>(problem, s, kernels_,
                                        reinterpret_cast<const float*>(packed.constants.data()));
  }

 private:
  std::string_view name_;
  Isa isa_;
  Layout layout_;
  const StemKernels& kernels_;
};

}  // namespace

std::span<const Tactic* const> stem_conv_tactics() {
  static const StemConv blocked16{"conv_stem_blocked16_avx512", Isa::kAvx512, Layout::kBlocked16,
                                  avx512::kStemKernels};
  static const StemConv blocked8{"conv_stem_blocked8_avx2", Isa::kAvx2, Layout::kBlocked8,
                                 avx2::kStemKernels};
  static const Tactic* const all[] = {&blocked16, &blocked8};
  return all;
}

}  // namespace tenon
