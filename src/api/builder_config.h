#pragma once

#include <NvInfer.h>

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/optimization_profile.h"
#include "api/timing_cache.h"

namespace tenon::api {

// IBuilderConfig: stores what it is told. What a build makes of it is in builder.cpp.
class BuilderConfig : public nvinfer1::IBuilderConfig, public nvinfer1::apiv::VBuilderConfig {
 public:
  explicit BuilderConfig(const Reporter& parent);
  ~BuilderConfig() noexcept override = default;

  // ---- for the builder
  const std::vector<const OptimizationProfile*>& profiles() const { return settings_.profiles; }
  // The cache that the program set, or one of its own, kept for getTimingCache().
  TimingCache& timing_cache();
  // Bytes of scratch memory that a kernel may ask for; SIZE_MAX when that is all of the device's
  // memory, which it is unless the program says otherwise: then there is nothing to check.
  std::size_t workspace_limit() const;
  bool has(nvinfer1::BuilderFlag flag) const noexcept { return getFlag(flag); }
  // Throws Error for settings that no build can meet.
  void require_possible() const;

  // ---- IBuilderConfig
  void setAvgTimingIterations(int32_t count) noexcept override;
  int32_t getAvgTimingIterations() const noexcept override { return settings_.timing_iterations; }
  void setEngineCapability(nvinfer1::EngineCapability capability) noexcept override;
  nvinfer1::EngineCapability getEngineCapability() const noexcept override {
    return settings_.capability;
  }
  void setInt8Calibrator(nvinfer1::IInt8Calibrator* calibrator) noexcept override {
    settings_.calibrator = calibrator;
  }
  nvinfer1::IInt8Calibrator* getInt8Calibrator() const noexcept override {
    return settings_.calibrator;
  }
  void setFlags(nvinfer1::BuilderFlags flags) noexcept override { settings_.flags = flags; }
  nvinfer1::BuilderFlags getFlags() const noexcept override { return settings_.flags; }
  void clearFlag(nvinfer1::BuilderFlag flag) noexcept override;
  void setFlag(nvinfer1::BuilderFlag flag) noexcept override;
  bool getFlag(nvinfer1::BuilderFlag flag) const noexcept override;
  void setDeviceType(const nvinfer1::ILayer* layer, nvinfer1::DeviceType type) noexcept override;
  nvinfer1::DeviceType getDeviceType(const nvinfer1::ILayer* layer) const noexcept override;
  bool isDeviceTypeSet(const nvinfer1::ILayer* layer) const noexcept override;
  void resetDeviceType(const nvinfer1::ILayer* layer) noexcept override;
  bool canRunOnDLA(const nvinfer1::ILayer*) const noexcept override { return false; }
  void setDLACore(int32_t core) noexcept override;
  int32_t getDLACore() const noexcept override { return settings_.dla_core; }
  void setDefaultDeviceType(nvinfer1::DeviceType type) noexcept override;
  nvinfer1::DeviceType getDefaultDeviceType() const noexcept override {
    return settings_.device_type;
  }
  void reset() noexcept override;
  void setProfileStream(cudaStream_t stream) noexcept override {
    settings_.profile_stream = stream;
  }
  cudaStream_t getProfileStream() const noexcept override { return settings_.profile_stream; }
  int32_t addOptimizationProfile(const nvinfer1::IOptimizationProfile* profile) noexcept override;
  int32_t getNbOptimizationProfiles() const noexcept override {
    return static_cast<int32_t>(settings_.profiles.size());
  }
  void setProfilingVerbosity(nvinfer1::ProfilingVerbosity verbosity) noexcept override;
  nvinfer1::ProfilingVerbosity getProfilingVerbosity() const noexcept override {
    return settings_.verbosity;
  }
  void setAlgorithmSelector(nvinfer1::IAlgorithmSelector* selector) noexcept override {
    settings_.selector = selector;
  }
  nvinfer1::IAlgorithmSelector* getAlgorithmSelector() const noexcept override {
    return settings_.selector;
  }
  bool setCalibrationProfile(const nvinfer1::IOptimizationProfile* profile) noexcept override;
  const nvinfer1::IOptimizationProfile* getCalibrationProfile() noexcept override {
    return settings_.calibration_profile;
  }
  void setQuantizationFlags(nvinfer1::QuantizationFlags flags) noexcept override {
    settings_.quantization_flags = flags;
  }
  nvinfer1::QuantizationFlags getQuantizationFlags() const noexcept override {
    return settings_.quantization_flags;
  }
  void clearQuantizationFlag(nvinfer1::QuantizationFlag flag) noexcept override;
  void setQuantizationFlag(nvinfer1::QuantizationFlag flag) noexcept override;
  bool getQuantizationFlag(nvinfer1::QuantizationFlag flag) const noexcept override;
  bool setTacticSources(nvinfer1::TacticSources sources) noexcept override;
  nvinfer1::TacticSources getTacticSources() const noexcept override {
    return settings_.tactic_sources;
  }
  nvinfer1::ITimingCache* createTimingCache(const void* blob,
                                            std::size_t size) const noexcept override;
  bool setTimingCache(const nvinfer1::ITimingCache& cache, bool ignore_mismatch) noexcept override;
  const nvinfer1::ITimingCache* getTimingCache() const noexcept override;
  void setMemoryPoolLimit(nvinfer1::MemoryPoolType pool, std::size_t bytes) noexcept override;
  std::size_t getMemoryPoolLimit(nvinfer1::MemoryPoolType pool) const noexcept override;
  void setPreviewFeature(nvinfer1::PreviewFeature feature, bool enable) noexcept override;
  bool getPreviewFeature(nvinfer1::PreviewFeature feature) const noexcept override;
  void setBuilderOptimizationLevel(int32_t level) noexcept override;
  int32_t getBuilderOptimizationLevel() const noexcept override {
    return settings_.optimization_level;
  }
  void setHardwareCompatibilityLevel(nvinfer1::HardwareCompatibilityLevel level) noexcept override;
  nvinfer1::HardwareCompatibilityLevel getHardwareCompatibilityLevel() const noexcept override {
    return settings_.hardware_compatibility;
  }
  void setPluginsToSerialize(const char* const* paths, int32_t count) noexcept override;
  const char* getPluginToSerialize(int32_t index) const noexcept override;
  int32_t getNbPluginsToSerialize() const noexcept override {
    return static_cast<int32_t>(settings_.plugins.size());
  }
  void setMaxAuxStreams(int32_t streams) noexcept override;
  int32_t getMaxAuxStreams() const noexcept override { return settings_.max_aux_streams; }
  void setProgressMonitor(nvinfer1::IProgressMonitor* monitor) noexcept override {
    settings_.monitor = monitor;
  }
  nvinfer1::IProgressMonitor* getProgressMonitor() const noexcept override {
    return settings_.monitor;
  }
  void setRuntimePlatform(nvinfer1::RuntimePlatform platform) noexcept override;
  nvinfer1::RuntimePlatform getRuntimePlatform() const noexcept override {
    return settings_.platform;
  }
  void setMaxNbTactics(int32_t count) noexcept override;
  int32_t getMaxNbTactics() const noexcept override { return settings_.max_tactics; }
  bool setTilingOptimizationLevel(nvinfer1::TilingOptimizationLevel level) noexcept override;
  nvinfer1::TilingOptimizationLevel getTilingOptimizationLevel() const noexcept override {
    return settings_.tiling_level;
  }
  bool setL2LimitForTiling(int64_t bytes) noexcept override;
  int64_t getL2LimitForTiling() const noexcept override { return settings_.l2_limit; }
  bool setRemoteAutoTuningConfig(const char* config) noexcept override;
  const char* getRemoteAutoTuningConfig() const noexcept override { return nullptr; }

