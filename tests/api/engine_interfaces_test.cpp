// What programs plug into builders, engines and contexts: allocators, profilers, recorders,
// monitors, timing caches; and what they are told when they make mistakes.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <map>

#include "engine_session.h"

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace tenon::testing {
namespace {

using namespace nvinfer1;

class Times : public IProfiler {
 public:
  void reportLayerTime(const char* layer, float ms) noexcept override {
    layers.emplace_back(layer);
    sound = sound && ms >= 0 && std::isfinite(ms);
  }
  std::vector<std::string> layers;
  bool sound = true;
};

TEST(Profiler, IsToldOfEveryLayer) {
  Session s;
  Times times;
  s.context->setProfiler(&times);
  EXPECT_EQ(s.context->getProfiler(), &times);
  const auto profiled = s.run(0, 3);
  EXPECT_EQ(times.layers.size(), static_cast<size_t>(s.engine->getNbLayers()));
  EXPECT_TRUE(times.sound);
  const auto once = times.layers;
  void* bindings[] = {s.buffers.input, s.buffers.output};
  ASSERT_TRUE(s.context->executeV2(bindings));
  EXPECT_EQ(times.layers.size(), 2 * once.size());
  EXPECT_TRUE(std::equal(once.begin(), once.end(),
                         times.layers.begin() + static_cast<std::ptrdiff_t>(once.size())));
  s.context->setProfiler(nullptr);
  EXPECT_EQ(s.run(0, 3), profiled);
  EXPECT_EQ(times.layers.size(), 2 * once.size());
}

TEST(Profiler, ReportsWhenAskedTo) {
  Session s;
  Times times;
  EXPECT_FALSE(s.context->reportToProfiler());
  s.context->setProfiler(&times);
  s.context->setEnqueueEmitsProfile(false);
  EXPECT_FALSE(s.context->reportToProfiler());
  const auto layers = static_cast<size_t>(s.engine->getNbLayers());
  s.run(0, 3);
  EXPECT_TRUE(times.layers.empty());
  ASSERT_TRUE(s.context->reportToProfiler());
  EXPECT_EQ(times.layers.size(), layers);
  // The layers of a graph, each time that it is launched.
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t exec = nullptr;
  ASSERT_EQ(cudaStreamBeginCapture(s.stream, cudaStreamCaptureModeThreadLocal), cudaSuccess);
  ASSERT_TRUE(s.context->enqueueV3(s.stream));
  ASSERT_EQ(cudaStreamEndCapture(s.stream, &graph), cudaSuccess);
  ASSERT_EQ(cudaGraphInstantiate(&exec, graph, 0), cudaSuccess);
  for (size_t i = 2; i < 4; ++i) {
    ASSERT_EQ(cudaGraphLaunch(exec, s.stream), cudaSuccess);
    ASSERT_EQ(cudaStreamSynchronize(s.stream), cudaSuccess);
    ASSERT_TRUE(s.context->reportToProfiler());
    EXPECT_EQ(times.layers.size(), i * layers);
  }
  EXPECT_TRUE(times.sound);
  cudaGraphExecDestroy(exec);
  cudaGraphDestroy(graph);
}

class Outputs : public IOutputAllocator {
 public:
  ~Outputs() override { cudaFree(memory); }
  void* reallocateOutputAsync(const char* name, void* current, uint64_t size, uint64_t alignment,
                              cudaStream_t stream) override {
    asked = name;
    bytes = size;
    on = stream;
    if (refuse) return nullptr;
    if (current == memory && size <= capacity) return memory;
    cudaFree(memory);
    cudaMalloc(&memory, size);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % alignment, 0U);
    capacity = size;
    return memory;
  }
  void notifyShape(const char* name, const Dims& shape) noexcept override {
    EXPECT_EQ(asked, name);
    dims = shape;
  }
  std::string asked;
  uint64_t bytes = 0, capacity = 0;
  cudaStream_t on = nullptr;
  void* memory = nullptr;
  Dims dims{};
  bool refuse = false;
};

TEST(OutputAllocator, IsAskedForMemoryAndToldTheShape) {
  Session s;
  const auto expected = s.run(0, 5);
  Outputs outputs;
  ASSERT_TRUE(s.context->setTensorAddress(s.output.c_str(), nullptr));
  ASSERT_TRUE(s.context->setOutputAllocator(s.output.c_str(), &outputs));
  EXPECT_EQ(s.context->getOutputAllocator(s.output.c_str()), &outputs);
  for (const int batch : {2, 5}) {
    s.buffers.load(0, batch);
    ASSERT_TRUE(s.set_batch(batch));
    ASSERT_TRUE(s.context->enqueueV3(s.stream)) << s.logger.errors();
    cudaStreamSynchronize(s.stream);
    EXPECT_EQ(outputs.asked, s.output);
    EXPECT_EQ(outputs.on, s.stream.handle);
    EXPECT_EQ(outputs.bytes, batch * kClasses * sizeof(float));
    EXPECT_EQ(outputs.dims.nbDims, 2);
    EXPECT_EQ(outputs.dims.d[0], batch);
    EXPECT_EQ(outputs.dims.d[1], 10);
  }
  std::vector<float> scores(5 * kClasses);
  cudaMemcpy(scores.data(), outputs.memory, scores.size() * sizeof(float), cudaMemcpyDefault);
  EXPECT_EQ(scores, expected);
  outputs.refuse = true;
  EXPECT_FALSE(s.context->enqueueV3(s.stream));
  EXPECT_NE(s.logger.errors().find("'" + s.output + "'"), std::string::npos);
}

class CountingAllocator : public IGpuAllocator {
 public:
  void* allocate(uint64_t size, uint64_t alignment, AllocatorFlags) noexcept override {
    if (size > limit) return nullptr;
    void* memory = nullptr;
    if (alignment > 256 || cudaMalloc(&memory, size) != cudaSuccess) return nullptr;
    live[memory] = size;
    total += size;
    return memory;
  }
  bool deallocate(void* memory) noexcept override {
    strangers += live.erase(memory) == 0 ? 1 : 0;
    cudaFree(memory);
    return true;
  }
  std::map<void*, uint64_t> live;
  uint64_t total = 0;
  uint64_t limit = UINT64_MAX;
  int strangers = 0;
};

TEST(GpuAllocator, SeesEverythingAndGetsItBack) {
  CountingAllocator allocator;
  Logger logger;
  const auto& plan = digits_plan();
  {
    const std::unique_ptr<IRuntime> runtime(createInferRuntime(logger));
    runtime->setGpuAllocator(&allocator);
    std::unique_ptr<ICudaEngine> engine(runtime->deserializeCudaEngine(plan.data(), plan.size()));
    ASSERT_NE(engine, nullptr);
    const auto weights =
        static_cast<uint64_t>(engine->getEngineStat(EngineStat::kTOTAL_WEIGHTS_SIZE));
    EXPECT_GT(weights, 0U);
    EXPECT_EQ(allocator.total, weights);
    const std::unique_ptr<IExecutionContext> context(engine->createExecutionContext());
    EXPECT_EQ(allocator.total, weights + engine->getDeviceMemorySize());
    engine.reset();
    EXPECT_EQ(allocator.live.size(), 2U);
  }
  EXPECT_TRUE(allocator.live.empty());
  EXPECT_EQ(allocator.strangers, 0);
  // No memory: a message, no crash.
  const std::unique_ptr<IRuntime> runtime(createInferRuntime(logger));
  runtime->setGpuAllocator(&allocator);
  allocator.limit = 10;
  EXPECT_EQ(runtime->deserializeCudaEngine(plan.data(), plan.size()), nullptr);
  EXPECT_NE(logger.errors().find("the allocator has no"), std::string::npos);
  EXPECT_TRUE(allocator.live.empty());
}

class Recorder : public IErrorRecorder {
 public:
  int32_t getNbErrors() const noexcept override { return static_cast<int32_t>(errors.size()); }
  ErrorCode getErrorCode(int32_t i) const noexcept override { return errors.at(i).first; }
  ErrorDesc getErrorDesc(int32_t i) const noexcept override { return errors.at(i).second.c_str(); }
  bool hasOverflowed() const noexcept override { return false; }
  void clear() noexcept override { errors.clear(); }
  bool reportError(ErrorCode code, ErrorDesc text) noexcept override {
    errors.emplace_back(code, text);
    return false;
  }
  RefCount incRefCount() noexcept override { return ++references; }
  RefCount decRefCount() noexcept override { return --references; }
  std::vector<std::pair<ErrorCode, std::string>> errors;
  RefCount references = 0;
};

class Misuse : public ::testing::Test {
 protected:
  void SetUp() override { s_.context->setErrorRecorder(&recorder_); }
  // One error was logged and recorded, and names `culprit`.
  void expect_error(const std::string& culprit) {
    const std::string logged = s_.logger.errors();
    EXPECT_NE(logged.find(culprit), std::string::npos) << culprit << " is not in: " << logged;
    ASSERT_EQ(recorder_.errors.size(), 1U) << culprit;
    EXPECT_NE(recorder_.errors[0].second.find(culprit), std::string::npos);
    EXPECT_NE(recorder_.errors[0].first, ErrorCode::kINTERNAL_ERROR);
    recorder_.clear();
  }
  Recorder recorder_;
  Session s_;
};

TEST_F(Misuse, OfShapes) {
  IExecutionContext& context = *s_.context;
  EXPECT_FALSE(context.setInputShape(nullptr, Dims4(1, 1, 8, 8)));
  expect_error("tensorName is null");
  EXPECT_FALSE(context.setInputShape("nowhere", Dims4(1, 1, 8, 8)));
  expect_error("'nowhere'");
  EXPECT_FALSE(context.setInputShape(s_.output.c_str(), Dims2(1, 10)));
  expect_error(s_.output);
  EXPECT_FALSE(s_.set_batch(0));
  expect_error("axis 0 is 0");
  EXPECT_FALSE(s_.set_batch(kMaxBatch + 1));
  expect_error(s_.input);
  EXPECT_FALSE(s_.set_batch(-1));
  expect_error(s_.input);
  EXPECT_FALSE(context.setInputShape(s_.input.c_str(), Dims3(1, 8, 8)));
  expect_error("rank 4");
  EXPECT_FALSE(context.setInputShape(s_.input.c_str(), Dims4(1, 3, 8, 8)));
  expect_error("axis 1 is 3");
  Dims broken{};
  broken.nbDims = 1000;
  EXPECT_FALSE(context.setInputShape(s_.input.c_str(), broken));
  expect_error("1000");
  EXPECT_EQ(context.getTensorShape("nowhere").nbDims, -1);
  expect_error("'nowhere'");
  EXPECT_EQ(context.getTensorStrides("nowhere").nbDims, -1);
  expect_error("'nowhere'");
  EXPECT_EQ(context.getMaxOutputSize(s_.output.c_str()), -1);
  expect_error("no dims");
}

TEST_F(Misuse, OfAddresses) {
  IExecutionContext& context = *s_.context;
  EXPECT_FALSE(context.enqueueV3(s_.stream));
  expect_error("input " + s_.input + " has no dims");
  ASSERT_TRUE(s_.set_batch(2));
  ASSERT_TRUE(context.setTensorAddress(s_.output.c_str(), nullptr));
  EXPECT_FALSE(context.enqueueV3(s_.stream));
  expect_error("output " + s_.output + " has no address");
  EXPECT_FALSE(context.setOutputTensorAddress(s_.input.c_str(), s_.buffers.output));
  expect_error(s_.input);
  EXPECT_FALSE(context.setInputTensorAddress(s_.output.c_str(), s_.buffers.input));
  expect_error(s_.output);
  EXPECT_FALSE(context.setTensorAddress(nullptr, s_.buffers.input));
  expect_error("tensorName is null");
  EXPECT_EQ(context.getTensorAddress("nowhere"), nullptr);
  expect_error("'nowhere'");
  EXPECT_FALSE(context.setOutputAllocator("nowhere", nullptr));
  expect_error("'nowhere'");
  EXPECT_FALSE(context.executeV2(nullptr));
  expect_error("bindings is null");
  EXPECT_FALSE(context.setOptimizationProfileAsync(1, s_.stream));
  s_.logger.errors();
  recorder_.clear();
  // After all that it still runs.
  s_.bind(context, s_.buffers);
  EXPECT_EQ(s_.run(0, 2).size(), 20U);
  EXPECT_TRUE(recorder_.errors.empty());
}

TEST_F(Misuse, OfDestroyedStreams) {
#ifdef TENON_CUDA
  GTEST_SKIP() << "a GPU's runtime crashes on handles of destroyed streams";
#endif
  cudaStream_t dead = nullptr;
  ASSERT_EQ(cudaStreamCreate(&dead), cudaSuccess);
  ASSERT_TRUE(s_.set_batch(1));
  ASSERT_TRUE(s_.context->enqueueV3(dead));
  ASSERT_EQ(cudaStreamSynchronize(dead), cudaSuccess);
  ASSERT_EQ(cudaStreamDestroy(dead), cudaSuccess);
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(s_.context->enqueueV3(dead));
  EXPECT_EQ(recorder_.errors.size(), 20U);
  EXPECT_EQ(s_.run(0, 1).size(), 10U);
}

TEST_F(Misuse, OfProfilesAndNamesOfTheEngine) {
  s_.engine->setErrorRecorder(&recorder_);
  EXPECT_EQ(s_.engine->getIOTensorName(2), nullptr);
  expect_error("index");
  EXPECT_EQ(s_.engine->getIOTensorName(-1), nullptr);
  expect_error("index");
  EXPECT_EQ(s_.engine->getTensorShape(nullptr).nbDims, -1);
  expect_error("null");
  EXPECT_EQ(s_.engine->getProfileShape(s_.input.c_str(), 1, OptProfileSelector::kMIN).nbDims, -1);
  expect_error("profile 1");
  EXPECT_EQ(s_.engine->getProfileShape(s_.output.c_str(), 0, OptProfileSelector::kMIN).nbDims, -1);
  expect_error(s_.output);
  EXPECT_EQ(s_.engine->getTensorIOMode("nowhere"), TensorIOMode::kNONE);
}

TEST_F(Misuse, RecordersAreCounted) {
  EXPECT_EQ(recorder_.references, 1);
  s_.engine->setErrorRecorder(&recorder_);
  EXPECT_EQ(recorder_.references, 2);
  const std::unique_ptr<IExecutionContext> heir(s_.engine->createExecutionContext());
  EXPECT_EQ(recorder_.references, 3 + (heir->getEngine().getErrorRecorder() ? 1 : 0));
  EXPECT_EQ(heir->getErrorRecorder(), &recorder_);
  s_.context->setErrorRecorder(nullptr);
  s_.engine->setErrorRecorder(nullptr);
}

TEST(Runtime, RefusesWhatIsNoPlan) {
  Logger logger;
  const std::unique_ptr<IRuntime> runtime(createInferRuntime(logger));
  const auto& plan = digits_plan();
  EXPECT_EQ(runtime->deserializeCudaEngine(nullptr, 10), nullptr);
  EXPECT_NE(logger.errors().find("null"), std::string::npos);
  EXPECT_EQ(runtime->deserializeCudaEngine("ONNX", 4), nullptr);
  EXPECT_NE(logger.errors().find("not a Tenon plan"), std::string::npos);
  EXPECT_EQ(runtime->deserializeCudaEngine(plan.data(), plan.size() - 1), nullptr);
  EXPECT_NE(logger.errors().find("truncated"), std::string::npos);
  std::string damaged(static_cast<const char*>(plan.data()), plan.size());
  damaged[damaged.size() - 5] ^= 1;
  EXPECT_EQ(runtime->deserializeCudaEngine(damaged.data(), damaged.size()), nullptr);
  EXPECT_NE(logger.errors().find("damaged"), std::string::npos);
}

class Monitor : public IProgressMonitor {
 public:
  void phaseStart(const char* phase, const char* parent, int32_t steps) noexcept override {
    EXPECT_GE(steps, 0);
    if (parent == nullptr) {
      EXPECT_TRUE(open.empty());
    } else {
      EXPECT_FALSE(open.empty() || open.back() != parent) << phase << " in " << parent;
    }
    open.emplace_back(phase);
    expected[phase] = steps;
    done[phase] = 0;
    ++phases;
  }
  bool stepComplete(const char* phase, int32_t step) noexcept override {
    EXPECT_EQ(open.back(), phase);
    EXPECT_EQ(step, done[phase]++);
    return --steps_left > 0;
  }
  void phaseFinish(const char* phase) noexcept override {
    EXPECT_EQ(open.back(), phase);
    if (steps_left > 0) {
      EXPECT_EQ(done[phase], expected[phase]) << phase;
    }
    open.pop_back();
  }
  std::vector<std::string> open;
  std::map<std::string, int> expected, done;
  int phases = 0;
  int steps_left = 1 << 30;
};

TEST(ProgressMonitor, SeesNestedPhasesAndCancels) {
  Logger logger;
  Monitor monitor;
  const auto watch = [&](IBuilder&, IBuilderConfig& config) {
    config.setProgressMonitor(&monitor);
  };
  EXPECT_NE(build_digits(logger, watch), nullptr);
  EXPECT_GE(monitor.phases, 3);
  EXPECT_TRUE(monitor.open.empty());
  for (const int steps : {1, 3}) {
    monitor.steps_left = steps;
    EXPECT_EQ(build_digits(logger, watch), nullptr);
    EXPECT_TRUE(monitor.open.empty());
    EXPECT_NE(logger.errors().find("cancelled"), std::string::npos);
    EXPECT_LE(monitor.steps_left, 0);
  }
}

TEST(TimingCache, ASecondBuildTimesNothing) {
  Logger logger;
  std::unique_ptr<ITimingCache> cache;
  const auto build = [&](const void* data, size_t size, bool strict) {
    return build_digits(logger, [&](IBuilder&, IBuilderConfig& config) {
      cache.reset(config.createTimingCache(data, size));
      ASSERT_NE(cache, nullptr);
      ASSERT_TRUE(config.setTimingCache(*cache, false));
      if (strict) config.setFlag(BuilderFlag::kERROR_ON_TIMING_CACHE_MISS);
    });
  };
  EXPECT_EQ(build(nullptr, 0, true), nullptr);
  EXPECT_NE(logger.errors().find("timing cache"), std::string::npos);
  const auto first = build(nullptr, 0, false);
  ASSERT_NE(first, nullptr);
  const std::unique_ptr<IHostMemory> saved(cache->serialize());
  logger.infos();
  const auto second = build(saved->data(), saved->size(), true);
  ASSERT_NE(second, nullptr) << logger.errors();
  EXPECT_NE(logger.infos().find(" 0 kernels timed"), std::string::npos);
  // The same times lead to the same plan.
  ASSERT_EQ(first->size(), second->size());
  EXPECT_EQ(std::memcmp(first->data(), second->data(), first->size()), 0);
}

}  // namespace
}  // namespace tenon::testing
