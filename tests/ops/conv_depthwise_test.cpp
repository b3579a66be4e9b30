#include "ops/conv_depthwise.h"

#include <gtest/gtest.h>

#include "ramp.h"

namespace tenon {
namespace {

TEST(ConvDepthwise, IsOneConvolutionBehindTheOther) {
  const Conv expansion{.pad_begin = {1, 0}, .act = {UnaryFn::kRelu}};
  const Conv depthwise{.stride = {2, 1}, .groups = 4, .act = {UnaryFn::kTanh}};
  const Tensor x = ramp({2, 3, 4, 5}, 0.5F), w1 = ramp({4, 3, 2, 1}, 0.25F), b1 = ramp({4}, 1),
               w2 = ramp({4, 1, 1, 3}, 0.5F), b2 = ramp({4}, 0.5F);
  const auto y = evaluate(expansion, std::vector<const Tensor*>{&x, &w1, &b1});
  const auto z = evaluate(depthwise, std::vector<const Tensor*>{&y[0], &w2, &b2});
  const ConvDepthwise both{expansion, depthwise};
  EXPECT_EQ(evaluate(both, std::vector<const Tensor*>{&x, &w1, &b1, &w2, &b2}), z);
  EXPECT_EQ(both.expanded(x.dims(), w1.dims()), y[0].dims());
}

// As where both are run: what lies between is stored.
TEST(ConvDepthwise, RoundsWhatLiesBetween) {
  const auto half = [](const Dims& dims, double value) {
    return Tensor::make(DataType::kF16, dims, [&](const TensorView& to) {
      for (int64_t i = 0; i < to.volume(); ++i) set_element(to, i, value);
    });
  };
  const Tensor x = half({1, 1, 1, 1}, 1 + 0x1p-10), w = half({1, 1, 1, 1}, 1 + 0x1p-10),
               thousand = half({1, 1, 1, 1}, 1024);
  const auto y = evaluate(ConvDepthwise{}, std::vector<const Tensor*>{&x, &w, nullptr, &thousand});
  EXPECT_EQ(element(y[0].view(), 0), 1024 * (1 + 0x1p-9));
}

}  // namespace
}  // namespace tenon
