#include "cpu/kernels/winograd/winograd_tactics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "cpu/kernels/winograd/winograd_launch.h"
#include "cpu/winograd_run.h"
#include "ops/conv.h"

namespace tenon::test {
namespace {

struct Case {
  int64_t batch, channels, height, width, filters;
  std::vector<int64_t> pad_begin{1, 1}, pad_end{1, 1};
  bool bias = true, residual = false;
  Activation act{};
  int64_t extra_stride = 0;
  bool in_place = false;
  int threads = 2;
};

Problem problem_of(const Case& c) {
  const Dims x{c.batch, c.channels, c.height, c.width};
  const Dims w{c.filters, c.channels, 3, 3};
  const Dims y{c.batch, c.filters, c.height + c.pad_begin[0] + c.pad_end[0] - 2,
               c.width + c.pad_begin[1] + c.pad_end[1] - 2};
  Problem p{Conv{.pad_begin = c.pad_begin, .pad_end = c.pad_end, .act = c.act}, {}, {}};
  p.inputs = {{.dims = x},
              {.dims = w, .is_constant = true},
              {.dims = {c.filters}, .present = c.bias, .is_constant = true},
              {.dims = y, .present = c.residual}};
  p.outputs = {{.dims = y}};
  return p;
}

std::vector<std::vector<float>> operands_of(const Problem& p) {
  std::vector<std::vector<float>> operands;
  for (size_t i = 0; i < p.inputs.size(); ++i) {
    operands.push_back(random_floats(static_cast<size_t>(p.inputs[i].dims.volume()),
                                     static_cast<uint32_t>(7 + i)));
  }
  return operands;
}

double window(const float* x, const float* w, const Case& c, int64_t oy, int64_t ox) {
  double sum = 0;
  for (int64_t channel = 0; channel < c.channels; ++channel, x += c.height * c.width, w += 9) {
    for (int64_t ky = 0; ky < 3; ++ky) {
      for (int64_t kx = 0; kx < 3; ++kx) {
        const int64_t iy = oy + ky - c.pad_begin[0], ix = ox + kx - c.pad_begin[1];
        if (iy < 0 || iy >= c.height || ix < 0 || ix >= c.width) continue;
        sum += double{x[iy * c.width + ix]} * double{w[ky * 3 + kx]};
      }
    }
  }
  return sum;
}

std::vector<double> reference(const Case& c, const Problem& p,
                              const std::vector<std::vector<float>>& in) {
  const Dims& y = p.outputs[0].dims;
  std::vector<double> out;
  for (int64_t n = 0; n < y[0]; ++n) {
    for (int64_t k = 0; k < y[1]; ++k) {
      for (int64_t i = 0; i < y[2] * y[3]; ++i) {
        double sum = window(in[0].data() + n * c.channels * c.height * c.width,
                            in[1].data() + k * c.channels * 9, c, i / y[3], i % y[3]);
        if (c.bias) sum += in[2][static_cast<size_t>(k)];
        if (c.residual) sum += in[3][out.size()];
        out.push_back(c.act(sum));
      }
    }
  }
  return out;
}

// Bounds on the error relative to the largest output; the largest seen in these tests and at 512
// channels were 1.1e-6, 4.2e-6 and 2.4e-5.
double bound_of(const Tactic& tactic) {
  if (tactic.name().starts_with("winograd_f2")) return 3e-6;
  return tactic.name().starts_with("winograd_f4") ? 1e-5 : 6e-5;
}

void check(const Case& c) {
  const Problem p = problem_of(c);
  const auto operands = operands_of(p);
  const std::vector<double> expected = reference(c, p, operands);
  for (const Tactic* tactic : winograd_tactics()) {
    SCOPED_TRACE(std::string(tactic->name()) + " " + to_string(p.inputs[0].dims) + " -> " +
                 to_string(p.outputs[0].dims));
    const Offer offer = tactic->offer(p);
    if (const auto* refusal = std::get_if<Refusal>(&offer)) {
      ASSERT_TRUE(refusal->reason.starts_with("needs ")) << refusal->reason;
      continue;
    }
    const TacticRun run =
        run_tactic(*tactic, p, operands,
                   {.threads = c.threads, .extra_stride = c.extra_stride, .in_place = c.in_place});
    const double error = relative_error(run.y, expected);
    EXPECT_LE(error, bound_of(*tactic));
    EXPECT_TRUE(run.padding_is_zero);
    EXPECT_TRUE(run.gaps_untouched);
  }
}

TEST(Winograd, SidesThatAreNoMultipleOfATile) {
  for (const int64_t height : {1, 3, 4, 6, 7, 13}) {
    for (const int64_t width : {2, 5, 8, 9, 14}) check({1, 16, height, width, 16});
  }
}

TEST(Winograd, ChannelsThatAreNoMultipleOfABlock) {
  for (const int64_t channels : {1, 3, 8, 17, 40}) {
    for (const int64_t filters : {1, 7, 16, 24, 33, 70}) check({1, channels, 9, 10, filters});
  }
}

TEST(Winograd, EveryPadding) {
  for (const int64_t top : {0, 1, 2}) {
    for (const int64_t left : {0, 1, 2}) {
      check({1, 5, 8, 7, 20, {top, left}, {left, top}});
      check({1, 5, 6, 11, 20, {top, left}, {1, 0}});
    }
  }
}

TEST(Winograd, ManyTilesAndFewTiles) {
  check({.batch = 1, .channels = 20, .height = 70, .width = 66, .filters = 40});
  check({.batch = 3, .channels = 40, .height = 33, .width = 31, .filters = 20});
  check({.batch = 1, .channels = 200, .height = 7, .width = 7, .filters = 96});
}

// A tactic with other loops than it would choose.
class Reblocked : public Tactic {
 public:
  Reblocked(const Tactic& tactic, const WinogradKernels& kernels, WinogradBlocking blocking)
      : tactic_(tactic), kernels_(kernels), blocking_(blocking) {}
  std::string_view name() const override { return tactic_.name(); }
  Offer offer(const Problem& p) const override { return tactic_.offer(p); }
  double estimate(const Problem& p) const override { return tactic_.estimate(p); }
  std::vector<std::byte> pack(const Problem& p) const override { return tactic_.pack(p); }
  std::unique_ptr<Launch> bind(const Problem& p, const Packed& packed) const override {
    return bind_winograd(p, packed, kernels_, blocking_);
  }

