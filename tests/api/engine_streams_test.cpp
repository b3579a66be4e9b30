// Auxiliary streams through the public interface: a network of branches gives the same with them as
// without, however it is run.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "engine_session.h"

namespace tenon::testing {
namespace {

using namespace nvinfer1;

constexpr int kChannels = 64;
constexpr int kSide = 14;
constexpr size_t kCount = size_t{kChannels} * kSide * kSide;

// Branches of several small convolutions each, which leave most of a GPU idle, and their sum.
std::unique_ptr<IHostMemory> build_branches(Logger& logger, int max_streams) {
  constexpr int kBranches = 3;
  constexpr int kDepth = 8;
  const std::unique_ptr<IBuilder> builder(createInferBuilder(logger));
  const std::unique_ptr<INetworkDefinition> network(builder->createNetworkV2(0));
  ITensor* input = network->addInput("x", DataType::kFLOAT, Dims4(1, kChannels, kSide, kSide));
  std::minstd_rand random(4);
  std::vector<std::vector<float>> weights;
  ITensor* sum = nullptr;
  for (int b = 0; b < kBranches; ++b) {
    ITensor* x = input;
    for (int i = 0; i < kDepth; ++i) {
      auto& w = weights.emplace_back(size_t{kChannels} * kChannels * 9);
      for (float& v : w) v = static_cast<float>(random() % 2001) / 1000.0F - 1;
      for (float& v : w) v *= 0.06F;
      IConvolutionLayer* conv = network->addConvolutionNd(
          *x, kChannels, nvinfer1::Dims{2, {3, 3}},
          {DataType::kFLOAT, w.data(), static_cast<int64_t>(w.size())}, {});
      conv->setPaddingNd(nvinfer1::Dims{2, {1, 1}});
      x = network->addActivation(*conv->getOutput(0), ActivationType::kRELU)->getOutput(0);
    }
    sum = sum == nullptr
              ? x
              : network->addElementWise(*sum, *x, ElementWiseOperation::kSUM)->getOutput(0);
  }
  sum->setName("y");
  network->markOutput(*sum);
  const std::unique_ptr<IBuilderConfig> config(builder->createBuilderConfig());
  config->clearFlag(BuilderFlag::kTF32);
  config->setMaxAuxStreams(max_streams);
  return std::unique_ptr<IHostMemory>(builder->buildSerializedNetwork(*network, *config));
}

struct Branches {
  explicit Branches(int max_streams) {
    const auto plan = build_branches(logger, max_streams);
    if (plan == nullptr) return;
    runtime.reset(createInferRuntime(logger));
    engine.reset(runtime->deserializeCudaEngine(plan->data(), plan->size()));
    context.reset(engine->createExecutionContext());
    cudaMalloc(&input, kCount * sizeof(float));
    cudaMalloc(&output, kCount * sizeof(float));
    std::vector<float> values(kCount);
    for (size_t i = 0; i < kCount; ++i) values[i] = std::sin(static_cast<float>(i));
    cudaMemcpy(input, values.data(), kCount * sizeof(float), cudaMemcpyHostToDevice);
    context->setTensorAddress("x", input);
    context->setTensorAddress("y", output);
  }
  ~Branches() {
    cudaFree(input);
    cudaFree(output);
  }
  Branches(const Branches&) = delete;
  Branches& operator=(const Branches&) = delete;

  // What `run` leaves in the output.
  template <typename Run>
  std::vector<float> output_of(const Run& run) {
    cudaMemset(output, 0xff, kCount * sizeof(float));
    cudaDeviceSynchronize();
    run();
    cudaStreamSynchronize(stream);
    std::vector<float> values(kCount);
    cudaMemcpy(values.data(), output, kCount * sizeof(float), cudaMemcpyDeviceToHost);
    return values;
  }
  std::vector<float> enqueued() {
    return output_of([&] { EXPECT_TRUE(context->enqueueV3(stream)); });
  }

