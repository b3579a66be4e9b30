#include "api/builder_config.h"

#include <cuda_runtime_api.h>

#include "api/arguments.h"

namespace tenon::api {

namespace nv = nvinfer1;

static std::size_t device_memory() {
  std::size_t free = 0;
  std::size_t total = 0;
  return cudaMemGetInfo(&free, &total) == cudaSuccess && total > 0 ? total : SIZE_MAX;
}

static std::size_t shared_memory() {
  int bytes = 0;
  const cudaError_t status =
      cudaDeviceGetAttribute(&bytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, 0);
  return status == cudaSuccess && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

template <typename E>
static uint32_t bit(E value) {
  return 1U << static_cast<uint32_t>(value);
}

BuilderConfig::Settings::Settings()
    : tactic_sources(bit(nv::TacticSource::kEDGE_MASK_CONVOLUTIONS) |
                     bit(nv::TacticSource::kJIT_CONVOLUTIONS)),
      // In the order of MemoryPoolType.
      pools{device_memory(), 0, std::size_t{1} << 30, std::size_t{1} << 29, device_memory(),
            shared_memory()},
      preview_features(bit(nv::PreviewFeature::kPROFILE_SHARING_0806)) {}

BuilderConfig::BuilderConfig(const Reporter& parent) : reporter_(parent.logger()) {
  reporter_.set_recorder(parent.recorder());
  nv::IBuilderConfig::mImpl = this;
}

void BuilderConfig::reset() noexcept {
  guarded(reporter_, "IBuilderConfig::reset", [&] { settings_ = Settings(); });
}

void BuilderConfig::require_possible() const {
  if (settings_.capability == nv::EngineCapability::kDLA_STANDALONE) {
    fail(ErrorCode::kInvalidConfig, "EngineCapability::kDLA_STANDALONE: there is no DLA");
  }
  const bool fallback = has(nv::BuilderFlag::kGPU_FALLBACK);
  if (settings_.device_type == nv::DeviceType::kDLA && !fallback) {
    fail(ErrorCode::kInvalidConfig, "DeviceType::kDLA: there is no DLA");
  }
  for (const auto& [layer, type] : settings_.layer_devices) {
    if (type == nv::DeviceType::kDLA && !fallback) {
      fail(ErrorCode::kInvalidConfig, "DeviceType::kDLA for a layer: there is no DLA");
    }
  }
  if (settings_.platform != nv::RuntimePlatform::kSAME_AS_BUILD) {
    fail(ErrorCode::kUnsupported, "not implemented: RuntimePlatform::kWINDOWS_AMD64");
  }
}

// ---- flags

void BuilderConfig::setFlag(nv::BuilderFlag flag) noexcept {
  guarded(reporter_, "IBuilderConfig::setFlag", [&] {
    require_enum(flag, "builder flag");
    settings_.flags |= bit(flag);
  });
}

void BuilderConfig::clearFlag(nv::BuilderFlag flag) noexcept {
  guarded(reporter_, "IBuilderConfig::clearFlag", [&] {
    require_enum(flag, "builder flag");
    settings_.flags &= ~bit(flag);
  });
}

bool BuilderConfig::getFlag(nv::BuilderFlag flag) const noexcept {
  return guarded(reporter_, "IBuilderConfig::getFlag", false, [&] {
    require_enum(flag, "builder flag");
    return (settings_.flags & bit(flag)) != 0;
  });
}

void BuilderConfig::setQuantizationFlag(nv::QuantizationFlag flag) noexcept {
  guarded(reporter_, "IBuilderConfig::setQuantizationFlag", [&] {
    require_enum(flag, "quantization flag");
    settings_.quantization_flags |= bit(flag);
  });
}

void BuilderConfig::clearQuantizationFlag(nv::QuantizationFlag flag) noexcept {
  guarded(reporter_, "IBuilderConfig::clearQuantizationFlag", [&] {
    require_enum(flag, "quantization flag");
    settings_.quantization_flags &= ~bit(flag);
  });
}

bool BuilderConfig::getQuantizationFlag(nv::QuantizationFlag flag) const noexcept {
  return guarded(reporter_, "IBuilderConfig::getQuantizationFlag", false, [&] {
    require_enum(flag, "quantization flag");
    return (settings_.quantization_flags & bit(flag)) != 0;
  });
}

void BuilderConfig::setPreviewFeature(nv::PreviewFeature feature, bool enable) noexcept {
  guarded(reporter_, "IBuilderConfig::setPreviewFeature", [&] {
    require_enum(feature, "preview feature");
    const uint32_t mask = bit(feature);
    settings_.preview_features =
        enable ? settings_.preview_features | mask : settings_.preview_features & ~mask;
  });
}

bool BuilderConfig::getPreviewFeature(nv::PreviewFeature feature) const noexcept {
  return guarded(reporter_, "IBuilderConfig::getPreviewFeature", false, [&] {
    require_enum(feature, "preview feature");
    return (settings_.preview_features & bit(feature)) != 0;
  });
}

bool BuilderConfig::setTacticSources(nv::TacticSources sources) noexcept {
  return guarded(reporter_, "IBuilderConfig::setTacticSources", false, [&] {
    const auto known = (1U << nv::EnumMax<nv::TacticSource>()) - 1;
    if ((sources & ~known) != 0) fail("{:#x} has unknown sources", sources);
    settings_.tactic_sources = sources;
    return true;
  });
}

// ---- devices

void BuilderConfig::setDeviceType(const nv::ILayer* layer, nv::DeviceType type) noexcept {
  guarded(reporter_, "IBuilderConfig::setDeviceType", [&] {
    require_enum(type, "device type");
    settings_.layer_devices[&non_null(layer, "layer")] = type;
  });
}

nv::DeviceType BuilderConfig::getDeviceType(const nv::ILayer* layer) const noexcept {
  const auto found = settings_.layer_devices.find(layer);
  return found == settings_.layer_devices.end() ? settings_.device_type : found->second;
}

bool BuilderConfig::isDeviceTypeSet(const nv::ILayer* layer) const noexcept {
  return settings_.layer_devices.find(layer) != settings_.layer_devices.end();
}

void BuilderConfig::resetDeviceType(const nv::ILayer* layer) noexcept {
  settings_.layer_devices.erase(layer);
}

void BuilderConfig::setDefaultDeviceType(nv::DeviceType type) noexcept {
  guarded(reporter_, "IBuilderConfig::setDefaultDeviceType", [&] {
    require_enum(type, "device type");
    settings_.device_type = type;
  });
}

void BuilderConfig::setDLACore(int32_t core) noexcept {
  guarded(reporter_, "IBuilderConfig::setDLACore", [&] {
    if (core < -1) fail("the core is {}", core);
    settings_.dla_core = core;
  });
}

void BuilderConfig::setEngineCapability(nv::EngineCapability capability) noexcept {
  guarded(reporter_, "IBuilderConfig::setEngineCapability", [&] {
    require_enum(capability, "engine capability");
    settings_.capability = capability;
  });
}

void BuilderConfig::setHardwareCompatibilityLevel(nv::HardwareCompatibilityLevel level) noexcept {
  guarded(reporter_, "IBuilderConfig::setHardwareCompatibilityLevel", [&] {
    require_enum(level, "hardware compatibility level");
    settings_.hardware_compatibility = level;
  });
}

void BuilderConfig::setRuntimePlatform(nv::RuntimePlatform platform) noexcept {
  guarded(reporter_, "IBuilderConfig::setRuntimePlatform", [&] {
    require_enum(platform, "runtime platform");
    settings_.platform = platform;
  });
}

// ---- profiles

static const OptimizationProfile& ours(const nv::IOptimizationProfile* profile) {
  const auto* own = dynamic_cast<const OptimizationProfile*>(&non_null(profile, "profile"));
  if (own == nullptr) fail("the profile was not made by a builder of this library");
  if (const std::string fault = own->fault(); !fault.empty()) fail("{}", fault);
  return *own;
}

int32_t BuilderConfig::addOptimizationProfile(const nv::IOptimizationProfile* profile) noexcept {
  return guarded(reporter_, "IBuilderConfig::addOptimizationProfile", -1, [&] {
    settings_.profiles.push_back(&ours(profile));
    return getNbOptimizationProfiles() - 1;
  });
}

bool BuilderConfig::setCalibrationProfile(const nv::IOptimizationProfile* profile) noexcept {
  return guarded(reporter_, "IBuilderConfig::setCalibrationProfile", false, [&] {
    settings_.calibration_profile = &ours(profile);
    return true;
  });
}

void BuilderConfig::setProfilingVerbosity(nv::ProfilingVerbosity verbosity) noexcept {
  guarded(reporter_, "IBuilderConfig::setProfilingVerbosity", [&] {
    require_enum(verbosity, "profiling verbosity");
    settings_.verbosity = verbosity;
  });
}

// ---- tuning

void BuilderConfig::setAvgTimingIterations(int32_t count) noexcept {
  guarded(reporter_, "IBuilderConfig::setAvgTimingIterations", [&] {
    if (count < 1) fail("{} iterations", count);
    settings_.timing_iterations = count;
  });
}

void BuilderConfig::setBuilderOptimizationLevel(int32_t level) noexcept {
  guarded(reporter_, "IBuilderConfig::setBuilderOptimizationLevel", [&] {
    if (level < 0) fail("the level is {}", level);
    settings_.optimization_level = level;
  });
}

void BuilderConfig::setMaxNbTactics(int32_t count) noexcept {
  guarded(reporter_, "IBuilderConfig::setMaxNbTactics", [&] {
    if (count < 1 && count != -1) fail("{} tactics", count);
    settings_.max_tactics = count;
  });
}

void BuilderConfig::setMaxAuxStreams(int32_t streams) noexcept {
  guarded(reporter_, "IBuilderConfig::setMaxAuxStreams", [&] {
    if (streams < 0) fail("{} streams", streams);
    settings_.max_aux_streams = streams;
  });
}

bool BuilderConfig::setTilingOptimizationLevel(nv::TilingOptimizationLevel level) noexcept {
  return guarded(reporter_, "IBuilderConfig::setTilingOptimizationLevel", false, [&] {
    require_enum(level, "tiling level");
    settings_.tiling_level = level;
    return true;
  });
}

bool BuilderConfig::setL2LimitForTiling(int64_t bytes) noexcept {
  return guarded(reporter_, "IBuilderConfig::setL2LimitForTiling", false, [&] {
    if (bytes < 0) fail("the limit is {}", bytes);
    settings_.l2_limit = bytes;
    return true;
  });
}

bool BuilderConfig::setRemoteAutoTuningConfig(const char*) noexcept {
  return not_implemented(reporter_, "IBuilderConfig::setRemoteAutoTuningConfig", false);
}

void BuilderConfig::setMemoryPoolLimit(nv::MemoryPoolType pool, std::size_t bytes) noexcept {
  guarded(reporter_, "IBuilderConfig::setMemoryPoolLimit", [&] {
    require_enum(pool, "memory pool");
    settings_.pools.at(static_cast<size_t>(pool)) = bytes;
  });
}

std::size_t BuilderConfig::workspace_limit() const {
  const std::size_t bytes = getMemoryPoolLimit(nv::MemoryPoolType::kWORKSPACE);
  return bytes >= device_memory() ? SIZE_MAX : bytes;
}

std::size_t BuilderConfig::getMemoryPoolLimit(nv::MemoryPoolType pool) const noexcept {
  return guarded(reporter_, "IBuilderConfig::getMemoryPoolLimit", std::size_t{0}, [&] {
    require_enum(pool, "memory pool");
    return settings_.pools.at(static_cast<size_t>(pool));
  });
}

// ---- timing cache

nv::ITimingCache* BuilderConfig::createTimingCache(const void* blob,
                                                   std::size_t size) const noexcept {
  return guarded(
      reporter_, "IBuilderConfig::createTimingCache", static_cast<nv::ITimingCache*>(nullptr), [&] {
        if (size > 0) non_null(static_cast<const std::byte*>(blob), "blob");
        return new TimingCacheObject(reporter_, {static_cast<const std::byte*>(blob), size},
                                     has(nv::BuilderFlag::kEDITABLE_TIMING_CACHE));
      });
}

bool BuilderConfig::setTimingCache(const nv::ITimingCache& cache, bool) noexcept {
  return guarded(reporter_, "IBuilderConfig::setTimingCache", false, [&] {
    settings_.timing_cache = &non_null(dynamic_cast<const TimingCacheObject*>(&cache), "cache");
    return true;
  });
}

const nv::ITimingCache* BuilderConfig::getTimingCache() const noexcept {
  return settings_.timing_cache ? settings_.timing_cache : own_cache_.get();
}

TimingCache& BuilderConfig::timing_cache() {
  if (settings_.timing_cache) return settings_.timing_cache->cache();
  if (!own_cache_) {
    own_cache_ = std::make_unique<TimingCacheObject>(reporter_, std::span<const std::byte>(),
                                                     has(nv::BuilderFlag::kEDITABLE_TIMING_CACHE));
  }
  return own_cache_->cache();
}

// ---- plugins

void BuilderConfig::setPluginsToSerialize(const char* const* paths, int32_t count) noexcept {
  guarded(reporter_, "IBuilderConfig::setPluginsToSerialize", [&] {
    if (count < 0) fail("{} paths", count);
    if (count > 0) non_null(paths, "paths");
    std::vector<std::string> copies;
    for (int32_t i = 0; i < count; ++i) copies.push_back(text_of(paths[i], "a path"));
    settings_.plugins = std::move(copies);
  });
}

const char* BuilderConfig::getPluginToSerialize(int32_t index) const noexcept {
  if (index < 0 || index >= getNbPluginsToSerialize()) return nullptr;
  return settings_.plugins[static_cast<size_t>(index)].c_str();
}

}  // namespace tenon::api
