#include "ops/conv_pair.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tactic_harness.h"

namespace tenon::test {
namespace {

struct Spec {
  Dims x;
  int64_t middle, columns;
  bool residual = false;
  Activation first, second;
  bool bias = true;
};

TacticCase case_of(const Spec& s) {
  const auto weights = [](int64_t k, int64_t c) {
    const float scale = 2 / std::sqrt(static_cast<float>(c));
    return random_constant({k, c, 1, 1}, -scale, scale);
  };
  Dims y = s.x;
  y[1] = s.middle;
  TacticCase c{ConvPair{{.act = s.first}, {.act = s.second}}, {random_input(s.x)}};
  c.inputs.push_back(weights(s.middle, s.x[1]));
  c.inputs.push_back(s.bias ? random_constant({s.middle}) : absent());
  c.inputs.push_back(s.residual ? random_input(y) : absent());
  c.inputs.push_back(weights(s.columns, s.middle));
  c.inputs.push_back(s.bias ? random_constant({s.columns}) : absent());
  return c;
}

void check(const Spec& spec) {
  const TacticCase c = case_of(spec);
  EXPECT_TRUE(done_in_halves(c)) << problem_of(c).key();
  check_tactics(c, "");
}

constexpr Activation kRelu{UnaryFn::kRelu};

TEST(ConvPairTactics, BlocksOfResidualNetworks) {
  check({{2, 64, 15, 13}, 256, 64, true, kRelu, kRelu});
  check({{1, 64, 20, 20}, 256, 128, true, kRelu, kRelu});
  check({{1, 128, 14, 15}, 512, 128, true, kRelu, kRelu});
  check({{3, 128, 9, 7}, 512, 256, true, kRelu, kRelu});
  check({{2, 256, 7, 7}, 1024, 256, true, kRelu, kRelu});
  check({{1, 64, 9, 9}, 2048, 64, true, kRelu});
}

TEST(ConvPairTactics, ChannelsThatFillNoSlice) {
  check({{1, 40, 7, 5}, 72, 24, true, kRelu});
  check({{2, 8, 3, 3}, 8, 8, false, {}, kRelu});
  check({{1, 72, 11, 13}, 136, 136, true});
  check({{1, 200, 5, 29}, 200, 72, false, kRelu, kRelu});
  check({{1, 64, 1, 1}, 64, 200, true});
}

TEST(ConvPairTactics, WithoutBias) {
  check({{1, 64, 12, 12}, 128, 64, false, kRelu, {}, false});
  check({{1, 64, 12, 12}, 128, 64, true, {}, {}, false});
}

TEST(ConvPairTactics, Activations) {
  const Activation clip{UnaryFn::kClip, -0.25F, 0.5F};
  check({{1, 64, 10, 10}, 128, 64, true, {UnaryFn::kSigmoid}, clip});
  check({{1, 64, 10, 10}, 128, 64, true, {UnaryFn::kSwish, 1}, {UnaryFn::kTanh}});
  check({{1, 64, 10, 10}, 96, 128, false, {UnaryFn::kElu, 1}, {UnaryFn::kMish}});
}

// More tiles than a GPU has multiprocessors: blocks go on to further ones.
class ConvPairTiles : public ::testing::TestWithParam<Spec> {};

TEST_P(ConvPairTiles, Many) { check(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Sizes, ConvPairTiles,
                         ::testing::Values(Spec{{5, 8, 85, 83}, 72, 64, true, kRelu, kRelu},
                                           Spec{{3, 16, 97, 95}, 64, 72, false, kRelu, kRelu},
                                           Spec{{2, 8, 97, 95}, 72, 136, true}));

TEST(ConvPairTactics, NoImages) { check({{0, 64, 7, 7}, 256, 64, true, kRelu, kRelu}); }

}  // namespace
}  // namespace tenon::test
