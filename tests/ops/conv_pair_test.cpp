#include "ops/conv_pair.h"

#include <gtest/gtest.h>

#include "ramp.h"

namespace tenon {
namespace {

TEST(ConvPair, IsOneConvolutionBehindTheOther) {
  const Conv first{.pad_begin = {1, 0}, .act = {UnaryFn::kRelu}};
  const Conv second{.stride = {2, 1}, .act = {UnaryFn::kTanh}};
  const Tensor x = ramp({2, 3, 4, 5}, 0.5F), w1 = ramp({4, 3, 2, 1}, 0.25F), b1 = ramp({4}, 1),
               residual = ramp({2, 4, 4, 5}, 0.125F), w2 = ramp({2, 4, 1, 3}, 0.5F),
               b2 = ramp({2}, 0.5F);
  const auto y = evaluate(first, std::vector<const Tensor*>{&x, &w1, &b1, &residual});
  const auto z = evaluate(second, std::vector<const Tensor*>{&y[0], &w2, &b2});
  const auto both = evaluate(ConvPair{first, second},
                             std::vector<const Tensor*>{&x, &w1, &b1, &residual, &w2, &b2});
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0], y[0]);
  EXPECT_EQ(both[1], z[0]);
}

}  // namespace
}  // namespace tenon