  Logger logger;
  std::unique_ptr<IRuntime> runtime;
  std::unique_ptr<ICudaEngine> engine;
  std::unique_ptr<IExecutionContext> context;
  void* input = nullptr;
  void* output = nullptr;
  Stream stream;
};

Branches& on_one_stream() {
  static Branches branches(0);
  return branches;
}

Branches& on_three() {
  static Branches branches(2);
  return branches;
}

// Tactics may differ between the two builds.
void expect_near(const std::vector<float>& actual, const std::vector<float>& expected) {
  float largest = 0;
  for (const float v : expected) largest = std::max(largest, std::abs(v));
  ASSERT_GT(largest, 0.01F);
  for (size_t i = 0; i < kCount; ++i) ASSERT_NEAR(actual[i], expected[i], 1e-4F * largest) << i;
}

TEST(AuxiliaryStreams, AreUsedWhereTheyGainAndWanted) {
  ASSERT_NE(on_one_stream().engine, nullptr) << on_one_stream().logger.errors();
  EXPECT_EQ(on_one_stream().engine->getNbAuxStreams(), 0);
#ifdef TENON_CUDA
  EXPECT_EQ(on_three().engine->getNbAuxStreams(), 2);
  EXPECT_NE(on_three().logger.infos().find("2 auxiliary streams are used"), std::string::npos);
#else
  EXPECT_EQ(on_three().engine->getNbAuxStreams(), 0);
#endif
}

TEST(AuxiliaryStreams, GiveWhatOneStreamGives) {
  const auto expected = on_one_stream().enqueued();
  const auto first = on_three().enqueued();
  expect_near(first, expected);
  // Later ones are replayed where the device records runs.
  for (int i = 0; i < 20; ++i) ASSERT_EQ(on_three().enqueued(), first) << i;
  void* bindings[] = {on_three().input, on_three().output};
  EXPECT_EQ(on_three().output_of([&] { EXPECT_TRUE(on_three().context->executeV2(bindings)); }),
            first);
}

TEST(AuxiliaryStreams, AreTakenIntoCaptures) {
  Branches& b = on_three();
  const auto expected = b.enqueued();
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t exec = nullptr;
  for (const auto mode : {cudaStreamCaptureModeGlobal, cudaStreamCaptureModeThreadLocal}) {
    ASSERT_EQ(cudaStreamBeginCapture(b.stream, mode), cudaSuccess);
    ASSERT_TRUE(b.context->enqueueV3(b.stream)) << b.logger.errors();
    ASSERT_EQ(cudaStreamEndCapture(b.stream, &graph), cudaSuccess);
    ASSERT_EQ(cudaGraphInstantiate(&exec, graph, 0), cudaSuccess);
    for (int i = 0; i < 5; ++i) {
      ASSERT_EQ(b.output_of([&] { cudaGraphLaunch(exec, b.stream); }), expected) << i;
    }
    cudaGraphExecDestroy(exec);
    cudaGraphDestroy(graph);
    EXPECT_EQ(b.enqueued(), expected) << "after the capture";
  }
}

TEST(AuxiliaryStreams, MayBeTheProgramsOwn) {
  Branches& b = on_three();
  const auto expected = b.enqueued();
  const std::unique_ptr<IExecutionContext> context(b.engine->createExecutionContext());
  context->setTensorAddress("x", b.input);
  context->setTensorAddress("y", b.output);
  const Stream mine[3];
  cudaStream_t handles[] = {mine[0], mine[1], mine[2]};
  for (const int count : {1, 2, 3, 0}) {
    context->setAuxStreams(count == 0 ? nullptr : handles, count);
    for (int i = 0; i < 5; ++i) {
      ASSERT_EQ(b.output_of([&] { ASSERT_TRUE(context->enqueueV3(b.stream)); }), expected)
          << count << " streams, run " << i;
    }
  }
  EXPECT_EQ(b.logger.errors(), "");
  context->setAuxStreams(handles, -1);
  EXPECT_NE(b.logger.errors().find("setAuxStreams"), std::string::npos);
}

TEST(AuxiliaryStreams, DoNotDisturbProfiles) {
  struct Times : IProfiler {
    void reportLayerTime(const char* layer, float ms) noexcept override {
      layers[layer] += 1;
      sound = sound && ms >= 0 && std::isfinite(ms);
    }
    std::map<std::string, int> layers;
    bool sound = true;
  } times;
  Branches& b = on_three();
  const auto expected = b.enqueued();
  b.context->setProfiler(&times);
  EXPECT_EQ(b.enqueued(), expected);
  b.context->setProfiler(nullptr);
  EXPECT_EQ(times.layers.size(), static_cast<size_t>(b.engine->getNbLayers()));
  EXPECT_TRUE(times.sound);
  EXPECT_EQ(b.enqueued(), expected);
}

}  // namespace
}  // namespace tenon::testing
