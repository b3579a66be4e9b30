// The calls on the device.
#include "hostcuda/device.h"

#include <array>
#include <atomic>
#include <cstdio>
#include <cstring>

#include "cuda_runtime_api.h"
#include "hostcuda/call.h"
#include "hostcuda/capture.h"
#include "hostcuda/graph.h"
#include "hostcuda/memory_map.h"
#include "hostcuda/pool.h"
#include "hostcuda/registry.h"
#include "hostcuda/stream.h"

namespace tenon::hostcuda {
namespace {

std::atomic<unsigned int> flags{cudaDeviceScheduleAuto};

constexpr char kBusId[] = "0000:00:00.0";

// Limits are kept and given back; they bound nothing here.
std::array<std::atomic<size_t>, cudaLimitPersistingL2CacheSize + 1> limits{
    1024, 1 << 20, 8 << 20, 2, 2048, 64, 0};

// Gives a value through a pointer that must not be null.
template <class T>
cudaError_t give(T* out, T value) {
  if (out == nullptr) return cudaErrorInvalidValue;
  *out = value;
  return cudaSuccess;
}

cudaError_t check_device(int device) { return device == 0 ? cudaSuccess : cudaErrorInvalidDevice; }

// Scheduling flags exclude each other.
bool known_flags(unsigned int value) {
  const unsigned int schedule = value & cudaDeviceScheduleMask;
  const bool one = schedule == cudaDeviceScheduleAuto || schedule == cudaDeviceScheduleSpin ||
                   schedule == cudaDeviceScheduleYield ||
                   schedule == cudaDeviceScheduleBlockingSync;
  return one && (value & ~static_cast<unsigned int>(cudaDeviceMask)) == 0;
}

cudaError_t synchronize_device() {
  if (const cudaError_t error = refuse_during_any_capture(); error != cudaSuccess) return error;
  drain_all_queues(waiting());
  cudaError_t error = cudaSuccess;
  for_each_queue([&](Queue& queue) {
    if (const cudaError_t one = queue.take_error(); one != cudaSuccess) error = one;
  });
  return error;
}

cudaError_t reset_device() {
  if (const cudaError_t error = refuse_during_any_capture(); error != cudaSuccess) return error;
  drain_all_queues();
  for (const auto& stream : registry<CUstream_st>().remove_all()) stream->queue->close();
  registry<CUevent_st>().remove_all();
  registry<CUgraphExec_st>().remove_all();
  registry<CUgraph_st>().remove_all();
  reset_pools();
  release_all_blocks();
  flags.store(cudaDeviceScheduleAuto);
  return cudaSuccess;
}

}  // namespace

unsigned int device_flags() { return flags.load(std::memory_order_relaxed); }

}  // namespace tenon::hostcuda

using namespace tenon::hostcuda;

