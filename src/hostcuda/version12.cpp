// The calls of version 12 of the runtime API that differ from version 13's, for built programs.
// Where only the name differs, the old name is one more symbol. Where one name has two meanings,
// the old meaning carries the symbol version libcudart.so.12 (see versions.map).
#include "hostcuda/version12.h"

#include "cuda_runtime_api.h"
#include "hostcuda/call.h"
#include "hostcuda/device.h"

namespace tenon::hostcuda {
namespace {

static_assert(sizeof(DeviceProperties12) == 1032);

int attribute(cudaDeviceAttr which) {
  int value = 0;
  device_attribute(which, value);
  return value;
}

DeviceProperties12 to_version12(const cudaDeviceProp& p) {
  DeviceProperties12 old{};
  static_assert(sizeof(old.name) == sizeof(p.name));
  for (size_t i = 0; i < sizeof(p.name); ++i) old.name[i] = p.name[i];
  for (int i = 0; i < 3; ++i) {
    old.maxThreadsDim[i] = p.maxThreadsDim[i];
    old.maxGridSize[i] = p.maxGridSize[i];
  }
  old.totalGlobalMem = p.totalGlobalMem;
  old.sharedMemPerBlock = p.sharedMemPerBlock;
  old.sharedMemPerBlockOptin = p.sharedMemPerBlockOptin;
  old.sharedMemPerMultiprocessor = p.sharedMemPerMultiprocessor;
  old.regsPerBlock = p.regsPerBlock;
  old.regsPerMultiprocessor = p.regsPerMultiprocessor;
  old.warpSize = p.warpSize;
  old.memPitch = p.memPitch;
  old.maxThreadsPerBlock = p.maxThreadsPerBlock;
  old.maxThreadsPerMultiProcessor = p.maxThreadsPerMultiProcessor;
  old.maxBlocksPerMultiProcessor = p.maxBlocksPerMultiProcessor;
  old.clockRate = attribute(cudaDevAttrClockRate);
  old.memoryClockRate = attribute(cudaDevAttrMemoryClockRate);
  old.deviceOverlap = attribute(cudaDevAttrGpuOverlap);
  old.singleToDoublePrecisionPerfRatio = attribute(cudaDevAttrSingleToDoublePrecisionPerfRatio);
  old.totalConstMem = p.totalConstMem;
  old.major = p.major;
  old.minor = p.minor;
  old.textureAlignment = p.textureAlignment;
  old.texturePitchAlignment = p.texturePitchAlignment;
  old.surfaceAlignment = p.surfaceAlignment;
  old.multiProcessorCount = p.multiProcessorCount;
  old.integrated = p.integrated;
  old.canMapHostMemory = p.canMapHostMemory;
  old.concurrentKernels = p.concurrentKernels;
  old.asyncEngineCount = p.asyncEngineCount;
  old.unifiedAddressing = p.unifiedAddressing;
  old.memoryBusWidth = p.memoryBusWidth;
  old.l2CacheSize = p.l2CacheSize;
  old.streamPrioritiesSupported = p.streamPrioritiesSupported;
  old.managedMemory = p.managedMemory;
  old.hostNativeAtomicSupported = p.hostNativeAtomicSupported;
  old.concurrentManagedAccess = p.concurrentManagedAccess;
  old.canUseHostPointerForRegisteredMem = p.canUseHostPointerForRegisteredMem;
  old.directManagedMemAccessFromHost = p.directManagedMemAccessFromHost;
  old.hostRegisterSupported = p.hostRegisterSupported;
  old.hostRegisterReadOnlySupported = p.hostRegisterReadOnlySupported;
  old.memoryPoolsSupported = p.memoryPoolsSupported;
  return old;
}

}  // namespace
}  // namespace tenon::hostcuda

using namespace tenon::hostcuda;