 private:
  const Tactic& tactic_;
  const WinogradKernels& kernels_;
  WinogradBlocking blocking_;
};

TEST(Winograd, EveryBlockingGivesTheSame) {
  const Case c{.batch = 2, .channels = 40, .height = 13, .width = 22, .filters = 88};
  const Problem p = problem_of(c);
  const auto operands = operands_of(p);
  const std::vector<double> expected = reference(c, p, operands);
  const Tactic& f4 = *winograd_tactics()[3];
  ASSERT_EQ(f4.name(), "winograd_f4_avx2");
  if (std::holds_alternative<Refusal>(f4.offer(p))) return;
  using enum WinogradOrder;
  for (const WinogradBlocking& blocking :
       {WinogradBlocking{.order = kTilesOuter, .slots = 1, .tile_blocks = 1},
        WinogradBlocking{.order = kTilesOuter, .slots = 3, .tile_blocks = 7},
        WinogradBlocking{.order = kFiltersOuter, .slots = 2, .channel_step = 8},
        WinogradBlocking{.order = kFiltersOuter, .slots = 2, .tile_blocks = 5, .channel_step = 40},
        WinogradBlocking{.order = kFiltersOuter,
        .slots = 3,
        .tile_blocks = 3,
        .parts = 4,
        .channel_step = 16}}) {
    const TacticRun run =
        run_tactic(Reblocked(f4, avx2::kWinograd4, blocking), p, operands, {.threads = 2});
    EXPECT_LE(relative_error(run.y, expected), bound_of(f4));
    EXPECT_TRUE(run.padding_is_zero);
  }
}

TEST(Winograd, BatchesLieStridesApart) {
  check({.batch = 3,
         .channels = 20,
         .height = 9,
         .width = 9,
         .filters = 24,
         .residual = true,
         .extra_stride = 48});
  check({.batch = 3,
         .channels = 20,
         .height = 30,
         .width = 40,
         .filters = 24,
         .residual = true,
         .extra_stride = 16});
}

TEST(Winograd, ResidualInPlace) {
  for (const UnaryFn fn : {UnaryFn::kRelu, UnaryFn::kSwish}) {
    check({.batch = 2,
           .channels = 16,
           .height = 10,
           .width = 9,
           .filters = 40,
           .residual = true,
           .act = {fn, 1, 0},
           .in_place = true});
  }
}

TEST(Winograd, Activations) {
  const Activation acts[] = {{UnaryFn::kIdentity},
                             {UnaryFn::kRelu},
                             {UnaryFn::kClip, 0.5F, 2},
                             {UnaryFn::kLeakyRelu, 0.1F},
                             {UnaryFn::kSigmoid},
                             {UnaryFn::kTanh},
                             {UnaryFn::kSwish, 1},
                             {UnaryFn::kHardSwish, 1.0F / 6, 0.5F},
                             {UnaryFn::kHardSigmoid, 0.2F, 0.5F},
                             {UnaryFn::kElu, 1},
                             {UnaryFn::kMish},
                             {UnaryFn::kCosh}};
  for (const Activation& act : acts) {
    check({.batch = 1, .channels = 2, .height = 6, .width = 5, .filters = 19, .act = act});
    check({.batch = 1,
           .channels = 2,
           .height = 6,
           .width = 5,
           .filters = 19,
           .bias = false,
           .residual = true,
           .act = act});
  }
}

TEST(Winograd, AnyNumberOfThreads) {
  for (const int threads : {1, 3, 5}) {
    check(
        {.batch = 1, .channels = 16, .height = 14, .width = 14, .filters = 48, .threads = threads});
    check(
        {.batch = 1, .channels = 16, .height = 56, .width = 50, .filters = 16, .threads = threads});
  }
}

TEST(Winograd, NanPassesThroughActivation) {
  const Case c{
      .batch = 1, .channels = 1, .height = 4, .width = 4, .filters = 16, .act = {UnaryFn::kRelu}};
  const Problem p = problem_of(c);
  auto operands = operands_of(p);
  operands[0][5] = NAN;
  for (const Tactic* tactic : winograd_tactics()) {
    if (std::holds_alternative<Refusal>(tactic->offer(p))) continue;
    EXPECT_TRUE(std::isnan(run_tactic(*tactic, p, operands, {}).y[5])) << tactic->name();
  }
}

// Error grows with the number of channels: the largest fan-in that networks have.
TEST(Winograd, AccuracyAtLargeFanIn) {
  check({.batch = 1, .channels = 512, .height = 12, .width = 12, .filters = 32});
}

std::string refusal_of(const Problem& p) {
  const Offer offer = winograd_tactics().back()->offer(p);
  const auto* refusal = std::get_if<Refusal>(&offer);
  return refusal ? refusal->reason : "";
}

TEST(Winograd, RefusesWithAReason) {
  const Case c{1, 16, 8, 8, 16};
  Problem p = problem_of(c);
  if (refusal_of(p).starts_with("needs ")) return;
  EXPECT_EQ(refusal_of(p), "");
  p.op = Conv{.stride = {2, 2}};
  EXPECT_EQ(refusal_of(p), "the stride is not 1");
  p.op = Conv{.dilation = {1, 2}};
  EXPECT_EQ(refusal_of(p), "dilated");
  p.op = Conv{.groups = 2};
  EXPECT_EQ(refusal_of(p), "grouped");
  p.op = Conv{.pad_begin = {3, 1}};
  EXPECT_EQ(refusal_of(p), "padding outside of 0..2");
  p = problem_of(c);
  p.inputs[1].dims = {16, 16, 1, 3};
  EXPECT_EQ(refusal_of(p), "the kernel is not 3x3");
  p = problem_of(c);
  p.inputs[1].is_constant = false;
  EXPECT_EQ(refusal_of(p), "the weights are not constant");
  p = problem_of(c);
  p.inputs[0].dtype = DataType::kF16;
  EXPECT_EQ(refusal_of(p), "not FP32 throughout");
}

}  // namespace
}  // namespace tenon::test
