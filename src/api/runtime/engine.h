#pragma once

#include <NvInferRuntime.h>

#include <memory>

#include "api/allocator.h"
#include "api/reporter.h"
#include "runtime/engine.h"

namespace tenon::api {

// An engine with the allocator its memory came from, shared by the public engine and its contexts,
// so that they can be deleted in any order.
struct LoadedEngine {
  std::unique_ptr<UserAllocator> allocator;  // nullptr: the device's
  std::shared_ptr<const Engine> engine;
};

// Deserialises a plan file. Throws Error.
std::shared_ptr<const LoadedEngine> load_engine(std::span<const std::byte> file,
                                                nvinfer1::IGpuAllocator* allocator);
// The public object over it, freed by `delete`; inherits the recorder of `parent`.
nvinfer1::ICudaEngine* make_engine(std::shared_ptr<const LoadedEngine> loaded,
                                   const Reporter& parent);

class CudaEngine : public nvinfer1::ICudaEngine, public nvinfer1::apiv::VCudaEngine {
 public:
  CudaEngine(std::shared_ptr<const LoadedEngine> loaded, const Reporter& parent);

  const Engine& engine() const { return *loaded_->engine; }
  const Plan& plan() const { return engine().plan(); }
  const std::shared_ptr<const LoadedEngine>& loaded() const { return loaded_; }
  const Reporter& reporter() const { return reporter_; }
  // The binding's index; reports an error and returns -1 for an unknown or null name.
  int binding(const char* call, const char* name) const noexcept;
  bool check_profile(const char* call, int32_t profile) const noexcept;

  nvinfer1::ICudaEngine* getPImpl() noexcept override { return this; }
  int32_t getNbLayers() const noexcept override;
  nvinfer1::IHostMemory* serialize() const noexcept override;
  nvinfer1::IExecutionContext* createExecutionContext(
      nvinfer1::ExecutionContextAllocationStrategy strategy) noexcept override;
  nvinfer1::IExecutionContext* createExecutionContextWithoutDeviceMemory() noexcept override;
  size_t getDeviceMemorySize() const noexcept override;
  bool isRefittable() const noexcept override { return false; }
  const char* getName() const noexcept override { return plan().name.c_str(); }
  int32_t getNbOptimizationProfiles() const noexcept override;
  const int32_t* getProfileTensorValues(
      const char* name, int32_t profile,
      nvinfer1::OptProfileSelector select) const noexcept override;
  nvinfer1::EngineCapability getEngineCapability() const noexcept override;
  void setErrorRecorder(nvinfer1::IErrorRecorder* recorder) noexcept override;
  nvinfer1::IErrorRecorder* getErrorRecorder() const noexcept override;
  bool hasImplicitBatchDimension() const noexcept override { return false; }
  nvinfer1::TacticSources getTacticSources() const noexcept override { return 0; }
  nvinfer1::ProfilingVerbosity getProfilingVerbosity() const noexcept override;
  nvinfer1::IEngineInspector* createEngineInspector() const noexcept override;
  nvinfer1::Dims getTensorShape(const char* name) const noexcept override;
  nvinfer1::DataType getTensorDataType(const char* name) const noexcept override;
  nvinfer1::TensorLocation getTensorLocation(const char* name) const noexcept override;
  bool isShapeInferenceIO(const char* name) const noexcept override;
  nvinfer1::TensorIOMode getTensorIOMode(const char* name) const noexcept override;
  int32_t getTensorBytesPerComponent(const char* name) const noexcept override;
  int32_t getTensorComponentsPerElement(const char* name) const noexcept override;
  nvinfer1::TensorFormat getTensorFormat(const char* name) const noexcept override;
  const char* getTensorFormatDesc(const char* name) const noexcept override;
  int32_t getTensorVectorizedDim(const char* name) const noexcept override;
  nvinfer1::Dims getProfileShape(const char* name, int32_t profile,
                                 nvinfer1::OptProfileSelector select) const noexcept override;
  int32_t getNbIOTensors() const noexcept override;
  const char* getIOTensorName(int32_t index) const noexcept override;
  nvinfer1::HardwareCompatibilityLevel getHardwareCompatibilityLevel() const noexcept override;
  int32_t getNbAuxStreams() const noexcept override {
    return static_cast<int32_t>(auxiliary_streams(plan()));
  }
  int32_t getTensorBytesPerComponentV2(const char* name, int32_t profile) const noexcept override;
  int32_t getTensorComponentsPerElementV2(const char* name,
                                          int32_t profile) const noexcept override;
  nvinfer1::TensorFormat getTensorFormatV2(const char* name,
                                           int32_t profile) const noexcept override;
  const char* getTensorFormatDescV2(const char* name, int32_t profile) const noexcept override;
  int32_t getTensorVectorizedDimV2(const char* name, int32_t profile) const noexcept override;
  nvinfer1::ISerializationConfig* createSerializationConfig() noexcept override;
  nvinfer1::IHostMemory* serializeWithConfig(
      nvinfer1::ISerializationConfig& config) const noexcept override;
  size_t getDeviceMemorySizeForProfile(int32_t profile) const noexcept override;
  nvinfer1::IRefitter* createRefitter(nvinfer1::ILogger& logger) noexcept override;
  bool setWeightStreamingBudget(int64_t budget) noexcept override;
  int64_t getWeightStreamingBudget() const noexcept override { return 0; }
  int64_t getMinimumWeightStreamingBudget() const noexcept override { return 0; }
  int64_t getStreamableWeightsSize() const noexcept override { return 0; }
  bool isDebugTensor(const char*) const noexcept override { return false; }
  bool setWeightStreamingBudgetV2(int64_t budget) noexcept override;
  int64_t getWeightStreamingBudgetV2() const noexcept override { return 0; }
  int64_t getWeightStreamingAutomaticBudget() const noexcept override { return 0; }
  int64_t getWeightStreamingScratchMemorySize() const noexcept override { return 0; }
  int64_t getDeviceMemorySizeV2() const noexcept override;
  int64_t getDeviceMemorySizeForProfileV2(int32_t profile) const noexcept override;
  const int64_t* getProfileTensorValuesV2(
      const char* name, int32_t profile,
      nvinfer1::OptProfileSelector select) const noexcept override;
  nvinfer1::IExecutionContext* createExecutionContextWithRuntimeConfig(
      nvinfer1::IRuntimeConfig* config) noexcept override;
  nvinfer1::IRuntimeConfig* createRuntimeConfig() noexcept override;
  int64_t getEngineStat(nvinfer1::EngineStat stat) const noexcept override;
  const char* getAliasedInputTensor(const char*) const noexcept override { return nullptr; }

 private:
  nvinfer1::IExecutionContext* create_context(const char* call,
                                              nvinfer1::ExecutionContextAllocationStrategy strategy,
                                              nvinfer1::IRuntimeConfig* config) noexcept;

  std::shared_ptr<const LoadedEngine> loaded_;
  Reporter reporter_;
};

}  // namespace tenon::api
