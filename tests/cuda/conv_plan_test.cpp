#include "cuda/kernels/dnn/conv_plan.h"

#include <gtest/gtest.h>

#include "cuda/cuda_device.h"
#include "cuda/kernels/dnn/conv_engines.h"

namespace tenon {
namespace {

ConvSpec spec_of(DataType type) {
  return {.type = type,
          .tf32 = type == DataType::kF32,
          .channels_last = true,
          .x = {2, 64, 14, 14},
          .w = {64, 64, 3, 3},
          .y = {2, 64, 14, 14},
          .stride = {1, 1},
          .pad_begin = {1, 1},
          .pad_end = {1, 1},
          .dilation = {1, 1},
          .bias = true,
          .act = {.fn = UnaryFn::kRelu}};
}

// Plans come back from their JSON form, without a graph.
TEST(ConvPlan, ComesBackFromJson) {
  cuda_device(0);
  for (const DataType type : {DataType::kF16, DataType::kF32}) {
    const ConvSpec spec = spec_of(type);
    const auto engines = ConvEngines::of(spec);
    for (size_t rank = 0; rank < std::min<size_t>(engines->offered(), 4); ++rank) {
      const ConvEngine engine = engines->choose(rank);
      auto plan = ConvPlan::of(spec, engine);
      const std::string json = plan->json();
      const size_t workspace = plan->workspace_bytes();
      EXPECT_FALSE(json.empty());
      plan.reset();
      ConvPlan::forget_unused();
      plan = ConvPlan::of(spec, engine, json);
      EXPECT_TRUE(plan->from_json()) << engine.key();
      EXPECT_EQ(plan->workspace_bytes(), workspace);
    }
  }
}

TEST(ConvPlan, EqualConvolutionsShareOne) {
  cuda_device(0);
  const ConvSpec spec = spec_of(DataType::kF16);
  const ConvEngine engine = ConvEngines::of(spec)->choose(0);
  const auto plan = ConvPlan::of(spec, engine);
  ConvPlan::forget_unused();
  EXPECT_EQ(ConvPlan::of(spec, engine), plan);
}

}  // namespace
}  // namespace tenon
