#include "ops/inverted_residual.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tactic_harness.h"

namespace tenon::test {
namespace {

struct Spec {
  Dims x;
  int64_t expanded, columns;
  int64_t stride = 1;
  bool residual = false;
  Activation first{UnaryFn::kClip, 0, 6}, second{UnaryFn::kClip, 0, 6}, third;
  bool bias = true;
  std::vector<int64_t> pad_begin{1, 1}, pad_end{1, 1};
  bool expands() const { return x[1] != expanded || first.fn != UnaryFn::kIdentity; }
};

TacticCase case_of(const Spec& s) {
  const auto weights = [](int64_t k, int64_t c, int64_t side = 1) {
    const float scale = 2 / std::sqrt(static_cast<float>(c * side * side));
    return random_constant({k, c, side, side}, -scale, scale);
  };
  const auto bias = [&](int64_t k) { return s.bias ? random_constant({k}) : absent(); };
  TacticCase c{InvertedResidual{{.act = s.first},
                                {.stride = {s.stride, s.stride},
                                 .pad_begin = s.pad_begin,
                                 .pad_end = s.pad_end,
                                 .groups = s.expanded,
                                 .act = s.second},
                                {.act = s.third}},
               {random_input(s.x)}};
  c.inputs.push_back(s.expands() ? weights(s.expanded, s.x[1]) : absent());
  c.inputs.push_back(s.expands() ? bias(s.expanded) : absent());
  c.inputs.push_back(weights(s.expanded, 1, 3));
  c.inputs.push_back(bias(s.expanded));
  c.inputs.push_back(weights(s.columns, s.expanded));
  c.inputs.push_back(bias(s.columns));
  if (s.residual) c.inputs.push_back(random_input(problem_of(c).outputs[0].dims));
  return c;
}

void check(const Spec& spec) {
  const TacticCase c = case_of(spec);
  EXPECT_TRUE(done_in_halves(c)) << problem_of(c).key();
  check_tactics(c, "");
}

TEST(InvertedResidualTactics, BlocksOfMobileNetV2) {
  check({{1, 16, 24, 112}, 96, 24, 2});
  check({{2, 24, 17, 56}, 144, 24, 1, true});
  check({{1, 24, 21, 56}, 144, 32, 2});
  check({{2, 32, 28, 28}, 192, 32, 1, true});
  check({{1, 32, 28, 28}, 192, 64, 2});
  check({{2, 64, 14, 14}, 384, 64, 1, true});
  check({{1, 64, 14, 14}, 384, 96});
  check({{2, 96, 14, 14}, 192, 96, 1, true});
}

TEST(InvertedResidualTactics, OddSizes) {
  check({{3, 8, 1, 1}, 16, 8, 1, true});
  check({{1, 8, 1, 1}, 16, 8, 2});
  check({{2, 16, 3, 5}, 32, 16, 1, true});
  check({{2, 24, 9, 11}, 64, 24, 2});
  check({{1, 8, 19, 67}, 32, 8, 1, true});
  check({{1, 8, 13, 133}, 32, 16, 2});
  check({{1, 8, 5, 150}, 16, 8, 1, true});
}

TEST(InvertedResidualTactics, ChannelsThatFillNoChunk) {
  check({{1, 40, 9, 9}, 40, 24, 1});
  check({{1, 8, 10, 9}, 20, 40, 1});
  check({{1, 56, 8, 8}, 50, 56, 1, true});
  check({{1, 104, 10, 7}, 100, 72, 1});
  check({{1, 24, 10, 7}, 34, 48, 2});
}

TEST(InvertedResidualTactics, WithoutBias) {
  check({{1, 16, 12, 12}, 48, 16, 1, false, {}, {}, {}, false});
  check({{1, 32, 12, 12}, 48, 40, 2, false, {UnaryFn::kRelu}, {}, {}, false});
}

TEST(InvertedResidualTactics, Activations) {
  const Activation swish{UnaryFn::kSwish, 1}, hard{UnaryFn::kHardSwish, 1.0F / 6, 0.5F};
  const Activation above{UnaryFn::kClip, 0.3F, 1.1F};
  check({{1, 24, 12, 12}, 40, 24, 1, true, {UnaryFn::kRelu}, {UnaryFn::kRelu}, {UnaryFn::kRelu}});
  check({{1, 24, 12, 12}, 40, 24, 1, true, swish, hard, swish});
  check({{1, 32, 12, 12}, 64, 64, 1, true, hard, swish, {UnaryFn::kMish}});
  check({{1, 24, 12, 12}, 40, 24, 1, true, above, above, above});
  check({{1, 24, 12, 12}, 40, 24, 2, false, {}, hard, hard});
}

TEST(InvertedResidualTactics, Padding) {
  const Activation relu6{UnaryFn::kClip, 0, 6};
  check({{1, 16, 14, 14}, 32, 16, 2, false, relu6, relu6, {}, true, {0, 0}, {1, 1}});
  check({{1, 16, 9, 12}, 32, 16, 1, false, relu6, relu6, {}, true, {0, 0}, {0, 0}});
  check({{1, 16, 9, 12}, 32, 16, 1, false, relu6, relu6, {}, true, {2, 0}, {1, 3}});
}

// As many channels as are expanded, and nothing done to them.
TEST(InvertedResidualTactics, WithoutExpansion) {
  const Activation none, relu6{UnaryFn::kClip, 0, 6};
  check({{2, 32, 21, 40}, 32, 16, 1, false, none, relu6});
  check({{1, 16, 13, 14}, 16, 16, 1, true, none, relu6});
  check({{1, 72, 9, 20}, 72, 40, 2, false, none, {UnaryFn::kHardSwish, 1.0F / 6, 0.5F}});
  check({{1, 104, 7, 7}, 104, 96, 1, true, none, relu6});
}

TEST(InvertedResidualTactics, NoImages) { check({{0, 16, 14, 14}, 32, 16, 1, true}); }

}  // namespace
}  // namespace tenon::test
