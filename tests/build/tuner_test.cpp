// The timing cache, and the tuner over a fake clock.
#include "build/tuner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "build/candidates.h"
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

// The first axis is as long as `batch`.
Problem with_constant(const Tensor& constant, int64_t batch = 1) {
  Problem problem = relu_of({batch, 16, 4, 4});
  problem.inputs.push_back({.dtype = DataType::kF32,
                            .dims = constant.dims(),
                            .constant = &constant,
                            .is_constant = true});
  return problem;
}

// Packs its constant, and tells what it was bound to.
class PackingTactic : public FakeTactic {
 public:
  PackingTactic(std::string name, std::string packing)
      : FakeTactic(std::move(name), {Layout::kLinear}, 0.5), packing_(std::move(packing)) {}
  std::string_view packing() const override { return packing_; }
  std::vector<std::byte> pack(const Problem& problem) const override {
    ++packs_;
    const auto bytes = problem.inputs[1].constant->bytes();
    return {bytes.begin(), bytes.end()};
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    bound_.assign(packed.constants.begin(), packed.constants.end());
    return FakeTactic::bind(problem, packed);
  }
  mutable int packs_ = 0;
  mutable std::vector<std::byte> bound_;

 private:
  std::string packing_;
};

TEST(Tuner, PacksOnceForTacticsOfOnePacking) {
  FakeDevice device;
  TimingCache cache;
  Tuner tuner(device, cache, 1);
  const Tensor a = Tensor::f32({2}, {1, 2}), b = Tensor::f32({3}, {3, 4, 5});
  PackingTactic first("first", "rows"), second("second", "rows"), other("other", "columns");
  const auto measure = [&](PackingTactic& tactic, const Tensor& constant, int64_t batch) {
    tactic.bound_.clear();
    EXPECT_TRUE(tuner.measure(with_constant(constant, batch), tactic, kForever));
    EXPECT_TRUE(std::ranges::equal(tactic.bound_, constant.bytes())) << tactic.name();
  };
  measure(first, a, 1);
  measure(second, a, 1);
  measure(second, a, 2);
  EXPECT_EQ(first.packs_ + second.packs_, 1);
  measure(other, a, 1);
  EXPECT_EQ(other.packs_, 1);
  measure(first, b, 1);
  measure(first, a, 3);
  EXPECT_EQ(first.packs_, 3);
}

TEST(Tuner, AFailureToPackLeavesNothingForTheNext) {
  FakeDevice device;
  TimingCache cache;
  Tuner tuner(device, cache, 1);
  const Tensor a = Tensor::f32({2}, {1, 2});
  struct Failing : PackingTactic {
    using PackingTactic::PackingTactic;
    std::vector<std::byte> pack(const Problem&) const override { fail("it cannot"); }
  } failing("failing", "columns");
  PackingTactic first("first", "rows");
  EXPECT_TRUE(tuner.measure(with_constant(a, 1), first, kForever));
  EXPECT_FALSE(tuner.measure(with_constant(a, 1), failing, kForever));
  EXPECT_TRUE(tuner.measure(with_constant(a, 2), first, kForever));
  EXPECT_TRUE(std::ranges::equal(first.bound_, a.bytes()));
  EXPECT_EQ(first.packs_, 2);
}

TEST(Tuner, RehearsesWithZerosForEqualConstantsOnce) {
  FakeDevice device;
  TimingCache cache;
  const FakeTactic tactic("packs its name", {Layout::kLinear}, 0.5);
  Tuner tuner(device, cache, 1);
  const Tensor a = Tensor::f32({2}, {1, 2}), b = Tensor::f32({2}, {3, 4});
  {
    const Tuner::Rehearsal rehearsal(tuner);
    const auto first = tuner.packed(with_constant(a), tactic).constants;
    EXPECT_EQ(std::vector(first.begin(), first.end()),
              std::vector<std::byte>(tactic.name().size()));
    EXPECT_EQ(tuner.packed(with_constant(a), tactic).constants.data(), first.data());
    EXPECT_NE(tuner.packed(with_constant(b), tactic).constants.data(), first.data());
    tuner.drop_constants(tuner.packed(with_constant(a), tactic));
    EXPECT_EQ(first[0], std::byte{0});
  }
  EXPECT_EQ(static_cast<char>(tuner.packed(with_constant(a), tactic).constants[0]), 'p');
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

}  // namespace
}  // namespace tenon
