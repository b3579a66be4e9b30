#include "build/code_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>

#include "fake_device.h"
#include "ops/unary.h"

namespace tenon {
namespace {

// Its code is the number of elements; problems of no elements cannot be compiled.
class Compiler : public testing::FakeTactic {
 public:
  Compiler() : FakeTactic("compiler", {Layout::kLinear}, 1) {}
  bool compiles_for_dims() const override { return true; }
  std::vector<std::byte> compile(const Problem& problem) const override {
    ++compiled;
    const int64_t volume = problem.outputs[0].dims.volume();
    if (volume == 0) fail("nothing to do");
    std::vector<std::byte> code(sizeof volume);
    std::memcpy(code.data(), &volume, sizeof volume);
    return code;
  }
  mutable std::atomic<int> compiled{0};
};

Problem relu_of(int64_t elements) {
  const OperandDesc d{.dims = {elements}};
  return {.op = Unary{UnaryFn::kRelu}, .inputs = {d}, .outputs = {d}};
}

int64_t number(std::span<const std::byte> code) {
  int64_t value = 0;
  std::memcpy(&value, code.data(), sizeof value);
  return value;
}

TEST(CodeCache, CompilesEqualProblemsOnce) {
  const Compiler tactic;
  CodeCache cache;
  std::vector<CodeCache::Request> requests;
  for (int i = 0; i < 100; ++i) requests.push_back({&tactic, relu_of(1 + i % 10)});
  size_t seen = 0;
  cache.compile_all(requests, 4, [&](size_t done, size_t all) {
    EXPECT_LE(done, all);
    EXPECT_EQ(all, 10U);
    ++seen;
  });
  EXPECT_EQ(tactic.compiled, 10);
  for (int n = 1; n <= 10; ++n) EXPECT_EQ(number(cache.code(relu_of(n), tactic)), n);
  EXPECT_EQ(tactic.compiled, 10);
  EXPECT_EQ(number(cache.code(relu_of(11), tactic)), 11);
  EXPECT_EQ(tactic.compiled, 11);
}

TEST(CodeCache, CompilesForDimsWhateverTheConstantsAre) {
  const Compiler tactic;
  CodeCache cache;
  for (const float value : {1.0F, 2.0F}) {
    const Tensor constant = Tensor::f32({1}, {value});
    Problem problem = relu_of(3);
    problem.inputs[0].constant = &constant;
    problem.inputs[0].is_constant = true;
    EXPECT_EQ(number(cache.code(problem, tactic)), 3);
  }
  EXPECT_EQ(tactic.compiled, 1);
}

TEST(CodeCache, CompilesAgainWhatWasDropped) {
  const Compiler tactic;
  CodeCache cache;
  cache.code(relu_of(3), tactic);
  cache.drop(relu_of(3), tactic);
  EXPECT_EQ(number(cache.code(relu_of(3), tactic)), 3);
  EXPECT_EQ(tactic.compiled, 2);
}

TEST(CodeCache, KeepsFailuresForTheReader) {
  const Compiler tactic;
  CodeCache cache;
  const std::vector<CodeCache::Request> requests{{&tactic, relu_of(0)}, {&tactic, relu_of(1)}};
  cache.compile_all(requests, 2, [](size_t, size_t) {});
  EXPECT_THROW(cache.code(relu_of(0), tactic), Error);
  EXPECT_THROW(cache.code(relu_of(0), tactic), Error);
  EXPECT_EQ(number(cache.code(relu_of(1), tactic)), 1);
  EXPECT_EQ(tactic.compiled, 2);
}

TEST(CodeCache, StopsWhenTheCallerThrows) {
  const Compiler tactic;
  CodeCache cache;
  std::vector<CodeCache::Request> requests;
  for (int i = 1; i < 10; ++i) requests.push_back({&tactic, relu_of(i)});
  const auto cancel = [](size_t, size_t) { fail("cancelled"); };
  EXPECT_THROW(cache.compile_all(requests, 1, cancel), Error);
  EXPECT_EQ(number(cache.code(relu_of(9), tactic)), 9);  // what was left out is made when asked for
}

}  // namespace
}  // namespace tenon
