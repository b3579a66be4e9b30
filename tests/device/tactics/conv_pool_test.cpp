#include "ops/conv_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tactic_harness.h"

namespace tenon::test {
namespace {

constexpr Activation kRelu{UnaryFn::kRelu};

Conv conv_of(int64_t stride, int64_t pad, Activation act = kRelu) {
  return {.stride = {stride, stride}, .pad_begin = {pad, pad}, .pad_end = {pad, pad}, .act = act};
}
Pool pool_of(int64_t pad, bool ceil = false) {
  return {.window = {3, 3},
          .stride = {2, 2},
          .pad_begin = {pad, pad},
          .pad_end = {pad, pad},
          .ceil_mode = ceil};
}

TacticCase case_of(const Dims& x, const Dims& weights, const ConvPool& op, bool bias) {
  const float scale =
      2 / std::sqrt(static_cast<float>(weights.volume()) / static_cast<float>(weights[0]));
  TacticCase c{op, {random_input(x), random_constant(weights, -scale, scale)}};
  if (bias) c.inputs.push_back(random_constant({weights[0]}));
  return c;
}

void check(const Dims& x, const Dims& weights, const ConvPool& op, bool bias = true) {
  const TacticCase c = case_of(x, weights, op, bias);
  EXPECT_TRUE(done_in_halves(c)) << problem_of(c).key();
  check_tactics(c);
}

TEST(ConvPoolTactics, StemsOfResidualNetworks) {
  check({2, 3, 64, 64}, {64, 3, 7, 7}, {conv_of(2, 3), pool_of(1)});
  check({1, 3, 24, 224}, {64, 3, 7, 7}, {conv_of(2, 3), pool_of(1)});
  check({1, 3, 33, 225}, {64, 3, 7, 7}, {conv_of(2, 3), pool_of(1)});
  check({1, 3, 30, 253}, {64, 3, 7, 7}, {conv_of(2, 3), pool_of(1)}, false);
}

TEST(ConvPoolTactics, PoolingWithoutPadding) {
  check({1, 3, 27, 33}, {64, 3, 3, 3}, {conv_of(2, 0), pool_of(0, true)});
  check({1, 3, 28, 227}, {64, 3, 3, 3}, {conv_of(2, 0), pool_of(0, true)});
  check({2, 3, 30, 130}, {32, 3, 3, 3}, {conv_of(1, 1), pool_of(0)});
  check({1, 3, 18, 129}, {32, 3, 3, 3}, {conv_of(1, 1), pool_of(0)});
}

TEST(ConvPoolTactics, PaddingOfOneSide) {
  const auto pool = [](std::vector<int64_t> begin, std::vector<int64_t> end) {
    return Pool{.window = {3, 3},
                .stride = {2, 2},
                .pad_begin = std::move(begin),
                .pad_end = std::move(end)};
  };
  check({1, 3, 22, 23}, {16, 3, 3, 3}, {conv_of(1, 1), pool({1, 0}, {0, 1})});
  check({1, 3, 21, 24}, {16, 3, 3, 3}, {conv_of(1, 1), pool({0, 1}, {2, 0})});
  Conv conv = conv_of(2, 2);
  conv.pad_begin = {0, 1};
  conv.pad_end = {3, 2};
  check({1, 3, 35, 40}, {16, 3, 7, 7}, {conv, pool_of(1)});
}

TEST(ConvPoolTactics, Windows) {
  check({1, 3, 20, 20}, {16, 3, 5, 5}, {conv_of(2, 2), pool_of(1)});
  check({1, 3, 20, 21}, {16, 3, 5, 5}, {conv_of(1, 2), pool_of(1)});
  check({1, 3, 20, 20}, {16, 3, 4, 4}, {conv_of(2, 1), pool_of(1)});
  check({1, 3, 20, 22}, {16, 3, 7, 7}, {conv_of(1, 3), pool_of(1)});
  check({1, 3, 20, 22}, {16, 3, 1, 1}, {conv_of(2, 0), pool_of(1)});
  Conv conv = conv_of(1, 1);
  conv.stride = {1, 2};
  check({1, 3, 14, 30}, {16, 3, 3, 5}, {conv, pool_of(1)});
  conv.stride = {2, 1};
  check({1, 3, 30, 14}, {16, 3, 7, 2}, {conv, pool_of(1)});
}

TEST(ConvPoolTactics, Channels) {
  check({2, 1, 28, 28}, {16, 1, 7, 7}, {conv_of(2, 3), pool_of(1)});
  check({1, 2, 28, 29}, {32, 2, 3, 3}, {conv_of(1, 1), pool_of(1)});
  check({1, 4, 28, 28}, {64, 4, 7, 7}, {conv_of(2, 3), pool_of(1)});
  check({1, 3, 17, 19}, {6, 3, 3, 3}, {conv_of(1, 1), pool_of(1)});
  check({1, 3, 17, 19}, {100, 3, 7, 7}, {conv_of(2, 3), pool_of(1)});
}

TEST(ConvPoolTactics, Activations) {
  for (const Activation& act :
       {Activation{}, Activation{UnaryFn::kClip, -0.25F, 0.5F}, Activation{UnaryFn::kSigmoid},
        Activation{UnaryFn::kSwish, 1}, Activation{UnaryFn::kLeakyRelu, -0.5F},
        Activation{UnaryFn::kElu, 1}}) {
    check({1, 3, 26, 25}, {16, 3, 3, 3}, {conv_of(1, 1, act), pool_of(1)});
  }
}

// More strips than a GPU runs at a time, of several rows.
TEST(ConvPoolTactics, ManyStrips) {
  check({33, 3, 130, 20}, {64, 3, 3, 3}, {conv_of(1, 1), pool_of(1)});
  check({40, 3, 150, 18}, {16, 3, 7, 7}, {conv_of(2, 3), pool_of(1)});
}

TEST(ConvPoolTactics, SmallImages) {
  check({1, 3, 1, 1}, {16, 3, 7, 7}, {conv_of(2, 3), pool_of(1)});
  check({3, 3, 5, 2}, {16, 3, 3, 3}, {conv_of(2, 1), pool_of(1)});
  check({0, 3, 32, 32}, {64, 3, 7, 7}, {conv_of(2, 3), pool_of(1)});
}

// What kernels leave to the reference.
TEST(ConvPoolTactics, OtherPooling) {
  check_tactics(case_of({1, 3, 12, 12}, {8, 3, 3, 3},
                        {conv_of(1, 1), {.window = {2, 2}, .stride = {2, 2}}}, true));
  check_tactics(case_of(
      {1, 3, 12, 12}, {8, 3, 3, 3},
      {conv_of(1, 1), {.kind = PoolKind::kAverage, .window = {3, 3}, .stride = {2, 2}}}, true));
  check_tactics(case_of({1, 3, 12}, {8, 3, 3}, {Conv{}, {.window = {3}, .stride = {2}}}, true));
}

}  // namespace
}  // namespace tenon::test
