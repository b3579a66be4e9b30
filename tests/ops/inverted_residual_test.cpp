#include "ops/inverted_residual.h"

#include <gtest/gtest.h>

#include "ramp.h"

namespace tenon {
namespace {

TEST(InvertedResidual, IsThreeConvolutionsOneBehindTheOther) {
  const InvertedResidual block{{.act = {UnaryFn::kRelu}},
                               {.stride = {2, 1},
                                .pad_begin = {1, 0},
                                .pad_end = {1, 2},
                                .groups = 4,
                                .act = {UnaryFn::kSwish, 1}},
                               {.act = {UnaryFn::kTanh}}};
  const Tensor x = ramp({2, 3, 4, 5}, 0.5F), w1 = ramp({4, 3, 1, 1}, 0.25F), b1 = ramp({4}, 1),
               w2 = ramp({4, 1, 3, 3}, 0.5F), b2 = ramp({4}, 0.5F), w3 = ramp({2, 4, 1, 1}, 0.125F),
               b3 = ramp({2}, 2), residual = ramp({2, 2, 2, 5}, 0.75F);
  const auto one = [](const Conv& conv, std::vector<const Tensor*> operands) {
    return evaluate(conv, operands)[0];
  };
  for (const bool added : {false, true}) {
    const Tensor expanded = one(block.expansion, {&x, &w1, &b1});
    const Tensor filtered = one(block.depthwise, {&expanded, &w2, &b2});
    std::vector<const Tensor*> last{&filtered, &w3, &b3}, all{&x, &w1, &b1, &w2, &b2, &w3, &b3};
    if (added) {
      last.push_back(&residual);
      all.push_back(&residual);
    }
    EXPECT_EQ(evaluate(block, all)[0], one(block.projection, last));
  }
}

TEST(InvertedResidual, WithoutExpansionWeightsConvolvesTheInput) {
  const InvertedResidual block{.depthwise = {.pad_begin = {1, 1}, .pad_end = {1, 1}, .groups = 3},
                               .projection = {.act = {UnaryFn::kRelu}}};
  const Tensor x = ramp({2, 3, 4, 5}, 0.5F), w2 = ramp({3, 1, 3, 3}, 0.5F), b2 = ramp({3}, 0.5F),
               w3 = ramp({2, 3, 1, 1}, 0.125F);
  const auto filtered = evaluate(block.depthwise, std::vector<const Tensor*>{&x, &w2, &b2});
  const auto y = evaluate(block.projection, std::vector<const Tensor*>{&filtered[0], &w3});
  EXPECT_EQ(evaluate(block, std::vector<const Tensor*>{&x, nullptr, nullptr, &w2, &b2, &w3}), y);
}

}  // namespace
}  // namespace tenon
