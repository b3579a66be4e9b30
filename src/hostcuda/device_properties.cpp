// Finds out what the CPU is, and puts it into the terms of a CUDA device.
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <limits>
#include <string>

#include "hostcuda/device.h"
#include "hostcuda/memory_map.h"

namespace tenon::hostcuda {
namespace {

constexpr int kMajor = 8;
constexpr int kMinor = 9;
constexpr int kThreadsPerBlock = 1024;
constexpr int kSharedMemory = 48 << 10;
constexpr int kFallbackKilohertz = 2'000'000;

int core_count() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1, static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)));
}

// The value of a line "key : value" of /proc/cpuinfo, empty where there is none.
std::string cpu_fact(const std::string& key) {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line)) {
    const size_t colon = line.find(": ");
    if (line.starts_with(key) && colon != std::string::npos) return line.substr(colon + 2);
  }
  return {};
}

int clock_kilohertz() {
  std::ifstream file("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq");
  int kilohertz = 0;
  if (file >> kilohertz && kilohertz > 0) return kilohertz;
  const std::string megahertz = cpu_fact("cpu MHz");
  const double value = megahertz.empty() ? 0 : std::strtod(megahertz.c_str(), nullptr);
  return value > 0 ? static_cast<int>(value * 1000) : kFallbackKilohertz;
}

int l2_bytes() { return static_cast<int>(std::max(0L, sysconf(_SC_LEVEL2_CACHE_SIZE))); }

void set_name(cudaDeviceProp& p) {
  std::string name = cpu_fact("model name");
  if (name.empty()) name = "CPU";
  std::strncpy(p.name, name.c_str(), sizeof(p.name) - 1);
}

void set_execution(cudaDeviceProp& p) {
  p.major = kMajor;
  p.minor = kMinor;
  p.multiProcessorCount = core_count();
  p.warpSize = 32;
  p.maxThreadsPerBlock = kThreadsPerBlock;
  p.maxThreadsPerMultiProcessor = kThreadsPerBlock;
  p.maxBlocksPerMultiProcessor = 1;
  constexpr int kBlock[] = {kThreadsPerBlock, kThreadsPerBlock, 64};
  constexpr int kGrid[] = {std::numeric_limits<int>::max(), 65535, 65535};
  std::copy_n(kBlock, 3, p.maxThreadsDim);
  std::copy_n(kGrid, 3, p.maxGridSize);
  p.sharedMemPerBlock = p.sharedMemPerBlockOptin = p.sharedMemPerMultiprocessor = kSharedMemory;
  p.regsPerBlock = p.regsPerMultiprocessor = 65536;
  p.concurrentKernels = 1;
  p.asyncEngineCount = 1;
  p.streamPrioritiesSupported = 1;
}

void set_memory(cudaDeviceProp& p) {
  p.totalGlobalMem = memory_info().total;
  p.totalConstMem = 64 << 10;
  p.memPitch = std::numeric_limits<int>::max();
  p.l2CacheSize = l2_bytes();
  p.memoryBusWidth = 64;
  p.textureAlignment = 512;
  p.texturePitchAlignment = 32;
  p.surfaceAlignment = 512;
  p.integrated = 1;
  p.canMapHostMemory = 1;
  p.unifiedAddressing = 1;
  p.managedMemory = 1;
  p.concurrentManagedAccess = 1;
  p.directManagedMemAccessFromHost = 1;
  p.hostNativeAtomicSupported = 1;
  p.canUseHostPointerForRegisteredMem = 1;
  p.hostRegisterSupported = 1;
  p.hostRegisterReadOnlySupported = 1;
  p.memoryPoolsSupported = 1;
}

cudaDeviceProp describe() {
  cudaDeviceProp p{};
  set_name(p);
  set_execution(p);
  set_memory(p);
  return p;
}

}  // namespace

const cudaDeviceProp& device_properties() {
  static const cudaDeviceProp properties = describe();
  return properties;
}

