#include "ops/conv.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tactic_harness.h"

namespace tenon::test {
namespace {

struct Spec {
  Dims x;
  Dims weights;
  Conv conv;
  bool bias = true;
  bool residual = false;
};

// Weights of a size that keeps sums near 1, as trained ones do.
void check(const Spec& spec) {
  const int64_t depth = spec.weights.volume() / spec.weights[0];
  const float scale = 2 / std::sqrt(static_cast<float>(depth));
  TacticCase c{spec.conv, {random_input(spec.x), random_constant(spec.weights, -scale, scale)}};
  c.tolerance = 5e-5;  // what Winograd loses on long sums
  c.inputs.push_back(spec.bias ? random_constant({spec.weights[0]}) : absent());
  if (spec.residual) {
    const Tensor y =
        evaluate(spec.conv, std::vector<const Tensor*>{&c.inputs[0].value, &c.inputs[1].value})[0];
    c.inputs.push_back(random_input(y.dims()));
  }
  if (!spec.bias && !spec.residual) c.inputs.pop_back();
  // Not every device has a kernel for three spatial axes.
  check_tactics(c, spec.x.rank() < 5 ? "conv" : "");
}

Conv square(int64_t stride, int64_t pad, UnaryFn act = UnaryFn::kIdentity, int64_t groups = 1) {
  return {.stride = {stride, stride},
          .pad_begin = {pad, pad},
          .pad_end = {pad, pad},
          .groups = groups,
          .act = {act}};
}

TEST(ConvTactics, OneByOne) {
  check({{2, 32, 7, 7}, {64, 32, 1, 1}, square(1, 0, UnaryFn::kRelu)});
  check({{1, 64, 14, 14}, {16, 64, 1, 1}, square(1, 0)});
  check({{1, 256, 9, 5}, {128, 256, 1, 1}, square(1, 0, UnaryFn::kRelu), true, true});
  check({{3, 40, 8, 8}, {24, 40, 1, 1}, square(2, 0), false});
}

TEST(ConvTactics, ThreeByThree) {
  check({{2, 16, 10, 12}, {32, 16, 3, 3}, square(1, 1, UnaryFn::kRelu)});
  check({{1, 64, 14, 14}, {64, 64, 3, 3}, square(1, 1, UnaryFn::kRelu), true, true});
  check({{1, 512, 7, 7}, {512, 512, 3, 3}, square(1, 1, UnaryFn::kRelu)});
  check({{2, 24, 15, 15}, {48, 24, 3, 3}, square(2, 1)});
  check({{1, 32, 9, 9}, {32, 32, 3, 3}, square(1, 0), false, true});
}

// Several tiles with rows and columns left over, channels that are no whole slab, split depths.
class ConvTiles : public ::testing::TestWithParam<Spec> {};

TEST_P(ConvTiles, Many) { check(GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Sizes, ConvTiles,
    ::testing::Values(
        Spec{{2, 96, 17, 19}, {72, 96, 3, 3}, square(2, 1, UnaryFn::kSwish)},
        Spec{{3, 128, 13, 13}, {136, 128, 3, 3}, square(1, 1, UnaryFn::kRelu), true, true},
        Spec{{1, 72, 40, 40}, {200, 72, 1, 1}, square(1, 0), true, true},
        Spec{{2, 320, 7, 7}, {264, 320, 1, 1}, square(1, 0, UnaryFn::kRelu)},
        Spec{{1, 64, 20, 20},
             {64, 64, 3, 3},
             {.pad_begin = {2, 2}, .pad_end = {2, 2}, .dilation = {2, 2}, .act = {UnaryFn::kRelu}}},
        Spec{{1, 24, 60, 60}, {40, 24, 5, 5}, square(1, 2), true, true},
        Spec{{2, 64, 56, 56}, {128, 64, 3, 3}, square(1, 1, UnaryFn::kRelu)},
        Spec{{2, 64, 24, 24}, {96, 64, 1, 1}, square(1, 0, UnaryFn::kSwish), true, true},
        Spec{{1, 256, 14, 14}, {64, 256, 3, 3}, square(1, 1, UnaryFn::kGeluErf), true, true}));

TEST(ConvTactics, Stem) {
  check({{2, 3, 32, 32}, {64, 3, 7, 7}, square(2, 3, UnaryFn::kRelu)});
  check({{1, 3, 33, 35}, {32, 3, 3, 3}, square(2, 0, UnaryFn::kSwish)});
  check({{1, 1, 20, 20}, {8, 1, 3, 3}, square(1, 1)});
  check({{2, 3, 40, 56}, {100, 3, 5, 5}, square(1, 2, UnaryFn::kRelu), true, true});
  check({{1, 4, 31, 29}, {24, 4, 4, 4}, square(3, 1), false});
  check({{2, 3, 32, 32}, {48, 3, 16, 16}, square(16, 0)});
  check({{2, 4, 19, 23},
         {16, 4, 5, 6},
         {.stride = {3, 3}, .pad_begin = {2, 1}, .pad_end = {1, 3}, .act = {UnaryFn::kRelu}},
         true,
         true});
}

// Rows longer than tiles, and strips of several rows.
TEST(ConvTactics, WideStem) {
  check({{1, 3, 20, 224}, {64, 3, 7, 7}, square(2, 3, UnaryFn::kRelu)});
  check({{1, 3, 21, 299}, {32, 3, 3, 3}, square(2, 0, UnaryFn::kSwish)});
  check({{2, 3, 18, 130}, {64, 3, 3, 3}, square(1, 1, UnaryFn::kRelu), false});
  check({{30, 3, 90, 22}, {16, 3, 3, 3}, square(1, 1, UnaryFn::kClip)});
}

TEST(ConvTactics, OddChannels) {
  check({{2, 5, 11, 13}, {7, 5, 3, 3}, square(1, 1, UnaryFn::kRelu)});
  check({{1, 17, 6, 6}, {33, 17, 1, 1}, square(1, 0), true, true});
  check({{1, 12, 10, 10}, {20, 12, 5, 5}, square(1, 2)});
  check({{2, 36, 9, 9}, {27, 36, 3, 3}, square(1, 1, UnaryFn::kRelu), true, true});
  check({{1, 512, 6, 6}, {30, 512, 1, 1}, square(1, 0), true, true});
}

TEST(ConvTactics, Depthwise) {
  check({{2, 32, 14, 14}, {32, 1, 3, 3}, square(1, 1, UnaryFn::kRelu, 32)});
  check({{1, 40, 15, 13}, {40, 1, 5, 5}, square(2, 2, UnaryFn::kSwish, 40)});
  check({{2, 24, 13, 11}, {24, 1, 3, 3}, square(2, 1, UnaryFn::kIdentity, 24), true, true});
  check({{1, 12, 9, 14}, {12, 1, 5, 5}, square(1, 2, UnaryFn::kRelu, 12)});
  check({{1, 7, 8, 8}, {7, 1, 3, 3}, square(1, 1, UnaryFn::kIdentity, 7), false});
  check({{1, 16, 9, 9}, {32, 1, 3, 3}, square(1, 1, UnaryFn::kIdentity, 16)});
  check({{2, 64, 12, 12}, {64, 1, 7, 7}, square(1, 3, UnaryFn::kIdentity, 64), true, true});
}

TEST(ConvTactics, Grouped) {
  check({{2, 32, 10, 10}, {64, 8, 3, 3}, square(1, 1, UnaryFn::kRelu, 4)});
  check({{1, 128, 7, 7}, {128, 4, 3, 3}, square(2, 1, UnaryFn::kRelu, 32)});
  check({{1, 12, 7, 7}, {18, 4, 1, 1}, square(1, 0, UnaryFn::kIdentity, 3)});
}

TEST(ConvTactics, UnequalWindows) {
  check({{1, 16, 9, 11},
         {24, 16, 1, 7},
         {.pad_begin = {0, 3}, .pad_end = {0, 3}, .act = {UnaryFn::kRelu}}});
  check({{1, 16, 9, 11}, {24, 16, 7, 1}, {.pad_begin = {3, 0}, .pad_end = {3, 0}}});
  check({{1, 8, 9, 9}, {8, 8, 3, 3}, {.pad_begin = {0, 1}, .pad_end = {1, 2}}});
  check(
      {{1, 8, 16, 16}, {8, 8, 3, 3}, {.pad_begin = {2, 4}, .pad_end = {2, 4}, .dilation = {2, 4}}});
}

TEST(ConvTactics, Activations) {
  for (const UnaryFn fn : {UnaryFn::kSigmoid, UnaryFn::kTanh, UnaryFn::kSwish, UnaryFn::kGeluErf,
                           UnaryFn::kHardSwish, UnaryFn::kLeakyRelu, UnaryFn::kClip}) {
    Conv conv = square(1, 1);
    conv.act = {fn, fn == UnaryFn::kClip ? 0.0F : 1 / 6.0F, fn == UnaryFn::kClip ? 6.0F : 0.5F};
    if (fn == UnaryFn::kSwish) conv.act.alpha = 1;
    check({{1, 16, 6, 6}, {16, 16, 3, 3}, conv});
  }
}

TEST(ConvTactics, OtherRanks) {
  check({{2, 16, 20}, {24, 16, 3}, {.pad_begin = {1}, .pad_end = {1}, .act = {UnaryFn::kRelu}}});
  check({{1, 8, 5, 6, 7},
         {16, 8, 3, 3, 3},
         {.pad_begin = {1, 1, 1}, .pad_end = {1, 1, 1}, .act = {UnaryFn::kRelu}}});
}

TEST(ConvTactics, WeightsThatAreNotConstant) {
  TacticCase c{square(1, 1), {random_input({1, 8, 6, 6}), random_input({8, 8, 3, 3}, -0.2F, 0.2F)}};
  c.tolerance = 1e-5;
  check_tactics(c);
}

}  // namespace
}  // namespace tenon::test
