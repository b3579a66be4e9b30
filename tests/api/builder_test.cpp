// Configuration, profiles, timing caches and builds.
#include <cuda_runtime_api.h>

#include "network_fixture.h"

namespace tenon::api {
namespace {

using namespace nvinfer1;
using nvinfer1::DataType;
using nvinfer1::ErrorCode;

using BuilderTest = NetworkTest;

TEST(BuilderCreation, NeedsALoggerAndAKnownVersion) {
  RecordingLogger logger;
  EXPECT_EQ(createInferBuilder_INTERNAL(nullptr, NV_TENSORRT_VERSION), nullptr);
  ILogger* plain = &logger;
  EXPECT_EQ(createInferBuilder_INTERNAL(plain, 80601), nullptr);
  EXPECT_EQ(logger.errors("80601"), 1) << logger.all();
  const std::unique_ptr<IBuilder> builder(createInferBuilder(logger));
  ASSERT_NE(builder, nullptr);
  EXPECT_EQ(builder->getLogger(), &logger);
  EXPECT_EQ(builder->getNbDLACores(), 0);
  EXPECT_FALSE(builder->setMaxThreads(0));
  EXPECT_GE(builder->getMaxThreads(), 1);
  EXPECT_EQ(builder->createNetworkV2(1U << 20), nullptr);
}

TEST_F(BuilderTest, ConfigHasTheDefaultsOfTheInterface) {
  const std::unique_ptr<IBuilderConfig> c(builder->createBuilderConfig());
  EXPECT_EQ(c->getAvgTimingIterations(), 1);
  EXPECT_EQ(c->getFlags(), 1U << static_cast<int>(BuilderFlag::kTF32));
  EXPECT_EQ(c->getEngineCapability(), EngineCapability::kSTANDARD);
  EXPECT_EQ(c->getDLACore(), -1);
  EXPECT_EQ(c->getDefaultDeviceType(), DeviceType::kGPU);
  EXPECT_EQ(c->getNbOptimizationProfiles(), 0);
  EXPECT_EQ(c->getProfilingVerbosity(), ProfilingVerbosity::kLAYER_NAMES_ONLY);
  EXPECT_EQ(c->getBuilderOptimizationLevel(), 3);
  EXPECT_EQ(c->getMaxAuxStreams(), -1);
  EXPECT_EQ(c->getMaxNbTactics(), -1);
  EXPECT_EQ(c->getL2LimitForTiling(), -1);
  EXPECT_EQ(c->getHardwareCompatibilityLevel(), HardwareCompatibilityLevel::kNONE);
  EXPECT_TRUE(c->getPreviewFeature(PreviewFeature::kPROFILE_SHARING_0806));
  EXPECT_FALSE(c->getPreviewFeature(PreviewFeature::kALIASED_PLUGIN_IO_10_03));
  EXPECT_EQ(c->getTimingCache(), nullptr);
  EXPECT_EQ(c->getProgressMonitor(), nullptr);
  EXPECT_EQ(c->getRemoteAutoTuningConfig(), nullptr);
  size_t free = 0;
  size_t total = 0;
  ASSERT_EQ(cudaMemGetInfo(&free, &total), cudaSuccess);
  EXPECT_EQ(c->getMemoryPoolLimit(MemoryPoolType::kWORKSPACE), total);
  EXPECT_EQ(c->getMemoryPoolLimit(MemoryPoolType::kDLA_MANAGED_SRAM), 0U);
}

TEST_F(BuilderTest, ConfigKeepsWhatIsSetUntilReset) {
  const std::unique_ptr<IBuilderConfig> c(builder->createBuilderConfig());
  c->setFlag(BuilderFlag::kFP16);
  EXPECT_TRUE(c->getFlag(BuilderFlag::kFP16));
  c->clearFlag(BuilderFlag::kTF32);
  EXPECT_FALSE(c->getFlag(BuilderFlag::kTF32));
  c->setMemoryPoolLimit(MemoryPoolType::kWORKSPACE, 123);
  EXPECT_EQ(c->getMemoryPoolLimit(MemoryPoolType::kWORKSPACE), 123U);
  c->setBuilderOptimizationLevel(5);
  EXPECT_EQ(c->getBuilderOptimizationLevel(), 5);
  c->setAvgTimingIterations(4);
  EXPECT_EQ(c->getAvgTimingIterations(), 4);
  c->setMaxAuxStreams(2);
  EXPECT_EQ(c->getMaxAuxStreams(), 2);
  EXPECT_TRUE(c->setTacticSources(0));
  EXPECT_EQ(c->getTacticSources(), 0U);
  EXPECT_TRUE(c->setTilingOptimizationLevel(TilingOptimizationLevel::kFAST));
  EXPECT_EQ(c->getTilingOptimizationLevel(), TilingOptimizationLevel::kFAST);
  c->setPreviewFeature(PreviewFeature::kALIASED_PLUGIN_IO_10_03, true);
  EXPECT_TRUE(c->getPreviewFeature(PreviewFeature::kALIASED_PLUGIN_IO_10_03));
  const char* paths[] = {"a.so", "b.so"};
  c->setPluginsToSerialize(paths, 2);
  EXPECT_EQ(c->getNbPluginsToSerialize(), 2);
  EXPECT_STREQ(c->getPluginToSerialize(1), "b.so");
  EXPECT_EQ(c->getPluginToSerialize(2), nullptr);
  ILayer* layer = network->addActivation(*input("x", {1, {2}}), ActivationType::kRELU);
  c->setDeviceType(layer, DeviceType::kDLA);
  EXPECT_TRUE(c->isDeviceTypeSet(layer));
  EXPECT_EQ(c->getDeviceType(layer), DeviceType::kDLA);
  EXPECT_FALSE(c->canRunOnDLA(layer));
  EXPECT_EQ(logger.errors(), 0) << logger.all();
  c->reset();
  EXPECT_FALSE(c->isDeviceTypeSet(layer));
  EXPECT_EQ(c->getFlags(), 1U << static_cast<int>(BuilderFlag::kTF32));
  EXPECT_EQ(c->getBuilderOptimizationLevel(), 3);
}

TEST_F(BuilderTest, ConfigRefusesWrongArguments) {
  const std::unique_ptr<IBuilderConfig> c(builder->createBuilderConfig());
  c->setAvgTimingIterations(0);
  c->setFlag(static_cast<BuilderFlag>(31));
  c->setBuilderOptimizationLevel(-1);
  c->setMaxAuxStreams(-3);
  c->setDeviceType(nullptr, DeviceType::kGPU);
  c->setMemoryPoolLimit(static_cast<MemoryPoolType>(9), 1);
  EXPECT_EQ(c->addOptimizationProfile(nullptr), -1);
  EXPECT_FALSE(c->setTacticSources(1U << 30));
  EXPECT_EQ(recorder.errors.size(), 8U) << logger.all();
  EXPECT_EQ(c->createTimingCache(nullptr, 3), nullptr);
  const char damaged[] = "this is no timing cache at all, is it";
  EXPECT_EQ(c->createTimingCache(damaged, sizeof(damaged)), nullptr);
  EXPECT_EQ(logger.errors("timing cache"), 1) << logger.all();
}

TEST_F(BuilderTest, ProfilesCheckTheirDims) {
  IOptimizationProfile* p = builder->createOptimizationProfile();
  EXPECT_TRUE(p->isValid());
  EXPECT_TRUE(p->setDimensions("x", OptProfileSelector::kMIN, {2, {1, 3}}));
  EXPECT_FALSE(p->isValid());
  EXPECT_TRUE(p->setDimensions("x", OptProfileSelector::kOPT, {2, {4, 3}}));
  EXPECT_TRUE(p->setDimensions("x", OptProfileSelector::kMAX, {2, {2, 3}}));
  EXPECT_FALSE(p->isValid());
  const std::unique_ptr<IBuilderConfig> c(builder->createBuilderConfig());
  EXPECT_EQ(c->addOptimizationProfile(p), -1);
  EXPECT_EQ(logger.errors("axis 0 is not min <= opt <= max: 1 4 2"), 1) << logger.all();
  EXPECT_TRUE(p->setDimensions("x", OptProfileSelector::kMAX, {2, {8, 3}}));
  EXPECT_TRUE(p->isValid());
  EXPECT_EQ(list(p->getDimensions("x", OptProfileSelector::kOPT)), (List{4, 3}));
  EXPECT_EQ(list(p->getDimensions("y", OptProfileSelector::kOPT)), kInvalid);
  EXPECT_FALSE(p->setDimensions("x", OptProfileSelector::kMAX, {3, {8, 3, 1}}));
  EXPECT_FALSE(p->setDimensions("x", OptProfileSelector::kMAX, {2, {-1, 3}}));
  EXPECT_FALSE(p->setDimensions(nullptr, OptProfileSelector::kMAX, {1, {1}}));
  EXPECT_EQ(c->addOptimizationProfile(p), 0);
  EXPECT_EQ(c->getNbOptimizationProfiles(), 1);
}

TEST_F(BuilderTest, ProfilesKeepShapeValuesInBothWidths) {
  IOptimizationProfile* p = builder->createOptimizationProfile();
  EXPECT_EQ(p->getNbShapeValues("s"), -1);
  const int32_t narrow[] = {1, 2};
  const int64_t wide[] = {3, int64_t{1} << 40};
  EXPECT_TRUE(p->setShapeValues("s", OptProfileSelector::kMIN, narrow, 2));
  EXPECT_TRUE(p->setShapeValuesV2("s", OptProfileSelector::kMAX, wide, 2));
  EXPECT_EQ(p->getNbShapeValues("s"), 2);
  EXPECT_EQ(p->getShapeValuesV2("s", OptProfileSelector::kMIN)[1], 2);
  EXPECT_EQ(p->getShapeValues("s", OptProfileSelector::kMIN)[0], 1);
  EXPECT_EQ(p->getShapeValues("s", OptProfileSelector::kMAX)[0], 3);
  EXPECT_EQ(p->getShapeValues("s", OptProfileSelector::kOPT), nullptr);
  EXPECT_FALSE(p->setShapeValues("s", OptProfileSelector::kOPT, narrow, 1));
  EXPECT_FALSE(p->setShapeValues("s", OptProfileSelector::kOPT, nullptr, 2));
  EXPECT_FALSE(p->isValid());
  EXPECT_TRUE(p->setExtraMemoryTarget(0.5));
  EXPECT_EQ(p->getExtraMemoryTarget(), 0.5);
  EXPECT_FALSE(p->setExtraMemoryTarget(2));
}

// A small network with a dynamic batch: relu(x * w).
class BuildTest : public NetworkTest {
 protected:
  BuildTest() {
    ITensor* x = input("x", {2, {-1, 3}});
    ITensor* w = constant({2, {3, 2}}, {1, 0, 0, 1, 1, -9});
    ITensor* product =
        network->addMatrixMultiply(*x, MatrixOperation::kNONE, *w, MatrixOperation::kNONE)
            ->getOutput(0);
    ITensor* y = network->addActivation(*product, ActivationType::kRELU)->getOutput(0);
    y->setName("y");
    network->markOutput(*y);
    config->setBuilderOptimizationLevel(0);
  }
  void add_profile() {
    IOptimizationProfile* p = builder->createOptimizationProfile();
    p->setDimensions("x", OptProfileSelector::kMIN, {2, {1, 3}});
    p->setDimensions("x", OptProfileSelector::kOPT, {2, {2, 3}});
    p->setDimensions("x", OptProfileSelector::kMAX, {2, {4, 3}});
    ASSERT_EQ(config->addOptimizationProfile(p), 0);
  }
  std::unique_ptr<IBuilderConfig> config{builder->createBuilderConfig()};
};

TEST_F(BuildTest, DynamicDimsNeedAProfile) {
  EXPECT_EQ(builder->buildSerializedNetwork(*network, *config), nullptr);
  EXPECT_EQ(logger.errors("no optimization profile"), 1) << logger.all();
  EXPECT_EQ(recorder.errors.back().first, ErrorCode::kINVALID_CONFIG);
}

TEST_F(BuildTest, TheEngineComputes) {
  add_profile();
  const std::unique_ptr<ICudaEngine> engine(builder->buildEngineWithConfig(*network, *config));
  ASSERT_NE(engine, nullptr) << logger.all();
  const std::unique_ptr<IExecutionContext> context(engine->createExecutionContext());
  float* memory = nullptr;
  ASSERT_EQ(cudaMallocManaged(reinterpret_cast<void**>(&memory), 4096, 1), cudaSuccess);
  for (const int batch : {1, 3}) {
    ASSERT_TRUE(context->setInputShape("x", {2, {batch, 3}}));
    for (int i = 0; i < 3 * batch; ++i) memory[i] = static_cast<float>(i);
    float* out = memory + 512;
    void* bindings[] = {memory, out};
    ASSERT_TRUE(context->executeV2(bindings)) << logger.all();
    for (int b = 0; b < batch; ++b) {
      const auto first = static_cast<float>(3 * b);
      EXPECT_EQ(out[2 * b], first + first + 2);
      EXPECT_EQ(out[2 * b + 1], 0);
    }
  }
  cudaFree(memory);
}

TEST_F(BuildTest, TheStreamGetsThePlan) {
  add_profile();
  struct Writer : IStreamWriter {
    int64_t write(const void* data, int64_t size) final {
      const auto* bytes = static_cast<const char*>(data);
      text.append(bytes, static_cast<size_t>(size));
      return full ? 0 : size;
    }
    std::string text;
    bool full = false;
  } writer;
  ASSERT_TRUE(builder->buildSerializedNetworkToStream(*network, *config, writer)) << logger.all();
  const std::unique_ptr<IHostMemory> plan(builder->buildSerializedNetwork(*network, *config));
  ASSERT_NE(plan, nullptr);
  EXPECT_EQ(writer.text.size(), plan->size());
  writer.full = true;
  EXPECT_FALSE(builder->buildSerializedNetworkToStream(*network, *config, writer));
  EXPECT_EQ(logger.errors("the stream took 0 of"), 1) << logger.all();
}

TEST_F(BuildTest, FlagsAreToldOf) {
  add_profile();
  config->setFlag(BuilderFlag::kINT8);
  config->setFlag(BuilderFlag::kREFIT);
  const std::unique_ptr<IHostMemory> plan(builder->buildSerializedNetwork(*network, *config));
  EXPECT_NE(plan, nullptr);
  EXPECT_EQ(logger.count(ILogger::Severity::kINFO, "kINT8"), 1);
  EXPECT_EQ(logger.count(ILogger::Severity::kWARNING, "kREFIT has no effect"), 1);
  EXPECT_EQ(logger.count(ILogger::Severity::kWARNING), 1) << logger.all();
}

TEST_F(BuildTest, ThereIsNoDla) {
  add_profile();
  config->setDefaultDeviceType(DeviceType::kDLA);
  EXPECT_EQ(builder->buildSerializedNetwork(*network, *config), nullptr);
  EXPECT_EQ(logger.errors("there is no DLA"), 1);
  config->setFlag(BuilderFlag::kGPU_FALLBACK);
  EXPECT_TRUE(builder->isNetworkSupported(*network, *config));
}

TEST_F(BuildTest, PrecisionsThatMustBeObeyedFailTheBuild) {
  add_profile();
  network->getLayer(1)->setPrecision(DataType::kHALF);
  config->setFlag(BuilderFlag::kPREFER_PRECISION_CONSTRAINTS);
  delete builder->buildSerializedNetwork(*network, *config);
  EXPECT_EQ(logger.count(ILogger::Severity::kWARNING, "1 layers ask"), 1) << logger.all();
  config->setFlag(BuilderFlag::kOBEY_PRECISION_CONSTRAINTS);
  EXPECT_EQ(builder->buildSerializedNetwork(*network, *config), nullptr);
  EXPECT_EQ(recorder.errors.back().first, ErrorCode::kINVALID_CONFIG);
}

TEST_F(BuildTest, TypesAskedOfOutputsAreGiven) {
  add_profile();
  network->getOutput(0)->setType(DataType::kHALF);
  const std::unique_ptr<ICudaEngine> engine(builder->buildEngineWithConfig(*network, *config));
  ASSERT_NE(engine, nullptr) << logger.all();
  EXPECT_EQ(engine->getTensorDataType("y"), DataType::kHALF);
}

class Monitor : public IProgressMonitor {
 public:
  void phaseStart(const char* phase, const char* parent, int32_t steps) noexcept override {
    open.emplace_back(phase);
    if (parent == nullptr) ++outermost;
    EXPECT_GE(steps, 0);
  }
  bool stepComplete(const char*, int32_t) noexcept override {
    ++steps_done;
    return !cancels;
  }
  void phaseFinish(const char* phase) noexcept override {
    EXPECT_EQ(open.back(), phase);
    open.pop_back();
    ++finished;
  }
  std::vector<std::string> open;
  int outermost = 0;
  int steps_done = 0;
  int finished = 0;
  bool cancels = false;
};

TEST_F(BuildTest, TheMonitorSeesNestedPhasesAndCancels) {
  add_profile();
  Monitor monitor;
  config->setProgressMonitor(&monitor);
  delete builder->buildSerializedNetwork(*network, *config);
  EXPECT_TRUE(monitor.open.empty());
  EXPECT_EQ(monitor.outermost, 1);
  EXPECT_GT(monitor.steps_done, 2);
  EXPECT_GT(monitor.finished, 2);
  monitor.cancels = true;
  EXPECT_EQ(builder->buildSerializedNetwork(*network, *config), nullptr);
  EXPECT_TRUE(monitor.open.empty());
  EXPECT_EQ(recorder.errors.back().first, ErrorCode::kINVALID_STATE);
}

TEST_F(BuildTest, TimingsAreKeptAndReused) {
  add_profile();
  config->setFlag(BuilderFlag::kEDITABLE_TIMING_CACHE);
  const std::unique_ptr<ITimingCache> cache(config->createTimingCache(nullptr, 0));
  ASSERT_TRUE(config->setTimingCache(*cache, false));
  EXPECT_EQ(config->getTimingCache(), cache.get());
  delete builder->buildSerializedNetwork(*network, *config);
  const int64_t count = cache->queryKeys(nullptr, 0);
  ASSERT_GT(count, 0);
  std::vector<TimingCacheKey> keys(static_cast<size_t>(count));
  EXPECT_EQ(cache->queryKeys(keys.data(), count), count);
  TimingCacheValue value = cache->query(keys[0]);
  EXPECT_NE(value.tacticHash, TimingCacheValue::kINVALID_TACTIC_HASH);
  value.timingMSec = 0;
  EXPECT_TRUE(cache->update(keys[0], value));
  EXPECT_EQ(cache->query(keys[0]).timingMSec, 0);
  value.tacticHash ^= 1;
  EXPECT_FALSE(cache->update(keys[0], value));
  EXPECT_EQ(cache->query(TimingCacheKey{}).tacticHash, TimingCacheValue::kINVALID_TACTIC_HASH);

  const std::unique_ptr<IHostMemory> bytes(cache->serialize());
  const std::unique_ptr<ITimingCache> copy(config->createTimingCache(bytes->data(), bytes->size()));
  ASSERT_NE(copy, nullptr);
  EXPECT_EQ(copy->queryKeys(nullptr, 0), count);
  const std::unique_ptr<ITimingCache> empty(config->createTimingCache(nullptr, 0));
  EXPECT_TRUE(empty->combine(*copy, false));
  EXPECT_EQ(empty->queryKeys(nullptr, 0), count);
  config->setFlag(BuilderFlag::kERROR_ON_TIMING_CACHE_MISS);
  const std::unique_ptr<IHostMemory> hit(builder->buildSerializedNetwork(*network, *config));
  EXPECT_NE(hit, nullptr) << logger.all();
  EXPECT_TRUE(cache->reset());
  EXPECT_EQ(builder->buildSerializedNetwork(*network, *config), nullptr);
  EXPECT_EQ(logger.errors("not in the timing cache"), 1) << logger.all();
}

TEST_F(BuildTest, ABuildWithoutACacheMakesOneUnlessDisabled) {
  add_profile();
  config->setFlag(BuilderFlag::kDISABLE_TIMING_CACHE);
  delete builder->buildSerializedNetwork(*network, *config);
  EXPECT_EQ(config->getTimingCache(), nullptr);
  config->clearFlag(BuilderFlag::kDISABLE_TIMING_CACHE);
  delete builder->buildSerializedNetwork(*network, *config);
  ASSERT_NE(config->getTimingCache(), nullptr);
  EXPECT_GT(config->getTimingCache()->queryKeys(nullptr, 0), 0);
}

}  // namespace
}  // namespace tenon::api
