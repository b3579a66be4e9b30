#pragma once

#include <NvInferRuntime.h>

#include <string>
#include <vector>

#include "api/reporter.h"
#include "api/runtime/engine.h"
#include "runtime/context.h"

namespace tenon::api {

class ExecutionContext : public nvinfer1::IExecutionContext,
                         public nvinfer1::apiv::VExecutionContext,
                         private StepTimes {
 public:
  ExecutionContext(const CudaEngine& engine, nvinfer1::ExecutionContextAllocationStrategy strategy,
                   nvinfer1::IRuntimeConfig* config);
  ~ExecutionContext() noexcept override = default;

  nvinfer1::IExecutionContext* getPImpl() noexcept override { return this; }
  void setDebugSync(bool sync) noexcept override { debug_sync_ = sync; }
  bool getDebugSync() const noexcept override { return debug_sync_; }
  void setProfiler(nvinfer1::IProfiler* profiler) noexcept override;
  nvinfer1::IProfiler* getProfiler() const noexcept override { return profiler_; }
  const nvinfer1::ICudaEngine& getEngine() const noexcept override { return engine_; }
  void setName(const char* name) noexcept override;
  const char* getName() const noexcept override { return name_.c_str(); }
  void setDeviceMemory(void* memory) noexcept override;
  int32_t getOptimizationProfile() const noexcept override;
  bool allInputDimensionsSpecified() const noexcept override;
  bool allInputShapesSpecified() const noexcept override { return true; }
  void setErrorRecorder(nvinfer1::IErrorRecorder* recorder) noexcept override;
  nvinfer1::IErrorRecorder* getErrorRecorder() const noexcept override;
  bool executeV2(void* const* bindings) noexcept override;
  bool setOptimizationProfileAsync(int32_t profile, cudaStream_t stream) noexcept override;
  void setEnqueueEmitsProfile(bool emits) noexcept override;
  bool getEnqueueEmitsProfile() const noexcept override { return emits_profile_; }
  bool reportToProfiler() const noexcept override;
  bool setInputShape(const char* name, const nvinfer1::Dims& dims) noexcept override;
  nvinfer1::Dims getTensorShape(const char* name) const noexcept override;
  nvinfer1::Dims getTensorStrides(const char* name) const noexcept override;
  bool setTensorAddress(const char* name, void* data) noexcept override;
  const void* getTensorAddress(const char* name) const noexcept override;
  bool setInputTensorAddress(const char* name, const void* data) noexcept override;
  bool setOutputTensorAddress(const char* name, void* data) noexcept override;
  int32_t inferShapes(int32_t max_names, const char** names) noexcept override;
  bool setInputConsumedEvent(cudaEvent_t event) noexcept override;
  cudaEvent_t getInputConsumedEvent() const noexcept override { return consumed_; }
  void* getOutputTensorAddress(const char* name) const noexcept override;
  bool setOutputAllocator(const char* name,
                          nvinfer1::IOutputAllocator* allocator) noexcept override;
  nvinfer1::IOutputAllocator* getOutputAllocator(const char* name) noexcept override;
  int64_t getMaxOutputSize(const char* name) const noexcept override;
  bool setTemporaryStorageAllocator(nvinfer1::IGpuAllocator* allocator) noexcept override;
  nvinfer1::IGpuAllocator* getTemporaryStorageAllocator() const noexcept override;
  bool enqueueV3(cudaStream_t stream) noexcept override;
  void setPersistentCacheLimit(size_t size) noexcept override { cache_limit_ = size; }
  size_t getPersistentCacheLimit() const noexcept override { return cache_limit_; }
  bool setNvtxVerbosity(nvinfer1::ProfilingVerbosity verbosity) noexcept override;
  nvinfer1::ProfilingVerbosity getNvtxVerbosity() const noexcept override { return nvtx_; }
  void setAuxStreams(cudaStream_t* streams, int32_t count) noexcept override;
  bool setDebugListener(nvinfer1::IDebugListener* listener) noexcept override;
  nvinfer1::IDebugListener* getDebugListener() noexcept override { return nullptr; }
  bool setTensorDebugState(const char* name, bool flag) noexcept override;
  bool getDebugState(const char*) const noexcept override { return false; }
  bool setAllTensorsDebugState(bool flag) noexcept override;
  size_t updateDeviceMemorySizeForShapes() noexcept override;
  void setDeviceMemoryV2(void* memory, int64_t size) noexcept override;
  nvinfer1::IRuntimeConfig* getRuntimeConfig() const noexcept override { return config_; }
  bool setUnfusedTensorsDebugState(bool flag) noexcept override;
  bool getUnfusedTensorsDebugState() const noexcept override { return false; }
  bool setCommunicator(void* communicator) noexcept override;

 private:
  // A handle that the context can hand out in getEngine() even after the engine was deleted.
  CudaEngine engine_;
  Reporter& reporter() const { return reporter_; }
  int binding(const char* call, const char* name, int wanted_input) const noexcept;
  bool set_address(const char* call, const char* name, void* data, int wanted_input) noexcept;
  void allocate_outputs(cudaStream_t stream);
  void report(const char* step, float milliseconds) override;

  mutable Reporter reporter_;
  Context context_;
  bool user_memory_ = false;
  nvinfer1::IRuntimeConfig* config_ = nullptr;
  nvinfer1::IProfiler* profiler_ = nullptr;
  bool emits_profile_ = true;
  bool debug_sync_ = false;
  std::string name_;
  cudaEvent_t consumed_ = nullptr;
  std::vector<nvinfer1::IOutputAllocator*> output_allocators_;
  bool any_output_allocator_ = false;
  nvinfer1::IGpuAllocator* temporary_allocator_ = nullptr;
  size_t cache_limit_ = 0;
  nvinfer1::ProfilingVerbosity nvtx_ = nvinfer1::ProfilingVerbosity::kLAYER_NAMES_ONLY;
  // Streams seen lately, wrapped: enqueueV3 allocates nothing for a stream it knows.
  struct KnownStream {
    cudaStream_t handle;
    std::unique_ptr<Stream> stream;
  };
  Stream& stream_for(cudaStream_t handle);
  std::vector<KnownStream> streams_;
};

}  // namespace tenon::api
