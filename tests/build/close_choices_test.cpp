// Choices that whole programs settle, by times that the test says.
#include "build/close_choices.h"

#include <gtest/gtest.h>

#include "chain.h"

namespace tenon {
namespace {

using testing::FakeTactic;

struct Layers : testing::Chain {
  FakeTactic* relu;
  std::vector<std::vector<std::string>> timed;  // names of tactics, one program each

  Layers() {
    relu = &offer("unary", "relu", 1.0);
    offer("softmax", "softmax", 1.5);
  }
  // In microseconds.
  FakeTactic& offer(std::string_view op, std::string name, double us,
                    Layout layout = Layout::kLinear) {
    return Chain::offer(op, std::move(name), layout, us * 1e-6);
  }
  // Of each layer the tactic chosen, given what a layer takes in the program.
  std::vector<std::string> settle(const std::map<std::string, double>& in_program, int most = 9) {
    time_offers();
    std::vector<size_t> choice;
    for (const Work& work : works) {
      const auto fastest = std::ranges::min_element(work.candidates, {}, &Candidate::seconds);
      choice.push_back(static_cast<size_t>(fastest - work.candidates.begin()));
    }
    const auto times = [&](const std::vector<std::vector<size_t>>& choices) {
      std::vector<double> seconds;
      for (const auto& c : choices) {
        timed.push_back(names(c));
        seconds.push_back(0);
        for (const std::string& name : timed.back()) {
          if (in_program.empty()) fail("it does not run");
          seconds.back() += in_program.at(name);
        }
      }
      return seconds;
    };
    return names(settle_close_choices(works, choice, most, times, Log()));
  }
};

using Names = std::vector<std::string>;

TEST(CloseChoices, WhatIsFasterInTheProgramIsTakenForAllEqualLayers) {
  Layers layers;
  layers.offer("unary", "near", 1.1);
  const Names names = layers.settle({{"relu", 1}, {"near", 0.9}, {"softmax", 1}});
  EXPECT_EQ(names, (Names{"near", "softmax", "near"}));
  EXPECT_EQ(layers.timed.size(), 2);
}

TEST(CloseChoices, WhatIsNoFasterInTheProgramIsNot) {
  Layers layers;
  layers.offer("unary", "near", 1.1);
  layers.offer("softmax", "softmax too", 1.6);
  const Names names =
      layers.settle({{"relu", 1}, {"near", 0.9999}, {"softmax", 1}, {"softmax too", 1.1}});
  EXPECT_EQ(names, (Names{"relu", "softmax", "relu"}));
  EXPECT_EQ(layers.timed.size(), 4);
}

TEST(CloseChoices, OnlyNearOnesOfTheSameFormatsAreTried) {
  Layers layers;
  layers.offer("unary", "far", 1.3);
  layers.offer("unary", "elsewhere", 1.05, Layout::kChannelsLast);
  FakeTactic& compiled = layers.offer("unary", "code is gone", 1.05);
  compiled.compiles_ = true;
  EXPECT_EQ(layers.settle({}), (Names{"relu", "softmax", "relu"}));
  EXPECT_TRUE(layers.timed.empty());
}

TEST(CloseChoices, LongOnesAreNot) {
  Layers layers;
  layers.relu->take(100e-6);
  layers.offer("unary", "near", 101);
  EXPECT_EQ(layers.settle({}), (Names{"relu", "softmax", "relu"}));
  EXPECT_TRUE(layers.timed.empty());
}

TEST(CloseChoices, AnotherStartMayBeFurtherAway) {
  Layers layers;
  layers.offer("unary", "early", 1.3).early_ = true;
  const Names names = layers.settle({{"relu", 1}, {"early", 0.5}, {"softmax", 1}});
  EXPECT_EQ(names, (Names{"early", "softmax", "early"}));
}

TEST(CloseChoices, TheLargestLayersComeFirstWithinTheLimit) {
  Layers layers;
  layers.offer("unary", "near", 1.1);
  layers.offer("softmax", "softmax too", 1.6);
  const Names names =
      layers.settle({{"relu", 1}, {"near", 0.5}, {"softmax", 1}, {"softmax too", 0.5}}, 1);
  EXPECT_EQ(names, (Names{"near", "softmax", "near"}));
  EXPECT_EQ(layers.timed.size(), 2);
}

TEST(CloseChoices, TheChoiceStaysWhereProgramsCannotBeTimed) {
  Layers layers;
  layers.offer("unary", "near", 1.1);
  EXPECT_EQ(layers.settle({}), (Names{"relu", "softmax", "relu"}));
  EXPECT_EQ(layers.timed.size(), 1);
}

}  // namespace
}  // namespace tenon
