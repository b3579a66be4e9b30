#include "ops/conv_depthwise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tactic_harness.h"

namespace tenon::test {
namespace {

struct Spec {
  Dims x;
  int64_t expanded;
  int64_t kernel = 3, stride = 1;
  Activation inner{UnaryFn::kRelu}, outer{UnaryFn::kRelu};
  std::vector<int64_t> pad_begin, pad_end;  // empty: half of the window
  bool bias = true;
};

TacticCase case_of(const Spec& s) {
  const std::vector<int64_t> half{s.kernel / 2, s.kernel / 2};
  const Conv depthwise{.stride = {s.stride, s.stride},
                       .pad_begin = s.pad_begin.empty() ? half : s.pad_begin,
                       .pad_end = s.pad_end.empty() ? half : s.pad_end,
                       .groups = s.expanded,
                       .act = s.outer};
  const float scale = 2 / std::sqrt(static_cast<float>(s.x[1]));
  TacticCase c{ConvDepthwise{{.act = s.inner}, depthwise}, {random_input(s.x)}};
  c.inputs.push_back(random_constant({s.expanded, s.x[1], 1, 1}, -scale, scale));
  c.inputs.push_back(s.bias ? random_constant({s.expanded}) : absent());
  const float window = 2 / static_cast<float>(s.kernel);
  c.inputs.push_back(random_constant({s.expanded, 1, s.kernel, s.kernel}, -window, window));
  c.inputs.push_back(s.bias ? random_constant({s.expanded}) : absent());
  return c;
}

void check(const Spec& spec) {
  const TacticCase c = case_of(spec);
  EXPECT_TRUE(done_in_halves(c)) << problem_of(c).key();
  check_tactics(c, "");
}

constexpr Activation kRelu6{UnaryFn::kClip, 0, 6}, kSwish{UnaryFn::kSwish, 1};

TEST(ConvDepthwiseTactics, BlocksOfMobileNet) {
  check({{1, 16, 24, 24}, 96, 3, 2, kRelu6, kRelu6});
  check({{2, 24, 18, 18}, 144, 3, 1, kRelu6, kRelu6});
  check({{1, 64, 14, 14}, 384, 3, 1, kRelu6, kRelu6});
  check({{1, 96, 14, 14}, 576, 3, 2, kRelu6, kRelu6});
  check({{2, 160, 7, 7}, 960, 3, 1, kRelu6, kRelu6});
}

TEST(ConvDepthwiseTactics, BlocksOfEfficientNet) {
  check({{1, 40, 28, 28}, 240, 5, 1, kSwish, kSwish});
  check({{1, 112, 14, 14}, 672, 5, 2, kSwish, kSwish});
  check({{2, 192, 7, 7}, 192, 5, 1, kSwish, kSwish});
}

// Parts of chunks, of steps of depth, of tiles and of what a thread makes.
TEST(ConvDepthwiseTactics, OddSizes) {
  check({{1, 8, 17, 19}, 8});
  check({{3, 24, 9, 23}, 56, 3, 2});
  check({{1, 200, 5, 29}, 104, 5, 1});
  check({{2, 72, 33, 3}, 40, 5, 2});
  check({{1, 32, 1, 1}, 48});
  check({{1, 264, 2, 3}, 64, 5, 2});
  check({{1, 16, 1, 50}, 24, 3, 2});
}

// What lies around the image is zero, whatever the expansion makes of zeros.
TEST(ConvDepthwiseTactics, Padding) {
  check({{1, 16, 9, 9}, 48, 3, 1, {}, {}, {0, 0}, {0, 0}});
  check({{1, 16, 10, 12}, 48, 3, 2, {UnaryFn::kHardSwish, 0.5F, 2}, {}, {0, 0}, {1, 1}});
  check({{1, 16, 10, 12}, 48, 5, 2, {}, {}, {1, 2}, {3, 0}});
  check({{1, 16, 3, 2}, 48, 3, 1, {}, {}, {7, 20}, {19, 6}});
}

TEST(ConvDepthwiseTactics, WithoutBias) {
  check({{1, 64, 12, 12}, 96, 3, 1, kRelu6, {}, {}, {}, false});
}

TEST(ConvDepthwiseTactics, Activations) {
  const auto with = [](const Activation& inner, const Activation& outer) {
    check({{1, 24, 10, 11}, 64, 3, 1, inner, outer});
  };
  with({}, {});
  with({UnaryFn::kRelu}, {UnaryFn::kClip, -2, 3});
  with({UnaryFn::kClip, -0.25F, 0.5F}, {UnaryFn::kRelu});
  with(kSwish, {UnaryFn::kHardSwish, 1.0F / 6, 0.5F});
  with({UnaryFn::kHardSwish, 1.0F / 6, 0.5F}, {UnaryFn::kSwish, 1.5F});
}

// More blocks than a GPU has room for, which other tactics do.
class ConvDepthwiseTiles : public ::testing::TestWithParam<Spec> {};

TEST_P(ConvDepthwiseTiles, Many) { check(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Sizes, ConvDepthwiseTiles,
                         ::testing::Values(Spec{{4, 8, 61, 67}, 104, 3, 1, kRelu6, kRelu6},
                                           Spec{{4, 24, 59, 65}, 104, 5, 1, kSwish, kRelu6},
                                           Spec{{7, 16, 61, 67}, 104, 3, 2, kRelu6, kSwish},
                                           Spec{{7, 8, 57, 66}, 104, 5, 2, kSwish, kSwish}));

TEST(ConvDepthwiseTactics, NoImages) { check({{0, 64, 7, 7}, 96}); }

}  // namespace
}  // namespace tenon::test
