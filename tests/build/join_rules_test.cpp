#include "build/join_rules.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ir/text.h"
#include "ops/conv_depthwise.h"
#include "ops/inverted_residual.h"

namespace tenon {
namespace {

TEST(JoinRules, OnlyPlainConvolutionsOfOneByOne) {
  const auto joins = [](const std::string& second) {
    return find_joins(parse_graph(R"(graph(%x: f32[1,8,4,4], %v: f32[8,8,1,1], %r: f32[1,8,4,4]) {
      %w = const f32[8,8,1,1] random(1)
      %w3 = const f32[8,8,3,3] random(2)
      %wg = const f32[8,1,1,1] random(3)
      %a = conv(%x, %w, _, %r)
      %b = )" + second + R"(
      return %b
    })"))
        .size();
  };
  EXPECT_EQ(joins("conv(%a, %w)"), 1U);
  EXPECT_EQ(joins("conv(%a, %w) stride=[1,1] pad_begin=[0,0] act={fn=relu}"), 1U);
  EXPECT_EQ(joins("conv(%a, %w) stride=[2,2]"), 0U);
  EXPECT_EQ(joins("conv(%a, %w) pad_begin=[1,0]"), 0U);
  EXPECT_EQ(joins("conv(%a, %w) pad_end=[0,1]"), 0U);
  EXPECT_EQ(joins("conv(%a, %w3)"), 0U);
  EXPECT_EQ(joins("conv(%a, %wg) groups=8"), 0U);
  EXPECT_EQ(joins("conv(%a, %v)"), 0U);
  EXPECT_EQ(joins("conv(%a, %w, _, %r)"), 0U);
  EXPECT_EQ(joins("conv(%x, %w, _, %a)"), 0U);  // as the residual
}

// With its expansion, without it, or neither.
TEST(JoinRules, OnlyBlocksOfWhichNothingElseIsRead) {
  using Sizes = std::vector<size_t>;
  const auto joins = [](const std::string& middle, const std::string& last = "conv(%d, %wp)",
                        const std::string& results = "%p") {
    const Graph graph = parse_graph(R"(graph(%x: f32[1,8,6,6], %r: f32[1,8,6,6], %v: f32[8,1,3,3]) {
      %w = const f32[8,8,1,1] random(1)
      %wd = const f32[8,1,3,3] random(2)
      %wg = const f32[8,2,3,3] random(3)
      %wp = const f32[8,8,1,1] random(4)
      %e = conv(%x, %w)
      %d = )" + middle + R"(
      %p = )" + last + R"(
      return )" + results + R"(
    })");
    Sizes parts;
    for (const Join& join : find_joins(graph)) {
      if (join.op.is<InvertedResidual>()) parts.push_back(join.parts.size());
    }
    return parts;
  };
  const Sizes none, without{2}, both{2, 3};
  const std::string same = " pad_begin=[1,1] pad_end=[1,1]";
  EXPECT_EQ(joins("conv(%e, %wd) groups=8"), both);
  EXPECT_EQ(joins("conv(%e, %wd) groups=8 stride=[2,2]"), both);
  EXPECT_EQ(joins("conv(%e, %wd) groups=8" + same, "conv(%d, %wp, _, %r)"), both);
  EXPECT_EQ(joins("conv(%e, %wd) groups=8" + same, "conv(%d, %wp, _, %d)"), none);
  EXPECT_EQ(joins("conv(%e, %wd) groups=8" + same, "conv(%d, %wp, _, %e)"), without);
  EXPECT_EQ(joins("conv(%x, %wd) groups=8" + same, "conv(%d, %wp, _, %e)"), without);
  EXPECT_EQ(joins("conv(%e, %wd, _, %r) groups=8" + same), none);
  EXPECT_EQ(joins("conv(%e, %wd, _, %e) groups=8" + same), none);
  EXPECT_EQ(joins("conv(%e, %wg) groups=4" + same), none);
  EXPECT_EQ(joins("conv(%e, %v) groups=8" + same), none);
  EXPECT_EQ(joins("conv(%e, %wd) groups=8", "conv(%d, %wp)", "%p, %d"), none);
  EXPECT_EQ(joins("conv(%e, %wd) groups=8", "conv(%d, %wp)", "%p, %e"), without);
  EXPECT_EQ(joins("conv(%e, %wd) groups=8", "conv(%d, %wp) stride=[2,2]"), none);
}

TEST(JoinRules, OnlyWhereNobodyElseReadsTheExpansion) {
  const auto joins = [](const std::string& expansion, const std::string& depthwise,
                        const std::string& result = "%d") {
    const auto found =
        find_joins(parse_graph(R"(graph(%x: f32[1,8,5,5], %v: f32[8,1,1,1], %r: f32[1,8,5,5]) {
      %w = const f32[8,8,1,1] random(1)
      %w3 = const f32[8,8,3,3] random(2)
      %wd = const f32[8,1,3,3] random(3)
      %wg = const f32[8,4,3,3] random(4)
      %wm = const f32[16,1,3,3] random(5)
      %e = )" + expansion + R"(
      %d = )" + depthwise + R"(
      return )" + result + R"(
    })"));
    return std::ranges::count_if(found,
                                 [](const Join& join) { return join.op.is<ConvDepthwise>(); });
  };
  const std::string expansion = "conv(%x, %w) act={fn=relu}",
                    padded = " pad_begin=[1,1] pad_end=[1,1]",
                    depthwise = "conv(%e, %wd) groups=8" + padded;
  EXPECT_EQ(joins(expansion, depthwise), 1);
  EXPECT_EQ(joins(expansion, "conv(%e, %wd) groups=8 stride=[2,2]"), 1);
  EXPECT_EQ(joins(expansion, depthwise, "%d, %e"), 0);
  EXPECT_EQ(joins("conv(%x, %w, _, %r)", depthwise), 0);
  EXPECT_EQ(joins("conv(%x, %w3)" + padded, depthwise), 0);
  EXPECT_EQ(joins(expansion, "conv(%e, %wg) groups=2"), 0);
  EXPECT_EQ(joins(expansion, "conv(%e, %v) groups=8"), 0);
  EXPECT_EQ(joins(expansion, "conv(%e, %wm) groups=8" + padded), 0);
  EXPECT_EQ(joins(expansion, "conv(%e, %wd, _, %e) groups=8" + padded), 0);
  EXPECT_EQ(joins(expansion, depthwise + "\n %f = add(%d, %e)", "%f"), 0);
}

}  // namespace
}  // namespace tenon
