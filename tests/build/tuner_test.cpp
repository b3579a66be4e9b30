// The timing cache, the tuner over a fake clock, and the choice of layouts by its times.
#include "build/tuner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "build/format_choice.h"
#include "fake_device.h"
#include "ir/text.h"

namespace tenon {
namespace {

using testing::FakeDevice;
using testing::FakeTactic;

constexpr double kForever = std::numeric_limits<double>::infinity();

TEST(TimingCache, KeepsItsEntriesInAFile) {
  TimingCache cache;
  const std::string key = TimingCache::key("device", "tactic", 3, "problem");
  EXPECT_FALSE(cache.find(key));
  cache.insert(key, 0.25);
  cache.insert("other", 1e-9);
  const TimingCache again(cache.serialize());
  EXPECT_EQ(again.size(), 2U);
  EXPECT_EQ(again.find(key), 0.25);
  EXPECT_EQ(again.find("other"), 1e-9);
  EXPECT_EQ(again.serialize(), cache.serialize());
  EXPECT_EQ(TimingCache(std::span<const std::byte>()).size(), 0U);
  EXPECT_NE(TimingCache::key("d", "t", 1, "p"), TimingCache::key("d", "t", 2, "p"));
}

TEST(TimingCache, Merges) {
  TimingCache a, b;
  a.insert("both", 1);
  a.insert("a", 2);
  b.insert("both", 3);
  b.insert("b", 4);
  a.merge(b, false);
  EXPECT_EQ(a.size(), 3U);
  EXPECT_EQ(a.find("both"), 1);
  a.merge(b, true);
  EXPECT_EQ(a.find("both"), 3);
  a.merge(a, true);
  a.erase("both");
  EXPECT_EQ(a.keys(), (std::vector<std::string>{"a", "b"}));
  a.clear();
  EXPECT_EQ(a.size(), 0U);
}

TEST(TimingCache, RefusesDamage) {
  TimingCache cache;
  for (int i = 0; i < 5; ++i) cache.insert("key " + std::to_string(i), i);
  const auto sound = cache.serialize();
  for (size_t n = 1; n < sound.size(); ++n) {
    EXPECT_THROW(TimingCache(std::span(sound).first(n)), Error) << n;
  }
  for (size_t i = 0; i < sound.size(); ++i) {
    auto damaged = sound;
    damaged[i] ^= std::byte{4};
    EXPECT_THROW(TimingCache{damaged}, Error) << i;
  }
  auto longer = sound;
  longer.push_back({});
  EXPECT_THROW(TimingCache{longer}, Error);
}

Problem relu_of(Dims dims) {
  const Graph graph = parse_graph("graph(%x: f32[N,16,4,4]) { %y = relu(%x) return %y }");
  Symbols symbols;
  symbols.bind("x", graph.value(graph.inputs()[0]).type.dims, dims);
  return problem_of(graph, graph.order()[0], symbols);
}

TEST(Tuner, TimesOnceAndAsksTheCacheThen) {
  FakeDevice device;
  TimingCache cache;
  FakeTactic tactic("t", {Layout::kLinear}, 0.5);
  {
    Tuner tuner(device, cache, 7);
    EXPECT_EQ(tuner.measure(relu_of({1, 16, 4, 4}), tactic, kForever), 0.5);
    EXPECT_EQ(device.repeats_, 7);
    EXPECT_EQ(tuner.measure(relu_of({1, 16, 4, 4}), tactic, kForever), 0.5);
    EXPECT_EQ(device.timed_, 1);
    EXPECT_EQ(tuner.from_cache(), 1);
    EXPECT_EQ(tuner.measure(relu_of({2, 16, 4, 4}), tactic, kForever), 0.5);
    EXPECT_EQ(device.timed_, 2);
    EXPECT_EQ(device.missing_, 0);
  }
  EXPECT_EQ(device.blocks_, 0);
  Tuner tuner(device, cache, 7);
  tactic.version_ = 2;
  tuner.measure(relu_of({1, 16, 4, 4}), tactic, kForever);
  device.fingerprint_ = "another";
  tuner.measure(relu_of({1, 16, 4, 4}), tactic, kForever);
  EXPECT_EQ(tuner.timed(), 2);
}

TEST(Tuner, MeasuredTimesDoNotExcuseTooMuchWorkspace) {
  FakeDevice device;
  TimingCache cache;
  FakeTactic tactic("t", {Layout::kLinear}, 0.5);
  tactic.workspace_ = 101;
  std::string why;
  Tuner limited(device, cache, 1, 100);
  EXPECT_FALSE(limited.measure(relu_of({1, 16, 4, 4}), tactic, kForever, &why));
  EXPECT_NE(why.find("101 bytes of workspace, the limit is 100"), std::string::npos) << why;
  EXPECT_EQ(cache.size(), 0U);
  EXPECT_TRUE(Tuner(device, cache, 1).measure(relu_of({1, 16, 4, 4}), tactic, kForever));
  why.clear();
  EXPECT_FALSE(limited.measure(relu_of({1, 16, 4, 4}), tactic, kForever, &why));
  EXPECT_NE(why.find("the limit is 100"), std::string::npos) << why;
  EXPECT_EQ(device.timed_, 1);
}

// Notes the dims that it compiles for.
class CompilingTactic : public FakeTactic {
 public:
  explicit CompilingTactic(bool for_dims)
      : FakeTactic("t", {Layout::kLinear}, 0.5), for_dims_(for_dims) {}
  std::vector<std::byte> compile(const Problem& problem) const override {
    return {static_cast<std::byte>(problem.inputs[0].dims[0])};
  }
  bool compiles_for_dims() const override { return for_dims_; }

