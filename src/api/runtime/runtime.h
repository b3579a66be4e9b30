#pragma once

#include <NvInferRuntime.h>

#include <span>
#include <string>
#include <vector>

#include "api/reporter.h"

namespace tenon::api {

class Runtime : public nvinfer1::IRuntime, public nvinfer1::apiv::VRuntime {
 public:
  explicit Runtime(nvinfer1::ILogger& logger);

  nvinfer1::IRuntime* getPImpl() noexcept override { return this; }
  nvinfer1::ICudaEngine* deserializeCudaEngine(const void* blob,
                                               std::size_t size) noexcept override;
  nvinfer1::ICudaEngine* deserializeCudaEngine(nvinfer1::IStreamReader& reader) noexcept override;
  nvinfer1::ICudaEngine* deserializeCudaEngineV2(
      nvinfer1::IStreamReaderV2& reader) noexcept override;
  void setDLACore(int32_t core) noexcept override;
  int32_t getDLACore() const noexcept override { return -1; }
  int32_t getNbDLACores() const noexcept override { return 0; }
  void setGpuAllocator(nvinfer1::IGpuAllocator* allocator) noexcept override;
  void setErrorRecorder(nvinfer1::IErrorRecorder* recorder) noexcept override;
  nvinfer1::IErrorRecorder* getErrorRecorder() const noexcept override;
  nvinfer1::ILogger* getLogger() const noexcept override { return reporter_.logger(); }
  bool setMaxThreads(int32_t threads) noexcept override;
  int32_t getMaxThreads() const noexcept override;
  void setTemporaryDirectory(const char* path) noexcept override;
  const char* getTemporaryDirectory() const noexcept override;
  void setTempfileControlFlags(nvinfer1::TempfileControlFlags flags) noexcept override;
  nvinfer1::TempfileControlFlags getTempfileControlFlags() const noexcept override;
  nvinfer1::IPluginRegistry& getPluginRegistry() noexcept override;
  void setPluginRegistryParent(nvinfer1::IPluginRegistry* parent) noexcept override;
  nvinfer1::IRuntime* loadRuntime(const char* path) noexcept override;
  void setEngineHostCodeAllowed(bool allowed) noexcept override { host_code_allowed_ = allowed; }
  bool getEngineHostCodeAllowed() const noexcept override { return host_code_allowed_; }

 private:
  nvinfer1::ICudaEngine* deserialize(std::span<const std::byte> file);

  Reporter reporter_;
  nvinfer1::IGpuAllocator* allocator_ = nullptr;
  std::string temporary_directory_;
  nvinfer1::TempfileControlFlags tempfile_flags_ = 0b11;  // both kinds of temporary files
  bool host_code_allowed_ = false;
};

}  // namespace tenon::api
