// Programs that are timed before their constants are packed, on the host's device with a clock that
// likes later programs.
#include <gtest/gtest.h>

#include "branching_device.h"
#include "ir/interpreter.h"
#include "ir/text.h"

namespace tenon {
namespace {

using testing::Branching;
using testing::Buffers;
using testing::buffers_for;

constexpr const char* kNetwork = R"(graph(%v0: f32[N,8,6,6]) {
  %w = const f32[8,8,3,3] random(1)
  %u = const f32[8,8,3,3] random(2)
  %k = const f32[1,1,1,1]{0.2}
  %a = conv(%v0, %w) pad_begin=[1,1] pad_end=[1,1]
  %b = mul(%a, %k)
  %c = conv(%b, %u) pad_begin=[1,1] pad_end=[1,1]
  %d = mul(%c, %k)
  return %d })";

// All tactics are equally fast.
struct Equal : Branching {
  Equal() : Branching(0) {}
  double time(const Launch&, const LaunchArgs&, int, double) override { return 1e-6; }
  double early_start_seconds() override { return early_start_; }
  double early_start_ = 1e-6;
};

TEST(Rehearsals, TheProgramTakenComputesTheSame) {
  const Graph graph = parse_graph(kNetwork);
  Equal device;
  TimingCache cache;
  Built built = build(graph, device, cache);
  EXPECT_GT(device.programs_timed_, 0);
  const auto engine = Engine::make(built.plan, built.weights, device, device.default_allocator());
  Context context(engine, Context::MemoryMode::kOwn);
  context.set_dims(0, {2, 8, 6, 6});
  Buffers buffers = buffers_for(context, 1);
  buffers.bind(context);
  const auto stream = device.make_stream();
  context.enqueue(*stream);
  stream->synchronize();
  const Tensor input(DataType::kF32, {2, 8, 6, 6}, std::as_bytes(std::span(buffers.data[0])));
  const auto expected = interpret(graph, std::span(&input, 1));
  const auto values = expected[0].as<float>();
  ASSERT_EQ(values.size(), buffers.data[1].size());
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_NEAR(buffers.data[1][i], values[i], 1e-4) << i;
  }
}

TEST(Rehearsals, ASecondBuildTimesNothingAndGivesTheSamePlan) {
  const Graph graph = parse_graph(kNetwork);
  Equal device;
  TimingCache cache;
  Built first = build(graph, device, cache);
  device.programs_timed_ = 0;
  Built second = build(graph, device, cache);
  EXPECT_EQ(device.programs_timed_, 0);
  EXPECT_EQ(plan_file(first.plan, first.weights), plan_file(second.plan, second.weights));
}

TEST(Rehearsals, NoneWhereLaunchesDoNotOverlap) {
  Equal device;
  device.early_start_ = 0;
  TimingCache cache;
  build(parse_graph(kNetwork), device, cache);
  EXPECT_EQ(device.programs_timed_, 0);
}

}  // namespace
}  // namespace tenon