 private:
  bool for_dims_;
};

TEST(Tuner, CompilesForEachDimsWhereTheTacticSaysSo) {
  FakeDevice device;
  TimingCache cache;
  for (const bool for_dims : {false, true}) {
    const CompilingTactic tactic(for_dims);
    Tuner tuner(device, cache, 1);
    EXPECT_EQ(tuner.packed(relu_of({1, 16, 4, 4}), tactic).code[0], std::byte{1});
    EXPECT_EQ(tuner.packed(relu_of({2, 16, 4, 4}), tactic).code[0], std::byte(for_dims ? 2 : 1));
    EXPECT_EQ(tuner.packed(relu_of({1, 16, 4, 4}), tactic).code[0], std::byte{1});
  }
}

TEST(Tuner, ReportsTacticsThatFail) {
  FakeDevice device;
  TimingCache cache;
  FakeTactic tactic("t", {Layout::kLinear}, 0.5);
  tactic.fails_ = true;
  Tuner tuner(device, cache, 1);
  std::string why;
  EXPECT_FALSE(tuner.measure(relu_of({1, 16, 4, 4}), tactic, kForever, &why));
  EXPECT_EQ(why, "it cannot");
  EXPECT_EQ(cache.size(), 0U);
}

TEST(Tuner, InputsAreRandomWhateverAKernelLeft) {
  FakeDevice device;
  TimingCache cache;
  FakeTactic tactic("t", {Layout::kLinear}, 0.5);
  Tuner tuner(device, cache, 1);
  size_t floats = 0;
  std::vector<std::vector<float>> seen;
  device.look_ = [&](const LaunchArgs& args) {
    auto* x = static_cast<float*>(const_cast<void*>(args.inputs[0]));
    seen.emplace_back(x, x + floats);
    std::fill_n(x, floats, std::numeric_limits<float>::infinity());  // as a kernel in place might
    std::fill_n(static_cast<float*>(args.outputs[0]), floats, 0.0F);
  };
  for (const int64_t batch : {1, 3000, 2}) {  // 3000: more than the tuner draws at once
    floats = static_cast<size_t>(batch) * 256;
    tuner.measure(relu_of({batch, 16, 4, 4}), tactic, kForever);
  }
  ASSERT_EQ(seen.size(), 3U);
  for (const std::vector<float>& x : seen) {
    const auto [least, most] = std::minmax_element(x.begin(), x.end());
    EXPECT_GE(*least, -1);
    EXPECT_LT(*least, -0.9F);
    EXPECT_GT(*most, 0.9F);
    EXPECT_LE(*most, 1);
    EXPECT_LT(std::count(x.begin(), x.end(), x[0]), static_cast<long>(x.size() / 50));
  }
}

TEST(Tuner, HalfPrecisionInputsAreNumbersToo) {
  FakeDevice device;
  TimingCache cache;
  FakeTactic tactic("t", {Layout::kLinear}, 0.5);
  Tuner tuner(device, cache, 1);
  Problem problem = relu_of({1, 16, 4, 4});
  problem.inputs[0].dtype = DataType::kF16;
  float most = 0;
  device.look_ = [&](const LaunchArgs& args) {
    const auto* x = static_cast<const uint16_t*>(args.inputs[0]);
    for (size_t i = 0; i < 256; ++i) {
      const float value = f16_to_f32(x[i]);
      ASSERT_TRUE(value >= -1 && value <= 1) << value;
      most = std::max(most, value);
    }
  };
  tuner.measure(problem, tactic, kForever);
  EXPECT_GT(most, 0.9F);
}

// A chain of ops whose tactics take the given seconds in each layout.
struct Chain {
  Graph graph = parse_graph(R"(graph(%x: f32[1,16,4,4]) {
    %a = relu(%x)
    %b = softmax(%a) axis=1
    %c = relu(%b)
    return %c
  })");
  FakeDevice device;
  TimingCache cache;
  Tuner tuner{device, cache, 1};

  Precision precision;

  FakeTactic& offer(std::string_view op, std::string name, Layout layout, double seconds,
                    std::optional<DataType> type = {}) {
    auto tactic =
        std::make_unique<FakeTactic>(std::move(name), std::vector<Layout>{layout}, seconds);
    FakeTactic& offered = *tactic;
    if (type) tactic->only_for(*type);
    device.add(op, std::move(tactic));
    return offered;
  }
  // The names of the chosen tactics; the reference comes last in each list and is no competitor.
  std::vector<std::string> choose() {
    for (const char* op : {"unary", "softmax"}) offer(op, "reference", Layout::kLinear, 99);
    std::vector<Work> works;
    for (const NodeId id : running_nodes(graph)) {
      works.push_back(pose(graph, id, {}, precision));
      time_candidates(works.back(), graph.node(id).name, device, tuner, {}, Log());
    }
    std::vector<std::string> names;
    const auto choice = choose_candidates(graph, works, {}, device, tuner);
    for (size_t i = 0; i < works.size(); ++i) {
      names.emplace_back(works[i].candidates.at(choice[i]).tactic->name());
    }
    return names;
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