 private:
  // With the defaults of the public interface.
  struct Settings {
    Settings();
    int32_t timing_iterations = 1;
    nvinfer1::EngineCapability capability = nvinfer1::EngineCapability::kSTANDARD;
    nvinfer1::IInt8Calibrator* calibrator = nullptr;
    nvinfer1::BuilderFlags flags = 1U << static_cast<uint32_t>(nvinfer1::BuilderFlag::kTF32);
    std::map<const nvinfer1::ILayer*, nvinfer1::DeviceType> layer_devices;
    int32_t dla_core = -1;
    nvinfer1::DeviceType device_type = nvinfer1::DeviceType::kGPU;
    cudaStream_t profile_stream = nullptr;
    std::vector<const OptimizationProfile*> profiles;
    nvinfer1::ProfilingVerbosity verbosity = nvinfer1::ProfilingVerbosity::kLAYER_NAMES_ONLY;
    nvinfer1::IAlgorithmSelector* selector = nullptr;
    const nvinfer1::IOptimizationProfile* calibration_profile = nullptr;
    nvinfer1::QuantizationFlags quantization_flags = 0;
    nvinfer1::TacticSources tactic_sources;
    const TimingCacheObject* timing_cache = nullptr;
    std::array<std::size_t, nvinfer1::EnumMax<nvinfer1::MemoryPoolType>()> pools;
    uint32_t preview_features;
    int32_t optimization_level = 3;
    nvinfer1::HardwareCompatibilityLevel hardware_compatibility =
        nvinfer1::HardwareCompatibilityLevel::kNONE;
    std::vector<std::string> plugins;
    int32_t max_aux_streams = -1;
    nvinfer1::IProgressMonitor* monitor = nullptr;
    nvinfer1::RuntimePlatform platform = nvinfer1::RuntimePlatform::kSAME_AS_BUILD;
    int32_t max_tactics = -1;
    nvinfer1::TilingOptimizationLevel tiling_level = nvinfer1::TilingOptimizationLevel::kNONE;
    int64_t l2_limit = -1;
  };

  Reporter reporter_;
  Settings settings_;
  std::unique_ptr<TimingCacheObject> own_cache_;
};

}  // namespace tenon::api
