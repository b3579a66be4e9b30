// Contexts over a plan of two profiles: which dims they take, and what a change of profile does.
#include "runtime/context.h"

#include <gtest/gtest.h>

#include <cmath>

#include "build/builder.h"
#include "cpu/cpu_device.h"
#include "ir/text.h"

namespace tenon {
namespace {

std::shared_ptr<const Engine> engine() {
  static const auto made = [] {
    const Graph graph = parse_graph(R"(graph(%x: f32[N,4], %z: f32[M,4]) {
      %a = softmax(%x) axis=1
      %b = softmax(%z) axis=1
      %y = add(%a, %b)
      return %y })");
    BuildOptions options;
    options.timing_repeats = 1;
    const DimsRange small{{1, 4}, {2, 4}, {3, 4}};
    const DimsRange large{{4, 4}, {8, 4}, {64, 4}};
    options.profiles = {{{"x", small}, {"z", small}}, {{"x", large}, {"z", large}}};
    TimingCache cache;
    Built built = build_plan(graph, cpu_device(), options, cache, Log());
    return Engine::make(std::move(built.plan), built.weights, cpu_device(),
                        cpu_device().default_allocator());
  }();
  return made;
}

std::string refusal(Context& context, int binding, const Dims& dims) {
  try {
    context.set_dims(binding, dims);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Context, TakesTheDimsOfItsProfile) {
  Context context(engine(), Context::MemoryMode::kOwn);
  EXPECT_EQ(refusal(context, 0, {3, 4}), "");
  EXPECT_EQ(refusal(context, 0, {4, 4}), "input x: axis 0 is 4, profile 0 allows 1 to 3");
  EXPECT_NE(refusal(context, 0, {3}).find("rank 2"), std::string::npos);
  EXPECT_NE(refusal(context, 2, {3, 4}).find("is an output"), std::string::npos);
  EXPECT_EQ(context.dims(0), (Dims{3, 4})) << "a refusal changes nothing";
  EXPECT_EQ(context.missing_dims(), std::vector<std::string>{"z"});
  context.set_program(1);
  EXPECT_EQ(context.missing_dims(), (std::vector<std::string>{"x", "z"}));
  EXPECT_EQ(refusal(context, 0, {64, 4}), "");
  EXPECT_NE(refusal(context, 0, {3, 4}).find("profile 1 allows 4 to 64"), std::string::npos);
  EXPECT_THROW(context.set_program(2), Error);
}

TEST(Context, ChecksConstraintsBetweenInputs) {
  Context context(engine(), Context::MemoryMode::kOwn);
  context.set_dims(0, {2, 4});
  context.set_dims(1, {3, 4});
  EXPECT_THROW(context.prepare(), Error);
  context.set_dims(1, {2, 4});
  EXPECT_NO_THROW(context.prepare());
}

TEST(Context, RunsInEachProfile) {
  Context context(engine(), Context::MemoryMode::kOwn);
  const std::vector<float> zeros(64 * 4, 0);
  for (const auto& [program, n] : {std::pair{0, 3}, {1, 64}, {0, 1}, {1, 5}}) {
    context.set_program(static_cast<size_t>(program));
    std::vector<float> out(64 * 4, NAN);
    for (int i = 0; i < 2; ++i) {
      context.set_dims(i, {n, 4});
      context.set_address(i, const_cast<float*>(zeros.data()));
    }
    context.set_address(2, out.data());
    context.execute();
    for (int i = 0; i < n * 4; ++i) ASSERT_FLOAT_EQ(out[static_cast<size_t>(i)], 0.5F);
    if (n < 64) {
      EXPECT_TRUE(std::isnan(out[static_cast<size_t>(n) * 4])) << "beyond the output";
    }
  }
}

TEST(Context, UserMemoryMustSuffice) {
  Context own(engine(), Context::MemoryMode::kOwn);
  EXPECT_THROW(own.set_arena(nullptr, 0), Error);
}

}  // namespace
}  // namespace tenon
