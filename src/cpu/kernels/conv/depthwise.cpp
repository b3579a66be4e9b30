#include "cpu/kernels/conv/depthwise.h"

#include <algorithm>

#include "cpu/cpu_stream.h"
#include "cpu/isa.h"
#include "cpu/kernels/conv/conv_plan.h"
#include "cpu/kernels/conv/depthwise_kernels.h"
#include "cpu/kernels/conv/second_pass.h"

namespace tenon {

namespace avx512 {
extern const DepthwiseKernels kDepthwiseKernels;
}
namespace avx2 {
extern const DepthwiseKernels kDepthwiseKernels;
}

namespace {

// Whether the taps left and right of the image are few enough for the specialised kernels.
bool edges_fit(const ConvShape& s) {
  const int64_t half = s.kw / 2;
  const int64_t right = (s.ow - 1) * s.stride_w - s.pad_left + s.kw - s.w;
  return s.pad_left <= half && right <= half;
}

const DepthwiseKernel* choose_kernels(const ConvShape& s, const DepthwiseKernels& kernels) {
  const bool special = (s.kw == 3 || s.kw == 5) && s.stride_w <= 2 && s.dilation_w == 1;
  if (!special || !edges_fit(s)) return kernels.any;
  return kernels.specialised[s.kw == 3 ? 0 : 1][s.stride_w - 1];
}

class DepthwiseLaunch : public Launch {
 public:
  DepthwiseLaunch(const Problem& problem, const ConvShape& s, const DepthwiseKernels& kernels,
                  const float* packed)
      : shape_(s),
        block_(kernels.width),
        kernels_(choose_kernels(s, kernels)),
        second_pass_(conv_epilogue(s, kernels.width), s, kernels.width),
        rows_(plan_rows(s)),
        columns_(plan_columns(s, kDepthwiseMaxPixels)),
        batch_(conv_batch_strides(problem)),
        // Bound by memory, not by arithmetic: a thread is worth waking for less.
        cost_(4 * flops_of(problem)),
        packed_(packed) {
    const int64_t b = block_;
    const ConvEpilogue e = conv_epilogue(s, kernels.width);
    geometry_ = {.x_row = s.dilation_h * s.w * b,
                 .x_tap = s.dilation_w * b,
                 .x_pixel = s.stride_w * b,
                 .kernel_width = static_cast<int>(s.kw),
                 .width = static_cast<int>(s.w),
                 .stride = static_cast<int>(s.stride_w),
                 .dilation = static_cast<int>(s.dilation_w),
                 .low = e.low,
                 .high = e.high};
  }

  void run(const LaunchArgs& args) const override {
    const ConvPointers at = conv_pointers(args, shape_.has_residual);
    const int64_t units = shape_.n * blocks() * shape_.oh;
    ThreadPool& pool = pool_of(args);
    const int64_t slices = conv_slices(units, cost_, pool.threads());
    pool.run(slices, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t u = begin * units / slices; u < end * units / slices; ++u) {
        run_row(batch_.image(at, u / (blocks() * shape_.oh)), u / shape_.oh % blocks(),
                u % shape_.oh);
      }
    });
  }

 private:
  int64_t blocks() const { return ceil_div(shape_.k, block_); }

  void run_row(const ConvPointers& image, int64_t channel_block, int64_t oh) const {
    const ConvShape& s = shape_;
    const RowPlan& row = rows_[static_cast<size_t>(oh)];
    const int64_t b = block_;
    const int64_t x_row = (channel_block * s.h + row.input_row) * s.w;
    const int64_t y_row = (channel_block * s.oh + oh) * s.ow;
    const float* weights = packed_ + blocks() * b;
    for (const ColumnPlan& column : columns_) {
      const int64_t y_at = (y_row + column.first_pixel) * b;
      const DepthwiseStrip strip{
          .x = image.x + (x_row + column.column) * b,
          .w = weights + (channel_block * s.kh + row.first_kernel_row) * s.kw * b,
          .bias = packed_ + channel_block * b,
          .residual = image.residual ? image.residual + y_at : nullptr,
          .y = image.y + y_at,
          .kernel_rows = row.kernel_rows,
          .column = column.column};
      kernels_[column.pixels - 1](geometry_, strip);
    }
    second_pass_.run(image.y + y_row * b, channel_block, s.ow);
  }

  ConvShape shape_;
  int block_;
  const DepthwiseKernel* kernels_;
  SecondPass second_pass_;
  std::vector<RowPlan> rows_;
  std::vector<ColumnPlan> columns_;
  ConvBatchStrides batch_;
  double cost_;
  const float* packed_;
  DepthwiseGeometry geometry_;
};

class DepthwiseConv : public Tactic {
 public:
  DepthwiseConv(std::string_view name, Isa isa, Layout layout, const DepthwiseKernels& kernels)
      : name_(name), isa_(isa), layout_(layout), kernels_(kernels) {}

  std::string_view name() const override { return name_; }

  Offer offer(const Problem& problem) const override {
    if (isa() < isa_) return Refusal{fmt::format("the processor has no {}", name_of(isa_))};
    const auto shape = conv_shape(problem);
    if (const auto* refusal = std::get_if<Refusal>(&shape)) return *refusal;
    const auto& s = std::get<ConvShape>(shape);
    if (s.groups != s.c || s.groups != s.k) return Refusal{"not one channel a group"};
    return conv_offer(problem, layout_, layout_);
  }

  bool strided() const override { return true; }
  int in_place_input(const Problem& problem) const override { return conv_in_place(problem); }
  double estimate(const Problem& problem) const override { return conv_estimate(problem, 0.4); }

  // bias[channel blocks][B], then weights[channel blocks][kh][kw][B]
  std::vector<std::byte> pack(const Problem& problem) const override {
    const auto s = std::get<ConvShape>(conv_shape(problem));
    const int64_t b = kernels_.width;
    const int64_t padded = ceil_div(s.k, b) * b;
    const int64_t taps = s.kh * s.kw;
    std::vector<std::byte> blob(static_cast<size_t>(padded * (1 + taps)) * sizeof(float));
    auto* packed = reinterpret_cast<float*>(blob.data());
    if (s.has_bias) std::ranges::copy(problem.inputs[2].constant->as<float>(), packed);
    const auto weights = problem.inputs[1].constant->as<float>();
    for (int64_t k = 0; k < s.k; ++k) {
      for (int64_t tap = 0; tap < taps; ++tap) {
        packed[padded + (k / b * taps + tap) * b + k % b] =
            weights[static_cast<size_t>(k * taps + tap)];
      }
    }
    return blob;
  }

  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const auto s = std::get<ConvShape>(conv_shape(problem));
    return std::make_unique<DepthwiseLaunch>(
        problem, s, kernels_, reinterpret_cast<const float*>(packed.constants.data()));
  }

 private:
  std::string_view name_;
  Isa isa_;
  Layout layout_;
  const DepthwiseKernels& kernels_;
};

}  // namespace

std::span<const Tactic* const> depthwise_conv_tactics() {
  static const DepthwiseConv blocked16{"conv_depthwise_blocked16_avx512", Isa::kAvx512,
                                       Layout::kBlocked16, avx512::kDepthwiseKernels};
  static const DepthwiseConv blocked8{"conv_depthwise_blocked8_avx2", Isa::kAvx2, Layout::kBlocked8,
                                      avx2::kDepthwiseKernels};
  static const Tactic* const all[] = {&blocked16, &blocked8};
  return all;
}

}  // namespace tenon
