#include "cpu/kernels/deconv/deconv_tactics.h"

#include <gtest/gtest.h>

#include <string>

#include "cpu/winograd_run.h"
#include "ops/deconv.h"

namespace tenon::test {
namespace {

struct Case {
  int64_t batch, channels, height, width, filters;
  int64_t kernel_rows = 2, kernel_columns = 2;
  std::vector<int64_t> stride{2, 2}, pad_begin{0, 0}, pad_end{0, 0}, dilation{1, 1};
  std::vector<int64_t> output_pad{0, 0};
  bool bias = true;
  Activation act{};
  int64_t extra_stride = 0;
};

int64_t out_side(const Case& c, int axis) {
  const auto i = static_cast<size_t>(axis);
  const int64_t input = axis == 0 ? c.height : c.width;
  const int64_t kernel = axis == 0 ? c.kernel_rows : c.kernel_columns;
  return (input - 1) * c.stride[i] + c.dilation[i] * (kernel - 1) + 1 + c.output_pad[i] -
         c.pad_begin[i] - c.pad_end[i];
}

Problem problem_of(const Case& c) {
  const Dims x{c.batch, c.channels, c.height, c.width};
  const Dims w{c.channels, c.filters, c.kernel_rows, c.kernel_columns};
  Problem p{Deconv{.stride = c.stride,
                   .pad_begin = c.pad_begin,
                   .pad_end = c.pad_end,
                   .dilation = c.dilation,
                   .output_pad = c.output_pad,
                   .act = c.act},
            {},
            {}};
  p.inputs = {{.dims = x},
              {.dims = w, .is_constant = true},
              {.dims = {c.filters}, .present = c.bias, .is_constant = true}};
  p.outputs = {{.dims = {c.batch, c.filters, out_side(c, 0), out_side(c, 1)}}};
  return p;
}

// Adds what input pixel (iy, ix) of one channel spreads over one output plane.
void scatter(const Case& c, const Dims& y, int64_t iy, int64_t ix, double value, const float* w,
             double* plane) {
  for (int64_t ky = 0; ky < c.kernel_rows; ++ky) {
    for (int64_t kx = 0; kx < c.kernel_columns; ++kx) {
      const int64_t oy = iy * c.stride[0] + ky * c.dilation[0] - c.pad_begin[0];
      const int64_t ox = ix * c.stride[1] + kx * c.dilation[1] - c.pad_begin[1];
      if (oy < 0 || oy >= y[2] || ox < 0 || ox >= y[3]) continue;
      plane[oy * y[3] + ox] += value * double{w[ky * c.kernel_columns + kx]};
    }
  }
}

std::vector<double> reference(const Case& c, const Dims& y,
                              const std::vector<std::vector<float>>& in) {
  std::vector<double> out(static_cast<size_t>(y.volume()));
  const int64_t taps = c.kernel_rows * c.kernel_columns;
  double* plane = out.data();
  for (int64_t n = 0; n < y[0]; ++n) {
    for (int64_t k = 0; k < y[1]; ++k, plane += y[2] * y[3]) {
      for (int64_t i = 0; i < c.channels * c.height * c.width; ++i) {
        const int64_t channel = i / (c.height * c.width);
        const int64_t pixel = i % (c.height * c.width);
        scatter(c, y, pixel / c.width, pixel % c.width,
                in[0][static_cast<size_t>(n * c.channels * c.height * c.width + i)],
                in[1].data() + (channel * c.filters + k) * taps, plane);
      }
      for (int64_t i = 0; i < y[2] * y[3]; ++i) {
        plane[i] = c.act(plane[i] + (c.bias ? in[2][static_cast<size_t>(k)] : 0.0F));
      }
    }
  }
  return out;
}

void check(const Case& c) {
  const Problem p = problem_of(c);
  std::vector<std::vector<float>> operands;
  for (const OperandDesc& d : p.inputs) {
    operands.push_back(random_floats(static_cast<size_t>(d.dims.volume()),
                                     static_cast<uint32_t>(3 + operands.size())));
  }
  const std::vector<double> expected = reference(c, p.outputs[0].dims, operands);
  for (const Tactic* tactic : deconv_tactics()) {
    SCOPED_TRACE(std::string(tactic->name()) + " " + p.op.attribute_text() + " " +
                 to_string(p.inputs[0].dims) + " -> " + to_string(p.outputs[0].dims));
    const Offer offer = tactic->offer(p);
    if (const auto* refusal = std::get_if<Refusal>(&offer)) {
      ASSERT_TRUE(refusal->reason.starts_with("needs ")) << refusal->reason;
      continue;
    }
    const TacticRun run = run_tactic(*tactic, p, operands, {.extra_stride = c.extra_stride});
    EXPECT_LE(relative_error(run.y, expected), 1e-6);
    EXPECT_TRUE(run.padding_is_zero);
    EXPECT_TRUE(run.gaps_untouched);
  }
}

TEST(Deconv, KernelEqualToStride) {
  for (const int64_t width : {1, 7, 16, 33}) {
    for (const int64_t filters : {5, 16, 40}) check({1, 20, 6, width, filters});
  }
  check({.batch = 3,
         .channels = 8,
         .height = 5,
         .width = 4,
         .filters = 24,
         .kernel_rows = 3,
         .kernel_columns = 4,
         .stride = {3, 4}});
}

TEST(Deconv, OverlappingKernels) {
  for (const int64_t kernel : {1, 2, 3, 4, 5}) {
    for (const int64_t stride : {1, 2, 3}) {
      check({.batch = 2,
             .channels = 18,
             .height = 5,
             .width = 9,
             .filters = 20,
             .kernel_rows = kernel,
             .kernel_columns = kernel,
             .stride = {stride, stride}});
    }
  }
}

TEST(Deconv, PaddingDilationAndOutputPadding) {
  check({.batch = 1,
         .channels = 4,
         .height = 6,
         .width = 7,
         .filters = 9,
         .kernel_rows = 4,
         .kernel_columns = 4,
         .pad_begin = {1, 1},
         .pad_end = {1, 1}});
  check({.batch = 1,
         .channels = 4,
         .height = 6,
         .width = 7,
         .filters = 9,
         .kernel_rows = 3,
         .kernel_columns = 3,
         .pad_begin = {1, 1},
         .pad_end = {1, 1},
         .output_pad = {1, 1}});
  check({.batch = 1,
         .channels = 4,
         .height = 6,
         .width = 7,
         .filters = 33,
         .kernel_rows = 3,
         .kernel_columns = 5,
         .stride = {1, 3},
         .pad_begin = {0, 2},
         .pad_end = {3, 1},
         .dilation = {2, 1},
         .output_pad = {0, 2}});
  check({.batch = 1,
         .channels = 4,
         .height = 2,
         .width = 2,
         .filters = 9,
         .kernel_rows = 2,
         .kernel_columns = 3,
         .stride = {4, 3},
         .dilation = {3, 2},
         .output_pad = {3, 2}});
  check({.batch = 1,
         .channels = 3,
         .height = 2,
         .width = 1,
         .filters = 9,
         .kernel_rows = 5,
         .kernel_columns = 7,
         .stride = {1, 1},
         .pad_begin = {2, 3},
         .pad_end = {2, 3}});
}

TEST(Deconv, BatchesLieStridesApart) {
  check({.batch = 3, .channels = 17, .height = 5, .width = 4, .filters = 24, .extra_stride = 32});
}

TEST(Deconv, Activations) {
  for (const Activation& act :
       {Activation{UnaryFn::kRelu}, Activation{UnaryFn::kClip, 0.5F, 2},
        Activation{UnaryFn::kSigmoid}, Activation{UnaryFn::kLeakyRelu, 0.1F},
        Activation{UnaryFn::kCosh}}) {
    check({.batch = 1, .channels = 2, .height = 3, .width = 5, .filters = 19, .act = act});
    check({.batch = 1,
           .channels = 2,
           .height = 3,
           .width = 5,
           .filters = 19,
           .bias = false,
           .act = act});
  }
}

TEST(Deconv, RefusesWithAReason) {
  Problem p = problem_of({1, 8, 4, 4, 8});
  const auto reason = [&] {
    const Offer offer = deconv_tactics().back()->offer(p);
    const auto* refusal = std::get_if<Refusal>(&offer);
    return refusal ? refusal->reason : "";
  };
  if (reason().starts_with("needs ")) return;
  EXPECT_EQ(reason(), "");
  p.op = Deconv{.groups = 2};
  EXPECT_EQ(reason(), "grouped");
  p.op = Deconv{};
  p.inputs[1].is_constant = false;
  EXPECT_EQ(reason(), "the weights are not constant");
}

}  // namespace
}  // namespace tenon::test