// Attributes that the device has no such thing for (textures, surfaces, links, ...) are 0.
cudaError_t device_attribute(cudaDeviceAttr attribute, int& value) {
  if (attribute < cudaDevAttrMaxThreadsPerBlock || attribute >= cudaDevAttrMax) {
    return cudaErrorInvalidValue;
  }
  const cudaDeviceProp& p = device_properties();
  const auto number = [&]() -> size_t {
    switch (attribute) {
      case cudaDevAttrMaxThreadsPerBlock: return p.maxThreadsPerBlock;
      case cudaDevAttrMaxBlockDimX: return p.maxThreadsDim[0];
      case cudaDevAttrMaxBlockDimY: return p.maxThreadsDim[1];
      case cudaDevAttrMaxBlockDimZ: return p.maxThreadsDim[2];
      case cudaDevAttrMaxGridDimX: return p.maxGridSize[0];
      case cudaDevAttrMaxGridDimY: return p.maxGridSize[1];
      case cudaDevAttrMaxGridDimZ: return p.maxGridSize[2];
      case cudaDevAttrMaxSharedMemoryPerBlock: return p.sharedMemPerBlock;
      case cudaDevAttrMaxSharedMemoryPerBlockOptin: return p.sharedMemPerBlockOptin;
      case cudaDevAttrMaxSharedMemoryPerMultiprocessor: return p.sharedMemPerMultiprocessor;
      case cudaDevAttrTotalConstantMemory: return p.totalConstMem;
      case cudaDevAttrWarpSize: return p.warpSize;
      case cudaDevAttrMaxPitch: return p.memPitch;
      case cudaDevAttrMaxRegistersPerBlock: return p.regsPerBlock;
      case cudaDevAttrMaxRegistersPerMultiprocessor: return p.regsPerMultiprocessor;
      case cudaDevAttrClockRate: return clock_kilohertz();
      case cudaDevAttrMemoryClockRate: return clock_kilohertz();
      case cudaDevAttrTextureAlignment: return p.textureAlignment;
      case cudaDevAttrTexturePitchAlignment: return p.texturePitchAlignment;
      case cudaDevAttrSurfaceAlignment: return p.surfaceAlignment;
      case cudaDevAttrGpuOverlap: return p.asyncEngineCount;
      case cudaDevAttrAsyncEngineCount: return p.asyncEngineCount;
      case cudaDevAttrMultiProcessorCount: return p.multiProcessorCount;
      case cudaDevAttrIntegrated: return p.integrated;
      case cudaDevAttrCanMapHostMemory: return p.canMapHostMemory;
      case cudaDevAttrConcurrentKernels: return p.concurrentKernels;
      case cudaDevAttrGlobalMemoryBusWidth: return p.memoryBusWidth;
      case cudaDevAttrL2CacheSize: return p.l2CacheSize;
      case cudaDevAttrMaxThreadsPerMultiProcessor: return p.maxThreadsPerMultiProcessor;
      case cudaDevAttrMaxBlocksPerMultiprocessor: return p.maxBlocksPerMultiProcessor;
      case cudaDevAttrUnifiedAddressing: return p.unifiedAddressing;
      case cudaDevAttrComputeCapabilityMajor: return p.major;
      case cudaDevAttrComputeCapabilityMinor: return p.minor;
      case cudaDevAttrStreamPrioritiesSupported: return p.streamPrioritiesSupported;
      case cudaDevAttrManagedMemory: return p.managedMemory;
      case cudaDevAttrHostNativeAtomicSupported: return p.hostNativeAtomicSupported;
      case cudaDevAttrSingleToDoublePrecisionPerfRatio: return 2;
      case cudaDevAttrConcurrentManagedAccess: return p.concurrentManagedAccess;
      case cudaDevAttrDirectManagedMemAccessFromHost: return p.directManagedMemAccessFromHost;
      case cudaDevAttrCanUseHostPointerForRegisteredMem: return p.canUseHostPointerForRegisteredMem;
      case cudaDevAttrHostRegisterSupported: return p.hostRegisterSupported;
      case cudaDevAttrHostRegisterReadOnlySupported: return p.hostRegisterReadOnlySupported;
      case cudaDevAttrMemoryPoolsSupported: return p.memoryPoolsSupported;
      case cudaDevAttrNumaId: return static_cast<size_t>(-1);
      default: return 0;
    }
  }();
  value = static_cast<int>(number);
  return cudaSuccess;
}

}  // namespace tenon::hostcuda
