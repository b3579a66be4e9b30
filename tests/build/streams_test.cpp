// Programs on several streams: when they are built, and how contexts run them.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "branching_device.h"
#include "cuda_runtime_api.h"
#include "ir/text.h"
#include "plan/plan_file.h"

namespace tenon {
namespace {

using testing::Branching;
using testing::Buffers;
using testing::buffers_for;
using testing::build;

// Four branches of three convolutions.
const char* const kBranches = R"(graph(%v0: f32[N,8,6,6]) {
  %w = const f32[8,8,3,3] random(1)
  %a1 = conv(%v0, %w) pad_begin=[1,1] pad_end=[1,1]
  %a2 = softmax(%a1) axis=1
  %a3 = conv(%a2, %w) pad_begin=[1,1] pad_end=[1,1]
  %b1 = softmax(%v0) axis=2
  %b2 = conv(%b1, %w) pad_begin=[1,1] pad_end=[1,1]
  %b3 = softmax(%b2) axis=3
  %c1 = softmax(%v0) axis=1
  %c2 = conv(%c1, %w) pad_begin=[1,1] pad_end=[1,1]
  %s = add(%a3, %b3)
  %t = add(%s, %c2)
  return %t })";

TEST(Streams, ASecondBuildTimesNothingAndGivesTheSamePlan) {
  const Graph graph = parse_graph(kBranches);
  Branching device(2);
  TimingCache cache;
  Built first = build(graph, device, cache);
  EXPECT_GT(first.plan.programs[0].auxiliary_streams, 0);
  EXPECT_GT(device.programs_timed_, 0);
  device.programs_timed_ = 0;
  Built second = build(graph, device, cache);
  EXPECT_EQ(device.programs_timed_, 0);
  EXPECT_EQ(plan_file(first.plan, first.weights), plan_file(second.plan, second.weights));
}

TEST(Streams, NoneWhereTheyAreNotWantedOrDoNotGain) {
  const Graph graph = parse_graph(kBranches);
  BuildOptions options;
  options.profiles = {{{"v0", {{1, 8, 6, 6}, {1, 8, 6, 6}, {1, 8, 6, 6}}}}};
  Branching device(2);
  TimingCache cache;
  options.max_auxiliary_streams = 0;
  EXPECT_EQ(auxiliary_streams(build_plan(graph, device, options, cache, Log()).plan), 0);
  EXPECT_EQ(device.programs_timed_, 0);
  options.max_auxiliary_streams = 1;
  EXPECT_EQ(auxiliary_streams(build_plan(graph, device, options, cache, Log()).plan), 1);
  struct Indifferent : Branching {
    using Branching::Branching;
    double time_work(const std::function<void(Stream&)>&, int) override {
      ++programs_timed_;
      return 1;
    }
  } indifferent(2);
  TimingCache fresh;
  EXPECT_EQ(auxiliary_streams(build_plan(graph, indifferent, options, fresh, Log()).plan), 0);
  EXPECT_GT(indifferent.programs_timed_, 0);
}

// A context that runs the branches.
struct BranchesInUse {
  Branching device{2};
  Built built = built_on(device);
  Context context{Engine::make(built.plan, built.weights, device, device.default_allocator()),
                  Context::MemoryMode::kOwn};
  Buffers buffers = bound_to(context);

 private:
  static Built built_on(Branching& device) {
    TimingCache cache;
    return build(parse_graph(kBranches), device, cache);
  }
  static Buffers bound_to(Context& context) {
    context.set_dims(0, {2, 8, 6, 6});
    return buffers_for(context, 1);
  }
};

struct StepNames : StepTimes {
  void report(const char* step, float) override { names.emplace_back(step); }
  std::vector<std::string> names;
};

TEST(Streams, ProfiledRunsAreTimedStepByStep) {
  BranchesInUse use;
  auto& [device, built, context, buffers] = use;
  buffers.bind(context);
  const auto stream = device.make_stream();
  context.enqueue(*stream);
  stream->synchronize();
  const auto expected = buffers.data[1];
  StepNames times;
  context.set_step_times(&times);
  std::ranges::fill(buffers.data[1], 0.0F);
  context.enqueue(*stream);
  std::vector<std::string> names;
  for (const PlanStep& step : built.plan.programs[0].steps) names.push_back(step.name);
  EXPECT_EQ(times.names, names);
  EXPECT_EQ(buffers.data[1], expected);
}

// What a program's own streams hold goes before and between the steps given to them.
TEST(Streams, TheProgramsOwnAreUsed) {
  BranchesInUse use;
  auto& [device, built, context, buffers] = use;
  buffers.bind(context);
  const auto main = device.make_stream();
  context.execute();
  const auto expected = buffers.data[1];
  std::ranges::fill(buffers.data[1], 0.0F);
  const auto mine = device.make_stream();
  std::vector<std::unique_ptr<Stream>> streams;
  streams.push_back(device.wrap(mine->handle()));
  context.set_auxiliary_streams(std::move(streams));
  std::atomic<bool> go = false;
  mine->submit({[](void* arg, Stream&) {
                  while (!*static_cast<std::atomic<bool>*>(arg)) std::this_thread::yield();
                },
                &go});
  context.enqueue(*main);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(cudaStreamQuery(static_cast<cudaStream_t>(main->handle())), cudaErrorNotReady);
  go = true;
  main->synchronize();
  EXPECT_EQ(buffers.data[1], expected);
  context.set_auxiliary_streams({});
  std::ranges::fill(buffers.data[1], 0.0F);
  context.enqueue(*main);
  main->synchronize();
  EXPECT_EQ(buffers.data[1], expected);
}

TEST(Streams, ACaptureTakesThemIn) {
  BranchesInUse use;
  auto& [device, built, context, buffers] = use;
  buffers.bind(context);
  context.execute();
  const auto expected = buffers.data[1];
  std::ranges::fill(buffers.data[1], 0.0F);
  const auto main = device.make_stream();
  const auto handle = static_cast<cudaStream_t>(main->handle());
  cudaGraph_t captured = nullptr;
  cudaGraphExec_t executable = nullptr;
  ASSERT_EQ(cudaStreamBeginCapture(handle, cudaStreamCaptureModeThreadLocal), cudaSuccess);
  context.enqueue(*main);
  ASSERT_EQ(cudaStreamEndCapture(handle, &captured), cudaSuccess);
  ASSERT_EQ(cudaGraphInstantiate(&executable, captured, 0), cudaSuccess);
  EXPECT_EQ(buffers.data[1][0], 0) << "capturing must not run anything";
  for (int i = 0; i < 5; ++i) {
    std::ranges::fill(buffers.data[1], 0.0F);
    ASSERT_EQ(cudaGraphLaunch(executable, handle), cudaSuccess);
    main->synchronize();
    ASSERT_EQ(buffers.data[1], expected);
  }
  std::ranges::fill(buffers.data[1], 0.0F);
  context.enqueue(*main);
  main->synchronize();
  EXPECT_EQ(buffers.data[1], expected) << "after the capture";
  cudaGraphExecDestroy(executable);
  cudaGraphDestroy(captured);
}

}  // namespace
}  // namespace tenon
