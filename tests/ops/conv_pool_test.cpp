#include "ops/conv_pool.h"

#include <gtest/gtest.h>

#include "ramp.h"

namespace tenon {
namespace {

TEST(ConvPool, IsAPoolingBehindAConvolution) {
  const Conv conv{.stride = {2, 1}, .pad_begin = {1, 0}, .act = {UnaryFn::kTanh}};
  const Pool pool{.window = {3, 2}, .stride = {2, 1}, .pad_begin = {1, 0}, .ceil_mode = true};
  const Tensor x = ramp({2, 3, 12, 9}, 0.5F), w = ramp({4, 3, 2, 3}, 0.25F), bias = ramp({4}, 1);
  const auto y = evaluate(conv, std::vector<const Tensor*>{&x, &w, &bias});
  const auto both = evaluate(ConvPool{conv, pool}, std::vector<const Tensor*>{&x, &w, &bias});
  ASSERT_EQ(both.size(), 1U);
  EXPECT_EQ(both[0], evaluate(pool, std::vector<const Tensor*>{y.data()})[0]);
  EXPECT_EQ((ConvPool{conv, pool}.between(x.dims(), w.dims())), y[0].dims());
}

}  // namespace
}  // namespace tenon