#pragma GCC visibility push(default)
extern "C" {

// Names of version 12 for what has a plain name in version 13.

cudaError_t cudaGetDeviceProperties_v2(DeviceProperties12* prop, int device) {
  return call([&] {
    if (prop == nullptr) return cudaErrorInvalidValue;
    if (device != 0) return cudaErrorInvalidDevice;
    *prop = to_version12(device_properties());
    return cudaSuccess;
  });
}

cudaError_t cudaEventElapsedTime_v2(float* ms, cudaEvent_t start, cudaEvent_t end) {
  return cudaEventElapsedTime(ms, start, end);
}

cudaError_t cudaMemAdvise_v2(const void* devPtr, size_t count, cudaMemoryAdvise advice,
                             cudaMemLocation location) {
  return cudaMemAdvise(devPtr, count, advice, location);
}

cudaError_t cudaMemPrefetchAsync_v2(const void* devPtr, size_t count, cudaMemLocation location,
                                    unsigned int flags, cudaStream_t stream) {
  return cudaMemPrefetchAsync(devPtr, count, location, flags, stream);
}

cudaError_t cudaStreamGetCaptureInfo_v2(cudaStream_t stream, cudaStreamCaptureStatus* status,
                                        unsigned long long* id, cudaGraph_t* graph,
                                        const cudaGraphNode_t** dependencies, size_t* count) {
  return cudaStreamGetCaptureInfo(stream, status, id, graph, dependencies, nullptr, count);
}

cudaError_t cudaStreamGetCaptureInfo_v2_ptsz(cudaStream_t stream, cudaStreamCaptureStatus* status,
                                             unsigned long long* id, cudaGraph_t* graph,
                                             const cudaGraphNode_t** dependencies, size_t* count) {
  return cudaStreamGetCaptureInfo_v2(stream == nullptr ? cudaStreamPerThread : stream, status, id,
                                     graph, dependencies, count);
}

cudaError_t cudaStreamGetCaptureInfo_v3(cudaStream_t stream, cudaStreamCaptureStatus* status,
                                        unsigned long long* id, cudaGraph_t* graph,
                                        const cudaGraphNode_t** dependencies,
                                        const cudaGraphEdgeData** edges, size_t* count) {
  return cudaStreamGetCaptureInfo(stream, status, id, graph, dependencies, edges, count);
}

cudaError_t cudaStreamUpdateCaptureDependencies_v2(cudaStream_t stream,
                                                   cudaGraphNode_t* dependencies,
                                                   const cudaGraphEdgeData* data, size_t count,
                                                   unsigned int flags) {
  return cudaStreamUpdateCaptureDependencies(stream, dependencies, data, count, flags);
}

cudaError_t cudaGraphAddDependencies_v2(cudaGraph_t graph, const cudaGraphNode_t* from,
                                        const cudaGraphNode_t* to, const cudaGraphEdgeData* data,
                                        size_t count) {
  return cudaGraphAddDependencies(graph, from, to, data, count);
}

cudaError_t cudaGraphRemoveDependencies_v2(cudaGraph_t graph, const cudaGraphNode_t* from,
                                           const cudaGraphNode_t* to, const cudaGraphEdgeData* data,
                                           size_t count) {
  return cudaGraphRemoveDependencies(graph, from, to, data, count);
}

cudaError_t cudaGraphGetEdges_v2(cudaGraph_t graph, cudaGraphNode_t* from, cudaGraphNode_t* to,
                                 cudaGraphEdgeData* data, size_t* count) {
  return cudaGraphGetEdges(graph, from, to, data, count);
}

cudaError_t cudaGraphNodeGetDependencies_v2(cudaGraphNode_t node, cudaGraphNode_t* dependencies,
                                            cudaGraphEdgeData* data, size_t* count) {
  return cudaGraphNodeGetDependencies(node, dependencies, data, count);
}

cudaError_t cudaGraphNodeGetDependentNodes_v2(cudaGraphNode_t node, cudaGraphNode_t* dependents,
                                              cudaGraphEdgeData* data, size_t* count) {
  return cudaGraphNodeGetDependentNodes(node, dependents, data, count);
}

// Names with another meaning in version 12: there is no edge data among the parameters.

cudaError_t tenon_12_cudaStreamUpdateCaptureDependencies(cudaStream_t stream,
                                                         cudaGraphNode_t* dependencies,
                                                         size_t count, unsigned int flags) {
  return cudaStreamUpdateCaptureDependencies(stream, dependencies, nullptr, count, flags);
}

cudaError_t tenon_12_cudaGraphAddDependencies(cudaGraph_t graph, const cudaGraphNode_t* from,
                                              const cudaGraphNode_t* to, size_t count) {
  return cudaGraphAddDependencies(graph, from, to, nullptr, count);
}

cudaError_t tenon_12_cudaGraphRemoveDependencies(cudaGraph_t graph, const cudaGraphNode_t* from,
                                                 const cudaGraphNode_t* to, size_t count) {
  return cudaGraphRemoveDependencies(graph, from, to, nullptr, count);
}

cudaError_t tenon_12_cudaGraphGetEdges(cudaGraph_t graph, cudaGraphNode_t* from,
                                       cudaGraphNode_t* to, size_t* count) {
  return cudaGraphGetEdges(graph, from, to, nullptr, count);
}

cudaError_t tenon_12_cudaGraphNodeGetDependencies(cudaGraphNode_t node,
                                                  cudaGraphNode_t* dependencies, size_t* count) {
  return cudaGraphNodeGetDependencies(node, dependencies, nullptr, count);
}

cudaError_t tenon_12_cudaGraphNodeGetDependentNodes(cudaGraphNode_t node,
                                                    cudaGraphNode_t* dependents, size_t* count) {
  return cudaGraphNodeGetDependentNodes(node, dependents, nullptr, count);
}

#define TENON_VERSION_12(name) __asm__(".symver tenon_12_" #name ", " #name "@libcudart.so.12")
TENON_VERSION_12(cudaStreamUpdateCaptureDependencies);
TENON_VERSION_12(cudaGraphAddDependencies);
TENON_VERSION_12(cudaGraphRemoveDependencies);
TENON_VERSION_12(cudaGraphGetEdges);
TENON_VERSION_12(cudaGraphNodeGetDependencies);
TENON_VERSION_12(cudaGraphNodeGetDependentNodes);

}  // extern "C"
#pragma GCC visibility pop