extern "C" {

cudaError_t cudaGetDeviceCount(int* count) {
  return call([&] { return give(count, 1); });
}

cudaError_t cudaGetDevice(int* device) {
  return call([&] { return give(device, 0); });
}

cudaError_t cudaSetDevice(int device) {
  return call([&] { return check_device(device); });
}

cudaError_t cudaInitDevice(int device, unsigned int deviceFlags, unsigned int initFlags) {
  return call([&] {
    if ((initFlags & ~cudaInitDeviceFlagsAreValid) != 0) return cudaErrorInvalidValue;
    if (initFlags != 0 && !known_flags(deviceFlags)) return cudaErrorInvalidValue;
    const cudaError_t error = check_device(device);
    if (error == cudaSuccess && initFlags != 0) flags.store(deviceFlags);
    return error;
  });
}

cudaError_t cudaSetValidDevices(int* device_arr, int len) {
  return call([&] {
    if (len < 0 || (device_arr == nullptr && len > 0)) return cudaErrorInvalidValue;
    for (int i = 0; i < len; ++i) {
      if (device_arr[i] != 0) return cudaErrorInvalidDevice;
    }
    return cudaSuccess;
  });
}

cudaError_t cudaChooseDevice(int* device, const cudaDeviceProp* prop) {
  return call([&] { return prop == nullptr ? cudaErrorInvalidValue : give(device, 0); });
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* prop, int device) {
  return call([&] {
    if (prop == nullptr) return cudaErrorInvalidValue;
    const cudaError_t error = check_device(device);
    return error != cudaSuccess ? error : give(prop, device_properties());
  });
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attr, int device) {
  return call([&] {
    if (value == nullptr) return cudaErrorInvalidValue;
    const cudaError_t error = check_device(device);
    return error != cudaSuccess ? error : device_attribute(attr, *value);
  });
}

// A device has no peer in itself.
cudaError_t cudaDeviceGetP2PAttribute(int* value, cudaDeviceP2PAttr /*attr*/, int srcDevice,
                                      int dstDevice) {
  return call([&] {
    if (value == nullptr) return cudaErrorInvalidValue;
    if (srcDevice != 0 || dstDevice != 0 || srcDevice == dstDevice) return cudaErrorInvalidDevice;
    return cudaSuccess;
  });
}

cudaError_t cudaDeviceGetPCIBusId(char* pciBusId, int len, int device) {
  return call([&] {
    if (pciBusId == nullptr || len < static_cast<int>(sizeof(kBusId))) return cudaErrorInvalidValue;
    const cudaError_t error = check_device(device);
    if (error == cudaSuccess) std::memcpy(pciBusId, kBusId, sizeof(kBusId));
    return error;
  });
}

cudaError_t cudaDeviceGetByPCIBusId(int* device, const char* pciBusId) {
  return call([&] {
    if (pciBusId == nullptr || std::strcmp(pciBusId, kBusId) != 0) return cudaErrorInvalidValue;
    return give(device, 0);
  });
}

cudaError_t cudaDeviceSynchronize(void) { return call(synchronize_device); }

cudaError_t cudaDeviceReset(void) { return call(reset_device); }

cudaError_t cudaSetDeviceFlags(unsigned int value) {
  return call([&] {
    if (!known_flags(value)) return cudaErrorInvalidValue;
    flags.store(value);
    return cudaSuccess;
  });
}

// Host memory can always be mapped, and the flags say so.
cudaError_t cudaGetDeviceFlags(unsigned int* value) {
  return call([&] { return give(value, device_flags() | cudaDeviceMapHost); });
}

cudaError_t cudaDeviceGetStreamPriorityRange(int* leastPriority, int* greatestPriority) {
  return call([&] {
    if (leastPriority != nullptr) *leastPriority = kLeastPriority;
    if (greatestPriority != nullptr) *greatestPriority = kGreatestPriority;
    return cudaSuccess;
  });
}

cudaError_t cudaDeviceGetLimit(size_t* pValue, cudaLimit limit) {
  return call([&] {
    if (static_cast<size_t>(limit) >= limits.size()) return cudaErrorInvalidValue;
    return give(pValue, limits[limit].load());
  });
}

cudaError_t cudaDeviceSetLimit(cudaLimit limit, size_t value) {
  return call([&] {
    if (static_cast<size_t>(limit) >= limits.size()) return cudaErrorInvalidValue;
    limits[limit].store(value);
    return cudaSuccess;
  });
}

cudaError_t cudaDeviceGetCacheConfig(cudaFuncCache* pCacheConfig) {
  return call([&] { return give(pCacheConfig, cudaFuncCachePreferNone); });
}

cudaError_t cudaDeviceSetCacheConfig(cudaFuncCache cacheConfig) {
  return call(
      [&] { return cacheConfig > cudaFuncCachePreferEqual ? cudaErrorInvalidValue : cudaSuccess; });
}

cudaError_t cudaCtxResetPersistingL2Cache(void) {
  return call([] { return cudaSuccess; });
}

cudaError_t cudaDeviceCanAccessPeer(int* canAccessPeer, int device, int peerDevice) {
  return call([&] {
    if (device != 0 || peerDevice != 0) return cudaErrorInvalidDevice;
    return give(canAccessPeer, 0);
  });
}

cudaError_t cudaDeviceEnablePeerAccess(int peerDevice, unsigned int peerFlags) {
  return call([&] {
    if (peerFlags != 0) return cudaErrorInvalidValue;
    return peerDevice == 0 ? cudaErrorPeerAccessUnsupported : cudaErrorInvalidDevice;
  });
}

cudaError_t cudaDeviceDisablePeerAccess(int peerDevice) {
  return call(
      [&] { return peerDevice == 0 ? cudaErrorPeerAccessNotEnabled : cudaErrorInvalidDevice; });
}

cudaError_t cudaDriverGetVersion(int* driverVersion) {
  return call([&] { return give(driverVersion, kVersion); });
}

cudaError_t cudaRuntimeGetVersion(int* runtimeVersion) {
  return call([&] { return give(runtimeVersion, kVersion); });
}

cudaError_t cudaProfilerStart(void) {
  return call([] { return cudaSuccess; });
}

cudaError_t cudaProfilerStop(void) {
  return call([] { return cudaSuccess; });
}

}  // extern "C"
