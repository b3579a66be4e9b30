// What the public headers do themselves: defaults of the interfaces that programs implement.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "NvInfer.h"

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

using namespace nvinfer1;

namespace {

TEST(Dims, FixedRanksFillInExtents) {
  const Dims4 four(1, 2, 3, 4);
  EXPECT_EQ(four.nbDims, 4);
  EXPECT_EQ(four.d[0], 1);
  EXPECT_EQ(four.d[3], 4);
  EXPECT_EQ(Dims3().nbDims, 3);
  EXPECT_EQ(Dims2(5, 6).d[1], 6);
  DimsHW window(7, 9);
  window.w() = 8;
  EXPECT_EQ(window.h(), 7);
  EXPECT_EQ(static_cast<const Dims&>(window).d[1], 8);
}

class OldAllocator : public IGpuAllocator {
 public:
  void* allocate(uint64_t size, uint64_t, AllocatorFlags) noexcept override {
    last = size;
    return this;
  }
  bool deallocate(void* memory) noexcept override { return memory == this; }
  uint64_t last = 0;
};

TEST(Allocator, AsynchronousCallsFallBackOnTheOlderOnes) {
  OldAllocator old;
  IGpuAllocator& allocator = old;
  EXPECT_EQ(allocator.allocateAsync(64, 16, 0, nullptr), &old);
  EXPECT_EQ(old.last, 64U);
  EXPECT_TRUE(allocator.deallocateAsync(&old, nullptr));
  EXPECT_EQ(allocator.reallocate(&old, 16, 128), nullptr);
  EXPECT_EQ(allocator.getAPILanguage(), APILanguage::kCPP);
  EXPECT_STREQ(allocator.getInterfaceInfo().kind, "IGpuAllocator");
}

class StreamAllocator : public IGpuAsyncAllocator {
 public:
  void* allocateAsync(uint64_t size, uint64_t, AllocatorFlags,
                      cudaStream_t stream) noexcept override {
    return stream == nullptr && size == 64 ? this : nullptr;
  }
  bool deallocateAsync(void* memory, cudaStream_t) noexcept override { return memory == this; }
};

TEST(Allocator, OlderCallsUseTheDefaultStream) {
  StreamAllocator own;
  IGpuAllocator& allocator = own;
  EXPECT_EQ(allocator.allocate(64, 16, 0), &own);
  EXPECT_TRUE(allocator.deallocate(&own));
}

class Outputs : public IOutputAllocator {
 public:
  void* reallocateOutput(const char* name, void*, uint64_t, uint64_t) noexcept override {
    return std::string(name) == "out" ? this : nullptr;
  }
  void notifyShape(const char*, const Dims&) noexcept override {}
};

TEST(OutputAllocator, AsynchronousCallFallsBackOnTheOlderOne) {
  Outputs outputs;
  IOutputAllocator& allocator = outputs;
  EXPECT_EQ(allocator.reallocateOutputAsync("out", nullptr, 4, 4, nullptr), &outputs);
}

class Calibrator : public IInt8EntropyCalibrator2 {
 public:
  int32_t getBatchSize() const noexcept override { return 1; }
  bool getBatch(void*[], const char*[], int32_t) noexcept override { return false; }
  const void* readCalibrationCache(std::size_t&) noexcept override { return nullptr; }
  void writeCalibrationCache(const void*, std::size_t) noexcept override {}
};

TEST(Calibrator, TellsItsAlgorithm) {
  Calibrator calibrator;
  IInt8Calibrator& base = calibrator;
  EXPECT_EQ(base.getAlgorithm(), CalibrationAlgoType::kENTROPY_CALIBRATION_2);
  EXPECT_STREQ(base.getInterfaceInfo().kind, "IInt8EntropyCalibrator2");
}

class BuildRole : public IPluginV3OneBuildV2 {
 public:
  int32_t configurePlugin(const DynamicPluginTensorDesc*, int32_t, const DynamicPluginTensorDesc*,
                          int32_t) noexcept override {
    return 0;
  }
  int32_t getOutputDataTypes(DataType*, int32_t, const DataType*, int32_t) const noexcept override {
    return 0;
  }
  int32_t getOutputShapes(const DimsExprs*, int32_t, const DimsExprs*, int32_t, DimsExprs*, int32_t,
                          IExprBuilder&) noexcept override {
    return 0;
  }
  bool supportsFormatCombination(int32_t, const DynamicPluginTensorDesc*, int32_t,
                                 int32_t) noexcept override {
    return true;
  }
  int32_t getNbOutputs() const noexcept override { return 1; }
};

TEST(PluginV3, OptionalMembersHaveDefaults) {
  BuildRole role;
  EXPECT_EQ(role.getAliasedInput(0), -1);
  EXPECT_EQ(role.getNbTactics(), 0);
  EXPECT_EQ(role.getWorkspaceSize(nullptr, 0, nullptr, 0), 0U);
  EXPECT_EQ(role.getFormatCombinationLimit(), 100);
  EXPECT_EQ(role.getTimingCacheID(), nullptr);
  EXPECT_EQ(role.getMetadataString(), nullptr);
  EXPECT_STREQ(role.getInterfaceInfo().kind, "PLUGIN_V3ONE_BUILD");
  EXPECT_EQ(role.getInterfaceInfo().major, 2);
}

// The least that a second-generation plugin for varying shapes has to implement.
class DynamicPlugin : public IPluginV2DynamicExt {
 public:
  const AsciiChar* getPluginType() const noexcept override { return "type"; }
  const AsciiChar* getPluginVersion() const noexcept override { return "1"; }
  int32_t getNbOutputs() const noexcept override { return 1; }
  int32_t initialize() noexcept override { return 0; }
  void terminate() noexcept override {}
  size_t getSerializationSize() const noexcept override { return 0; }
  void serialize(void*) const noexcept override {}
  void destroy() noexcept override { delete this; }
  void setPluginNamespace(const AsciiChar*) noexcept override {}
  const AsciiChar* getPluginNamespace() const noexcept override { return ""; }
  DataType getOutputDataType(int32_t, const DataType* types, int32_t) const noexcept override {
    return types[0];
  }
  IPluginV2DynamicExt* clone() const noexcept override { return new DynamicPlugin; }
  DimsExprs getOutputDimensions(int32_t, const DimsExprs* inputs, int32_t,
                                IExprBuilder&) noexcept override {
    return inputs[0];
  }
  bool supportsFormatCombination(int32_t, const PluginTensorDesc*, int32_t,
                                 int32_t) noexcept override {
    return true;
  }
  void configurePlugin(const DynamicPluginTensorDesc*, int32_t, const DynamicPluginTensorDesc*,
                       int32_t) noexcept override {}
  size_t getWorkspaceSize(const PluginTensorDesc*, int32_t, const PluginTensorDesc*,
                          int32_t) const noexcept override {
    return 16;
  }
  int32_t enqueue(const PluginTensorDesc*, const PluginTensorDesc*, const void* const*,
                  void* const*, void*, cudaStream_t) noexcept override {
    return 0;
  }
};

TEST(PluginV2, OldestMembersTellTheGenerationAndRefuse) {
  auto* plugin = new DynamicPlugin;
  IPluginV2& oldest = *plugin;
  EXPECT_EQ(oldest.getTensorRTVersion() >> 24, static_cast<int32_t>(PluginVersion::kV2_DYNAMICEXT));
  EXPECT_EQ(oldest.getTensorRTVersion() & 0xFFFFFF, NV_TENSORRT_VERSION);
  EXPECT_EQ(oldest.getOutputDimensions(0, nullptr, 0).nbDims, -1);
  EXPECT_FALSE(oldest.supportsFormat(DataType::kFLOAT, PluginFormat::kLINEAR));
  EXPECT_EQ(oldest.getWorkspaceSize(1), 0U);
  EXPECT_NE(oldest.enqueue(1, nullptr, nullptr, nullptr, nullptr), 0);
  IPluginV2* copy = oldest.clone();
  copy->destroy();
  oldest.destroy();
}

}  // namespace
