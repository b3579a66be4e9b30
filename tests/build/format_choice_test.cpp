// The choice of candidates by times of a fake clock: layouts, types, early starts.
#include "build/format_choice.h"

#include <gtest/gtest.h>

#include "chain.h"

namespace tenon {
namespace {

using testing::FakeTactic;

struct Chain : testing::Chain {
  // The names of the chosen tactics.
  std::vector<std::string> choose() {
    time_offers();
    return names(choose_candidates(graph, works, {}, device, tuner));
  }
};

TEST(LayoutChoice, PathsWinOverLayers) {
  Chain chain;
  chain.offer("unary", "relu linear", Layout::kLinear, 5);
  chain.offer("softmax", "softmax linear", Layout::kLinear, 4);
  chain.offer("softmax", "softmax blocked", Layout::kBlocked16, 1);
  chain.offer("reformat", "reformat", Layout::kLinear, 2);
  // The blocked form saves 3 and needs two reformats of 2.
  EXPECT_EQ(chain.choose(),
            (std::vector<std::string>{"relu linear", "softmax linear", "relu linear"}));
}

TEST(LayoutChoice, ReformatsArePaidWhereTheyPay) {
  Chain chain;
  chain.offer("unary", "relu linear", Layout::kLinear, 5);
  chain.offer("softmax", "softmax linear", Layout::kLinear, 4);
  chain.offer("softmax", "softmax blocked", Layout::kBlocked16, 1);
  chain.offer("reformat", "reformat", Layout::kLinear, 1);
  EXPECT_EQ(chain.choose(),
            (std::vector<std::string>{"relu linear", "softmax blocked", "relu linear"}));
}

// A network whose layers are faster in FP16 by `gain`, where a conversion takes 1.
std::vector<std::string> choose_types(double gain, const std::vector<DataType>& allowed) {
  Chain chain;
  chain.precision.narrow = allowed;
  chain.offer("unary", "relu f32", Layout::kLinear, 5, DataType::kF32);
  chain.offer("unary", "relu f16", Layout::kLinear, 5 - gain, DataType::kF16);
  chain.offer("softmax", "softmax f32", Layout::kLinear, 5);
  chain.offer("reformat", "reformat", Layout::kLinear, 1);
  return chain.choose();
}

TEST(TypeChoice, NarrowTypesAreTakenWhereConversionsPay) {
  const std::vector<std::string> wide{"relu f32", "softmax f32", "relu f32"};
  const std::vector<std::string> narrow{"relu f16", "softmax f32", "relu f16"};
  // One conversion at each end of the network: the softmax takes either type.
  EXPECT_EQ(choose_types(1.1, {DataType::kF16}), narrow);
  EXPECT_EQ(choose_types(0.9, {DataType::kF16}), wide);
  EXPECT_EQ(choose_types(4, {}), wide);
  EXPECT_EQ(choose_types(4, {DataType::kBF16}), wide);
}

using Names = std::vector<std::string>;

// Early starters between which others would stand; what one of them gains is `gain`.
Names choose_starts(double gain, double early_softmax) {
  Chain chain;
  chain.device.early_start_ = gain;
  chain.offer("unary", "relu early", Layout::kLinear, 5).early_ = true;
  chain.offer("softmax", "softmax late", Layout::kLinear, 4);
  chain.offer("softmax", "softmax early", Layout::kLinear, early_softmax).early_ = true;
  return chain.choose();
}

TEST(StartChoice, WhatALateStartCostsIsCounted) {
  const Names early{"relu early", "softmax early", "relu early"};
  const Names late{"relu early", "softmax late", "relu early"};
  EXPECT_EQ(choose_starts(2, 5), early);
  EXPECT_EQ(choose_starts(2, 6.5), late);  // only the last layer would gain
  EXPECT_EQ(choose_starts(0, 4.1), late);
  EXPECT_EQ(choose_starts(0.5, 4.4), late);  // behind long kernels nothing is gained
}

TEST(StartChoice, AChainOfLateOnesThatIsFasterStays) {
  Chain chain;
  chain.device.early_start_ = 2;
  chain.offer("unary", "relu late", Layout::kLinear, 5);
  chain.offer("unary", "relu early", Layout::kLinear, 5.5).early_ = true;
  chain.offer("softmax", "softmax late", Layout::kLinear, 4);
  chain.offer("softmax", "softmax early", Layout::kLinear, 4.5).early_ = true;
  EXPECT_EQ(chain.choose(), (Names{"relu late", "softmax late", "relu late"}));
}

TEST(StartChoice, TheGainIsKeptInTheTimingCache) {
  Chain chain;
  chain.device.early_start_ = 3;
  EXPECT_EQ(chain.tuner.early_start_seconds(), 3);
  chain.device.early_start_ = 4;
  EXPECT_EQ(chain.tuner.early_start_seconds(), 3);
}

TEST(LayoutChoice, ARefusalOfAllIsAnError) {
  Chain chain;
  chain.device.add("unary", std::make_unique<FakeTactic>("idle", std::vector<Layout>{}, 1));
  try {
    Work work = pose(chain.graph, chain.graph.order()[0], {}, {});
    time_candidates(work, "", chain.device, chain.tuner, {}, Log());
    ADD_FAILURE() << "nothing can run it";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("idle: it does nothing"), std::string::npos);
  }
}

TEST(LayoutChoice, TheLastResortKeepsToTheWorkspaceLimit) {
  Chain chain;
  auto reference = std::make_unique<FakeTactic>("reference", std::vector{Layout::kLinear}, 9);
  FakeTactic& last = *reference;
  chain.offer("unary", "greedy", Layout::kLinear, 1);
  chain.device.add("unary", std::move(reference));
  const auto candidates = [&] {
    Tuner tuner(chain.device, chain.cache, 1, 100);
    Work work = pose(chain.graph, chain.graph.order()[0], {}, {});
    time_candidates(work, "", chain.device, tuner, {.disabled = {"greedy"}}, Log());
    return work;
  };
  last.workspace_ = 100;
  EXPECT_EQ(candidates().candidates.size(), 1U);
  last.workspace_ = 101;
  try {
    candidates();
    ADD_FAILURE() << "more than the limit";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("101 bytes of workspace, the limit is 100"),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace tenon
