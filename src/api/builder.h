#pragma once

#include <NvInfer.h>

#include <memory>
#include <vector>

#include "api/builder_config.h"
#include "api/network/network.h"

namespace tenon::api {

class Builder : public nvinfer1::IBuilder, public nvinfer1::apiv::VBuilder {
 public:
  explicit Builder(nvinfer1::ILogger& logger);
  ~Builder() noexcept override = default;

  bool platformHasFastFp16() const noexcept override { return false; }
  bool platformHasFastInt8() const noexcept override { return false; }
  bool platformHasTf32() const noexcept override { return false; }
  int32_t getMaxDLABatchSize() const noexcept override { return 0; }
  int32_t getNbDLACores() const noexcept override { return 0; }
  void setGpuAllocator(nvinfer1::IGpuAllocator* allocator) noexcept override;
  nvinfer1::IBuilderConfig* createBuilderConfig() noexcept override;
  nvinfer1::INetworkDefinition* createNetworkV2(
      nvinfer1::NetworkDefinitionCreationFlags flags) noexcept override;
  nvinfer1::IOptimizationProfile* createOptimizationProfile() noexcept override;
  void setErrorRecorder(nvinfer1::IErrorRecorder* recorder) noexcept override;
  nvinfer1::IErrorRecorder* getErrorRecorder() const noexcept override;
  void reset() noexcept override;
  nvinfer1::IHostMemory* buildSerializedNetwork(nvinfer1::INetworkDefinition& network,
                                                nvinfer1::IBuilderConfig& config) noexcept override;
  nvinfer1::IHostMemory* buildSerializedNetworkWithKernelText(
      nvinfer1::INetworkDefinition& network, nvinfer1::IBuilderConfig& config,
      nvinfer1::IHostMemory*& kernel_text) noexcept override;
  bool buildSerializedNetworkToStream(nvinfer1::INetworkDefinition& network,
                                      nvinfer1::IBuilderConfig& config,
                                      nvinfer1::IStreamWriter& writer) noexcept override;
  nvinfer1::ICudaEngine* buildEngineWithConfig(nvinfer1::INetworkDefinition& network,
                                               nvinfer1::IBuilderConfig& config) noexcept override;
  bool isNetworkSupported(const nvinfer1::INetworkDefinition& network,
                          const nvinfer1::IBuilderConfig& config) const noexcept override;
  nvinfer1::ILogger* getLogger() const noexcept override { return reporter_.logger(); }
  bool setMaxThreads(int32_t threads) noexcept override;
  int32_t getMaxThreads() const noexcept override;
  nvinfer1::IPluginRegistry& getPluginRegistry() noexcept override;

 private:
  // The plan file of a network. Throws Error.
  PlanImage build(nvinfer1::INetworkDefinition& network, nvinfer1::IBuilderConfig& config) const;

  Reporter reporter_;
  nvinfer1::IGpuAllocator* allocator_ = nullptr;
  std::vector<std::unique_ptr<OptimizationProfile>> profiles_;
};

}  // namespace tenon::api
