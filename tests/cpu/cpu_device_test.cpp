#include "cpu/cpu_device.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <memory>
#include <set>
#include <string>

#include "base/error.h"
#include "cpu/launch.h"
#include "cpu/tactic_tables.h"
#include "cpu/thread_count.h"
#include "cuda_runtime_api.h"
#include "ops/registry.h"

namespace tenon {
namespace {

TEST(CpuDevice, EveryOpEndsWithTheReference) {
  for (const OpInfo* op : all_ops()) {
    const auto tactics = cpu_device().tactics(op->name);
    ASSERT_FALSE(tactics.empty()) << op->name;
    EXPECT_EQ(tactics.back()->name(), "reference") << op->name;
    std::set<std::string_view> names;
    for (const Tactic* tactic : tactics) {
      EXPECT_TRUE(names.insert(tactic->name()).second) << op->name << ": " << tactic->name();
      EXPECT_EQ(cpu_device().find_tactic(op->name, tactic->name()), tactic);
    }
  }
  EXPECT_EQ(cpu_device().find_tactic("conv", "no such tactic"), nullptr);
  EXPECT_EQ(cpu_device().tactics("no such op").size(), 1);
}

TEST(CpuDevice, SaysWhatItIs) {
  const std::string fingerprint = cpu_device().fingerprint();
  EXPECT_NE(fingerprint.find(std::to_string(cpu_threads()) + " threads"), std::string::npos);
  EXPECT_EQ(fingerprint.find("unknown"), std::string::npos) << fingerprint;
  EXPECT_EQ(cpu_device().compatibility().rfind("cpu ", 0), 0);
  EXPECT_TRUE(cpu_device().host_addressable());
}

TEST(CpuDevice, ThreadsAreFixedOnceUsed) {
  const int threads = cpu_threads();
  EXPECT_GE(threads, 1);
  EXPECT_TRUE(set_cpu_threads(threads));
  EXPECT_FALSE(set_cpu_threads(threads + 1));
  EXPECT_EQ(cpu_threads(), threads);
  EXPECT_THROW(set_cpu_threads(0), Error);
}

TEST(CpuDevice, AllocatesAlignedMemory) {
  Allocator& allocator = cpu_device().default_allocator();
  for (const size_t bytes : {size_t{0}, size_t{1}, size_t{1000}, size_t{5} << 20}) {
    void* memory = allocator.allocate(bytes);
    ASSERT_NE(memory, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % kDeviceAlignment, 0);
    cpu_device().fill_zero(memory, bytes);
    allocator.release(memory);
  }
  try {
    allocator.release(allocator.allocate(size_t{1} << 60));
    FAIL() << "an exabyte was allocated";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kOutOfMemory);
  }
}

TEST(CpuDevice, CopiesBothWays) {
  const char text[] = "between host and device";
  char device[sizeof text];
  char back[sizeof text];
  cpu_device().copy_to_device(device, std::as_bytes(std::span(text)));
  cpu_device().copy_to_host(std::as_writable_bytes(std::span(back)), device);
  EXPECT_STREQ(back, text);
}

TEST(CpuDevice, TimesLaunches) {
  int runs = 0;
  const auto launch = make_launch([&](const LaunchArgs& args) {
    ++runs;
    EXPECT_GE(pool_of(args).threads(), 1);
  });
  EXPECT_GT(cpu_device().time(*launch, {}, 5, 1), 0);
  EXPECT_EQ(runs, 6);  // a warm-up, then five
  runs = 0;
  EXPECT_GT(cpu_device().time(*launch, {}, 5, 0), 0);
  EXPECT_EQ(runs, 1);  // hopeless from the start
}

struct Counter {
  std::atomic<int> runs{0};
  std::atomic<bool> has_threads{false};
  static void add(void* arg, Stream& stream) {
    auto& counter = *static_cast<Counter*>(arg);
    counter.has_threads = static_cast<CpuStreamBase&>(stream).pool().threads() >= 1;
    ++counter.runs;
  }
};

class Streams : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(cudaStreamCreate(&handle_), cudaSuccess); }
  void TearDown() override { EXPECT_EQ(cudaStreamDestroy(handle_), cudaSuccess); }
  cudaStream_t handle_ = nullptr;
};

