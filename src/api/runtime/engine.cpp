#include "api/runtime/engine.h"

#include <algorithm>

#include "api/convert.h"
#include "api/device.h"
#include "api/host_memory.h"
#include "api/runtime/config.h"
#include "api/runtime/context.h"
#include "api/runtime/inspector.h"
#include "plan/plan_file.h"

namespace tenon::api {

using nvinfer1::ExecutionContextAllocationStrategy;

std::shared_ptr<const LoadedEngine> load_engine(std::span<const std::byte> file,
                                                nvinfer1::IGpuAllocator* allocator) {
  auto loaded = std::make_shared<LoadedEngine>();
  Device& device = default_device();
  if (allocator) loaded->allocator = std::make_unique<UserAllocator>(*allocator);
  Allocator& memory = allocator ? *loaded->allocator : device.default_allocator();
  loaded->engine = Engine::load(file, device, memory, device_threads());
  return loaded;
}

nvinfer1::ICudaEngine* make_engine(std::shared_ptr<const LoadedEngine> loaded,
                                   const Reporter& parent) {
  return new CudaEngine(std::move(loaded), parent);
}

CudaEngine::CudaEngine(std::shared_ptr<const LoadedEngine> loaded, const Reporter& parent)
    : loaded_(std::move(loaded)), reporter_(parent.logger()) {
  nvinfer1::ICudaEngine::mImpl = this;
  reporter_.set_recorder(parent.recorder());
}

int CudaEngine::binding(const char* call, const char* name) const noexcept {
  return guarded(reporter_, call, -1, [&] {
    const int index = engine().binding_index(&non_null(name, "tensorName"));
    if (index < 0) fail("the engine has no input or output '{}'", name);
    return index;
  });
}

bool CudaEngine::check_profile(const char* call, int32_t profile) const noexcept {
  return guarded(reporter_, call, false, [&] {
    if (profile < 0 || profile >= getNbOptimizationProfiles()) {
      fail("there is no optimization profile {}: the engine has {}", profile,
           getNbOptimizationProfiles());
    }
    return true;
  });
}

int32_t CudaEngine::getNbLayers() const noexcept {
  return static_cast<int32_t>(plan().programs[0].steps.size());
}

nvinfer1::IHostMemory* CudaEngine::serialize() const noexcept {
  return guarded(reporter_, "ICudaEngine::serialize", static_cast<nvinfer1::IHostMemory*>(nullptr),
                 [&] { return new HostMemory(engine().serialize()); });
}

nvinfer1::IExecutionContext* CudaEngine::create_context(const char* call,
                                                        ExecutionContextAllocationStrategy strategy,
                                                        nvinfer1::IRuntimeConfig* config) noexcept {
  return guarded(reporter_, call, static_cast<nvinfer1::IExecutionContext*>(nullptr),
                 [&] { return new ExecutionContext(*this, strategy, config); });
}

nvinfer1::IExecutionContext* CudaEngine::createExecutionContext(
    ExecutionContextAllocationStrategy strategy) noexcept {
  return create_context("ICudaEngine::createExecutionContext", strategy, nullptr);
}

nvinfer1::IExecutionContext* CudaEngine::createExecutionContextWithoutDeviceMemory() noexcept {
  return create_context("ICudaEngine::createExecutionContextWithoutDeviceMemory",
                        ExecutionContextAllocationStrategy::kUSER_MANAGED, nullptr);
}

nvinfer1::IExecutionContext* CudaEngine::createExecutionContextWithRuntimeConfig(
    nvinfer1::IRuntimeConfig* config) noexcept {
  const char* call = "ICudaEngine::createExecutionContext";
  if (config == nullptr) {
    reporter_.error(call, Error(ErrorCode::kInvalidArgument, "", "runtimeConfig is null"));
    return nullptr;
  }
  return create_context(call, config->getExecutionContextAllocationStrategy(), config);
}

nvinfer1::IRuntimeConfig* CudaEngine::createRuntimeConfig() noexcept {
  return guarded(reporter_, "ICudaEngine::createRuntimeConfig",
                 static_cast<nvinfer1::IRuntimeConfig*>(nullptr), [] { return new RuntimeConfig; });
}

nvinfer1::ISerializationConfig* CudaEngine::createSerializationConfig() noexcept {
  return guarded(reporter_, "ICudaEngine::createSerializationConfig",
                 static_cast<nvinfer1::ISerializationConfig*>(nullptr),
                 [] { return new SerializationConfig; });
}

nvinfer1::IHostMemory* CudaEngine::serializeWithConfig(
    nvinfer1::ISerializationConfig& config) const noexcept {
  if (config.getFlag(nvinfer1::SerializationFlag::kEXCLUDE_WEIGHTS)) {
    return not_implemented(reporter_, "ICudaEngine::serializeWithConfig with kEXCLUDE_WEIGHTS",
                           static_cast<nvinfer1::IHostMemory*>(nullptr));
  }
  return serialize();
}

nvinfer1::IRefitter* CudaEngine::createRefitter(nvinfer1::ILogger&) noexcept {
  return not_implemented(reporter_, "createInferRefitter",
                         static_cast<nvinfer1::IRefitter*>(nullptr));
}

nvinfer1::IEngineInspector* CudaEngine::createEngineInspector() const noexcept {
  return guarded(reporter_, "ICudaEngine::createEngineInspector",
                 static_cast<nvinfer1::IEngineInspector*>(nullptr),
                 [&] { return new EngineInspector(loaded_, reporter_); });
}

int64_t CudaEngine::getDeviceMemorySizeV2() const noexcept {
  uint64_t most = 0;
  for (const Program& program : plan().programs) most = std::max(most, program.arena_bytes);
  return static_cast<int64_t>(most);
}
size_t CudaEngine::getDeviceMemorySize() const noexcept {
  return static_cast<size_t>(getDeviceMemorySizeV2());
}
int64_t CudaEngine::getDeviceMemorySizeForProfileV2(int32_t profile) const noexcept {
  if (!check_profile("ICudaEngine::getDeviceMemorySizeForProfile", profile)) return 0;
  return static_cast<int64_t>(plan().programs[static_cast<size_t>(profile)].arena_bytes);
}
size_t CudaEngine::getDeviceMemorySizeForProfile(int32_t profile) const noexcept {
  return static_cast<size_t>(getDeviceMemorySizeForProfileV2(profile));
}

bool CudaEngine::setWeightStreamingBudget(int64_t) noexcept {
  return not_implemented(reporter_, "ICudaEngine::setWeightStreamingBudget", false);
}
bool CudaEngine::setWeightStreamingBudgetV2(int64_t) noexcept {
  return not_implemented(reporter_, "ICudaEngine::setWeightStreamingBudgetV2", false);
}

int64_t CudaEngine::getEngineStat(nvinfer1::EngineStat stat) const noexcept {
  return stat == nvinfer1::EngineStat::kTOTAL_WEIGHTS_SIZE
             ? static_cast<int64_t>(engine().weights_bytes())
             : 0;
}

void CudaEngine::setErrorRecorder(nvinfer1::IErrorRecorder* recorder) noexcept {
  reporter_.set_recorder(recorder);
}
nvinfer1::IErrorRecorder* CudaEngine::getErrorRecorder() const noexcept {
  return reporter_.recorder();
}

}  // namespace tenon::api
