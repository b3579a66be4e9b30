// Engines and contexts through the public interface alone: a trained network from file to scores.
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "engine_session.h"

namespace tenon::testing {
namespace {

using namespace nvinfer1;

#define ASSERT_CUDA(call) ASSERT_EQ(call, cudaSuccess)

// The scores of each image alone.
std::vector<float> one_by_one(Session& session, int count) {
  std::vector<float> all;
  for (int i = 0; i < count; ++i) {
    const auto scores = session.run(i, 1);
    all.insert(all.end(), scores.begin(), scores.end());
  }
  return all;
}

void expect_near(const std::vector<float>& actual, const std::vector<float>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) {
    ASSERT_NEAR(actual[i], expected[i], 1e-3F * std::max(1.0F, std::abs(expected[i]))) << i;
  }
}

TEST(Engine, EveryBatchOfTheProfileGivesTheSameScores) {
  Session s;
  const auto expected = one_by_one(s, kMaxBatch);
  ASSERT_EQ(expected.size(), kMaxBatch * kClasses);
  for (const int batch : {1, 3, kMaxBatch, 2, kMaxBatch, 1, 31}) {
    SCOPED_TRACE(batch);
    expect_near(s.run(0, batch),
                {expected.begin(), expected.begin() + batch * static_cast<int>(kClasses)});
  }
  expect_near(s.run(7, 3), {expected.begin() + 70, expected.begin() + 100});
  EXPECT_EQ(s.logger.errors(), "");
}

TEST(Engine, ExecuteV2AndTheDefaultStreamGiveTheSame) {
  Session s;
  const auto expected = s.run(0, 5);
  ASSERT_FALSE(expected.empty());
  s.buffers.load(0, 5);
  void* bindings[] = {s.buffers.input, s.buffers.output};
  ASSERT_TRUE(s.context->executeV2(bindings));
  EXPECT_EQ(s.buffers.scores(5), expected);
  s.buffers.load(0, 5);
  ASSERT_TRUE(s.context->enqueueV3(nullptr));
  ASSERT_CUDA(cudaStreamSynchronize(nullptr));
  EXPECT_EQ(s.buffers.scores(5), expected);
}

TEST(Engine, ManyRunsMayBeEnqueuedBeforeTheFirstEnds) {
  Session s;
  const auto expected = s.run(0, 2);
  std::vector<std::unique_ptr<Buffers>> all;
  for (int i = 0; i < 40; ++i) {
    all.push_back(std::make_unique<Buffers>());
    all.back()->load(i % 2, 2);
    s.bind(*s.context, *all.back());
    ASSERT_TRUE(s.set_batch(1 + i % 2));
    ASSERT_TRUE(s.context->enqueueV3(s.stream));
  }
  ASSERT_CUDA(cudaStreamSynchronize(s.stream));
  for (size_t i = 0; i < all.size(); i += 2) {
    expect_near(all[i]->scores(1), {expected.begin(), expected.begin() + kClasses});
  }
}

TEST(Engine, ContextsOfManyThreadsDoNotDisturbEachOther) {
  Session s;
  const auto expected = s.run(0, 3);
  std::atomic<int> wrong{0};
  const auto work = [&] {
    const std::unique_ptr<IExecutionContext> context(s.engine->createExecutionContext());
    const Buffers buffers;
    const Stream stream;
    s.bind(*context, buffers);
    for (int i = 0; i < 30; ++i) {
      buffers.load(0, 3);
      context->setInputShape(s.input.c_str(), Dims4(3, 1, 8, 8));
      if (!context->enqueueV3(stream)) ++wrong;
      cudaStreamSynchronize(stream);
      if (buffers.scores(3) != expected) ++wrong;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Engine, ACapturedGraphReplaysTheRun) {
  Session s;
  const auto first = s.run(0, 3);
  const auto second = s.run(10, 3);
  s.buffers.load(0, 3);
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t executable = nullptr;
  ASSERT_CUDA(cudaStreamBeginCapture(s.stream, cudaStreamCaptureModeGlobal));
  ASSERT_TRUE(s.context->enqueueV3(s.stream));
  ASSERT_CUDA(cudaStreamEndCapture(s.stream, &graph));
  ASSERT_CUDA(cudaGraphInstantiate(&executable, graph, 0));
  EXPECT_TRUE(std::isnan(s.buffers.scores(1)[0])) << "capturing must not run anything";
  for (const int image : {0, 10, 0}) {
    s.buffers.load(image, 3);
    ASSERT_CUDA(cudaGraphLaunch(executable, s.stream));
    ASSERT_CUDA(cudaStreamSynchronize(s.stream));
    EXPECT_EQ(s.buffers.scores(3), image == 0 ? first : second);
  }
  // The context goes on; the graph keeps its batch of 3.
  EXPECT_EQ(s.run(0, 8).size(), 80U);
  s.buffers.load(10, 3);
  ASSERT_CUDA(cudaGraphLaunch(executable, s.stream));
  ASSERT_CUDA(cudaStreamSynchronize(s.stream));
  EXPECT_EQ(s.buffers.scores(3), second);
  ASSERT_CUDA(cudaGraphExecDestroy(executable));
  ASSERT_CUDA(cudaGraphDestroy(graph));
  EXPECT_EQ(s.run(0, 3), first);
}

TEST(Engine, TheInputConsumedEventIsRecorded) {
  Session s;
  cudaEvent_t event = nullptr;
  ASSERT_CUDA(cudaEventCreate(&event));
  ASSERT_TRUE(s.context->setInputConsumedEvent(event));
  EXPECT_EQ(s.context->getInputConsumedEvent(), event);
  const auto expected = s.run(0, 4);
  s.buffers.load(0, 4);
  ASSERT_TRUE(s.context->enqueueV3(s.stream));
  ASSERT_CUDA(cudaEventSynchronize(event));
  // The input may be overwritten now.
  ASSERT_CUDA(cudaMemset(s.buffers.input, 0, 4 * kPixels * sizeof(float)));
  ASSERT_CUDA(cudaStreamSynchronize(s.stream));
  EXPECT_EQ(s.buffers.scores(4), expected);
  ASSERT_TRUE(s.context->setInputConsumedEvent(nullptr));
  ASSERT_CUDA(cudaEventDestroy(event));
}

TEST(Engine, UserManagedMemory) {
  Session s;
  const auto expected = s.run(0, kMaxBatch);
  const std::unique_ptr<IExecutionContext> context(
      s.engine->createExecutionContext(ExecutionContextAllocationStrategy::kUSER_MANAGED));
  s.bind(*context, s.buffers);
  ASSERT_TRUE(context->setInputShape(s.input.c_str(), Dims4(kMaxBatch, 1, 8, 8)));
  const int64_t bytes = s.engine->getDeviceMemorySizeV2();
  ASSERT_GT(bytes, 0);
  EXPECT_EQ(s.engine->getDeviceMemorySizeForProfileV2(0), bytes);
  EXPECT_FALSE(context->enqueueV3(s.stream));
  EXPECT_NE(s.logger.errors().find("activation memory"), std::string::npos);
  void* memory = nullptr;
  ASSERT_CUDA(cudaMalloc(&memory, static_cast<size_t>(bytes)));
  context->setDeviceMemoryV2(memory, bytes - 1);
  EXPECT_FALSE(context->enqueueV3(s.stream));
  EXPECT_NE(s.logger.errors().find("activation memory"), std::string::npos);
  context->setDeviceMemoryV2(memory, bytes);
  s.buffers.load(0, kMaxBatch);
  ASSERT_TRUE(context->enqueueV3(s.stream)) << s.logger.errors();
  ASSERT_CUDA(cudaStreamSynchronize(s.stream));
  EXPECT_EQ(s.buffers.scores(kMaxBatch), expected);
  s.context->setDeviceMemoryV2(memory, bytes);
  EXPECT_NE(s.logger.errors().find("its own activation memory"), std::string::npos);
  ASSERT_CUDA(cudaFree(memory));
}

TEST(Engine, ShapesAndStrides) {
  Session s;
  EXPECT_EQ(s.engine->getNbIOTensors(), 2);
  EXPECT_EQ(s.engine->getNbOptimizationProfiles(), 1);
  EXPECT_EQ(s.engine->getTensorIOMode(s.input.c_str()), TensorIOMode::kINPUT);
  EXPECT_EQ(s.engine->getTensorIOMode(s.output.c_str()), TensorIOMode::kOUTPUT);
  EXPECT_EQ(s.engine->getTensorDataType(s.output.c_str()), DataType::kFLOAT);
  EXPECT_EQ(s.engine->getTensorShape(s.input.c_str()).d[0], -1);
  EXPECT_EQ(s.engine->getTensorShape(s.output.c_str()).d[1], 10);
  const auto of = [&](OptProfileSelector select) {
    return s.engine->getProfileShape(s.input.c_str(), 0, select).d[0];
  };
  EXPECT_EQ(of(OptProfileSelector::kMIN), 1);
  EXPECT_EQ(of(OptProfileSelector::kOPT), 4);
  EXPECT_EQ(of(OptProfileSelector::kMAX), kMaxBatch);

  EXPECT_FALSE(s.context->allInputDimensionsSpecified());
  EXPECT_EQ(s.context->getTensorShape(s.output.c_str()).d[0], -1);
  EXPECT_EQ(s.context->getTensorStrides(s.input.c_str()).d[0], 64);
  const char* missing = nullptr;
  EXPECT_EQ(s.context->inferShapes(1, &missing), 1);
  EXPECT_EQ(missing, s.input);
  ASSERT_TRUE(s.set_batch(6));
  EXPECT_EQ(s.context->inferShapes(0, nullptr), 0);
  EXPECT_TRUE(s.context->allInputDimensionsSpecified());
  const Dims output = s.context->getTensorShape(s.output.c_str());
  EXPECT_EQ(output.nbDims, 2);
  EXPECT_EQ(output.d[0], 6);
  EXPECT_EQ(s.context->getTensorStrides(s.output.c_str()).d[0], 10);
  EXPECT_EQ(s.context->getTensorStrides(s.output.c_str()).d[1], 1);
  EXPECT_EQ(s.context->getMaxOutputSize(s.output.c_str()), 6 * 10 * 4);
}

TEST(Engine, MayBeDeletedBeforeItsContext) {
  Session s;
  const auto expected = s.run(0, 3);
  s.engine.reset();
  EXPECT_EQ(s.run(0, 3), expected);
  EXPECT_EQ(s.context->getEngine().getNbIOTensors(), 2);
}

TEST(Engine, SerialisesToThePlanItCameFrom) {
  Session s;
  const std::unique_ptr<IHostMemory> again(s.engine->serialize());
  ASSERT_NE(again, nullptr);
  const auto bytes = [](const IHostMemory& m) {
    return std::string(static_cast<const char*>(m.data()), m.size());
  };
  EXPECT_TRUE(bytes(*again) == bytes(digits_plan()));
}

}  // namespace
}  // namespace tenon::testing