TEST_F(Streams, RunTasksInOrder) {
  const auto stream = cpu_device().wrap(handle_);
  EXPECT_EQ(stream->handle(), handle_);
  EXPECT_FALSE(stream->capturing());
  Counter counter;
  for (int i = 0; i < 100; ++i) stream->submit({Counter::add, &counter});
  stream->synchronize();
  EXPECT_EQ(counter.runs, 100);
  EXPECT_TRUE(counter.has_threads);
}

TEST_F(Streams, ATaskOutlivesItsWrapper) {
  Counter counter;
  cpu_device().wrap(handle_)->submit({Counter::add, &counter});
  ASSERT_EQ(cudaStreamSynchronize(handle_), cudaSuccess);
  EXPECT_EQ(counter.runs, 1);
}

TEST_F(Streams, OwnersLiveUntilTheTaskHasRun) {
  const auto stream = cpu_device().wrap(handle_);
  auto counter = std::make_shared<Counter>();
  std::weak_ptr<Counter> watched = counter;
  stream->submit({Counter::add, counter.get()}, counter);
  counter.reset();
  stream->synchronize();
  // The worker lets go of the owner right after the task, not necessarily before the wait ends.
  stream->submit({[](void*, Stream&) {}, nullptr});
  stream->synchronize();
  EXPECT_TRUE(watched.expired());
}

TEST_F(Streams, CapturedTasksRunAtEveryReplay) {
  const auto stream = cpu_device().wrap(handle_);
  auto counter = std::make_shared<Counter>();
  std::weak_ptr<Counter> watched = counter;
  ASSERT_EQ(cudaStreamBeginCapture(handle_, cudaStreamCaptureModeGlobal), cudaSuccess);
  EXPECT_TRUE(stream->capturing());
  stream->submit({Counter::add, counter.get()}, counter);
  cudaGraph_t graph = nullptr;
  ASSERT_EQ(cudaStreamEndCapture(handle_, &graph), cudaSuccess);
  EXPECT_EQ(counter->runs, 0);
  counter.reset();
  ASSERT_FALSE(watched.expired());
  cudaGraphExec_t executable = nullptr;
  ASSERT_EQ(cudaGraphInstantiate(&executable, graph, 0), cudaSuccess);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(cudaGraphLaunch(executable, handle_), cudaSuccess);
  stream->synchronize();
  EXPECT_EQ(watched.lock()->runs, 3);
  EXPECT_EQ(cudaGraphExecDestroy(executable), cudaSuccess);
  EXPECT_EQ(cudaGraphDestroy(graph), cudaSuccess);
  EXPECT_TRUE(watched.expired());
}

TEST_F(Streams, DeadHandlesAreRefused) {
  cudaStream_t dead = nullptr;
  ASSERT_EQ(cudaStreamCreate(&dead), cudaSuccess);
  const auto wrapped = cpu_device().wrap(dead);
  ASSERT_EQ(cudaStreamDestroy(dead), cudaSuccess);
  Counter counter;
  EXPECT_THROW(wrapped->submit({Counter::add, &counter}), Error);
  EXPECT_THROW(cpu_device().wrap(dead), Error);
  EXPECT_EQ(counter.runs, 0);
}

TEST(DefaultStream, IsNull) {
  const auto stream = cpu_device().wrap(nullptr);
  Counter counter;
  stream->submit({Counter::add, &counter});
  stream->synchronize();
  EXPECT_EQ(counter.runs, 1);
}

TEST(RunNow, RunsOnTheCaller) {
  Counter counter;
  cpu_device().run_now({Counter::add, &counter});
  EXPECT_EQ(counter.runs, 1);
  EXPECT_TRUE(counter.has_threads);
}

}  // namespace
}  // namespace tenon
