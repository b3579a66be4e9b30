// The calls that allocate, free, register and describe memory.
#include "cuda_runtime_api.h"
#include "hostcuda/call.h"
#include "hostcuda/capture.h"
#include "hostcuda/memory_map.h"
#include "hostcuda/pool.h"
#include "hostcuda/queue.h"
#include "hostcuda/stream.h"

namespace tenon::hostcuda {
namespace {

constexpr size_t kPitchAlignment = 512;

cudaError_t allocate_checked(void** address, size_t size, Origin origin, unsigned int flags) {
  if (address == nullptr) return cudaErrorInvalidValue;
  *address = nullptr;
  if (size == 0) return cudaSuccess;
  if (const cudaError_t error = refuse_during_capture(); error != cudaSuccess) return error;
  *address = allocate(size, origin, flags);
  return *address == nullptr ? cudaErrorMemoryAllocation : cudaSuccess;
}

cudaError_t allocate_rows(void** address, size_t* pitch, size_t width, size_t rows) {
  if (pitch == nullptr) return cudaErrorInvalidValue;
  if (width > SIZE_MAX - kPitchAlignment) return cudaErrorMemoryAllocation;
  *pitch = (width + kPitchAlignment - 1) / kPitchAlignment * kPitchAlignment;
  if (*pitch != 0 && rows > SIZE_MAX / *pitch) return cudaErrorMemoryAllocation;
  return allocate_checked(address, *pitch * rows, Origin::kDevice, 0);
}

// Frees an allocation of the accepted kind when no work can be using it any more.
cudaError_t free_checked(void* address, bool (*accept)(const Block&)) {
  if (const cudaError_t error = refuse_during_capture(); error != cudaSuccess) return error;
  if (address == nullptr) return cudaSuccess;
  const auto block = take_block(address, accept);
  if (!block) return cudaErrorInvalidValue;
  drain_all_queues(waiting());
  if (block->pool != nullptr) account_free(block->pool, block->size);
  release_bytes(block->base);
  return cudaSuccess;
}

cudaMemoryType memory_type(Origin origin) {
  switch (origin) {
    case Origin::kDevice:
    case Origin::kPool: return cudaMemoryTypeDevice;
    case Origin::kManaged: return cudaMemoryTypeManaged;
    case Origin::kPinned:
    case Origin::kRegistered: return cudaMemoryTypeHost;
  }
  return cudaMemoryTypeUnregistered;
}

bool is_device(const Block& block) {
  return block.origin == Origin::kDevice || block.origin == Origin::kManaged ||
         block.origin == Origin::kPool;
}
bool is_pinned(const Block& block) { return block.origin == Origin::kPinned; }
bool is_registered(const Block& block) { return block.origin == Origin::kRegistered; }

}  // namespace
}  // namespace tenon::hostcuda

using namespace tenon::hostcuda;

extern "C" {

cudaError_t cudaMalloc(void** devPtr, size_t size) {
  return call([&] { return allocate_checked(devPtr, size, Origin::kDevice, 0); });
}

cudaError_t cudaMallocManaged(void** devPtr, size_t size, unsigned int flags) {
  return call([&] {
    if (flags != cudaMemAttachGlobal && flags != cudaMemAttachHost) return cudaErrorInvalidValue;
    return allocate_checked(devPtr, size, Origin::kManaged, flags);
  });
}

cudaError_t cudaMallocPitch(void** devPtr, size_t* pitch, size_t width, size_t height) {
  return call([&] { return allocate_rows(devPtr, pitch, width, height); });
}

cudaError_t cudaMalloc3D(cudaPitchedPtr* pitchedDevPtr, cudaExtent extent) {
  return call([&] {
    if (pitchedDevPtr == nullptr) return cudaErrorInvalidValue;
    if (extent.depth != 0 && extent.height > SIZE_MAX / extent.depth) {
      return cudaErrorMemoryAllocation;
    }
    *pitchedDevPtr = cudaPitchedPtr{nullptr, 0, extent.width, extent.height};
    return allocate_rows(&pitchedDevPtr->ptr, &pitchedDevPtr->pitch, extent.width,
                         extent.height * extent.depth);
  });
}

cudaError_t cudaFree(void* devPtr) {
  return call([&] { return free_checked(devPtr, is_device); });
}

cudaError_t cudaHostAlloc(void** pHost, size_t size, unsigned int flags) {
  return call([&] {
    constexpr unsigned int kKnown =
        cudaHostAllocPortable | cudaHostAllocMapped | cudaHostAllocWriteCombined;
    if ((flags & ~kKnown) != 0) return cudaErrorInvalidValue;
    return allocate_checked(pHost, size, Origin::kPinned, flags | cudaHostAllocMapped);
  });
}

cudaError_t cudaMallocHost(void** ptr, size_t size) {
  return cudaHostAlloc(ptr, size, cudaHostAllocDefault);
}

cudaError_t cudaFreeHost(void* ptr) {
  return call([&] { return free_checked(ptr, is_pinned); });
}

cudaError_t cudaHostRegister(void* ptr, size_t size, unsigned int flags) {
  return call([&] {
    constexpr unsigned int kKnown = cudaHostRegisterPortable | cudaHostRegisterMapped |
                                    cudaHostRegisterIoMemory | cudaHostRegisterReadOnly;
    if (ptr == nullptr || size == 0 || (flags & ~kKnown) != 0) return cudaErrorInvalidValue;
    if (const cudaError_t error = refuse_during_capture(); error != cudaSuccess) return error;
    return register_range(ptr, size, flags | cudaHostRegisterMapped);
  });
}

cudaError_t cudaHostUnregister(void* ptr) {
  return call([&] {
    if (ptr == nullptr) return cudaErrorInvalidValue;
    if (const cudaError_t error = refuse_during_capture(); error != cudaSuccess) return error;
    if (!find_block(ptr)) return cudaErrorHostMemoryNotRegistered;
    if (!take_block(ptr, is_registered)) return cudaErrorInvalidValue;
    drain_all_queues(waiting());
    return cudaSuccess;
  });
}

cudaError_t cudaHostGetDevicePointer(void** pDevice, void* pHost, unsigned int flags) {
  return call([&] {
    if (pDevice == nullptr || flags != 0) return cudaErrorInvalidValue;
    const auto block = find_block(pHost);
    if (!block || memory_type(block->origin) != cudaMemoryTypeHost) return cudaErrorInvalidValue;
    *pDevice = pHost;
    return cudaSuccess;
  });
}

cudaError_t cudaHostGetFlags(unsigned int* pFlags, void* pHost) {
  return call([&] {
    if (pFlags == nullptr) return cudaErrorInvalidValue;
    const auto block = find_block(pHost);
    if (!block || memory_type(block->origin) != cudaMemoryTypeHost) return cudaErrorInvalidValue;
    *pFlags = block->flags;
    return cudaSuccess;
  });
}

cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes, const void* ptr) {
  return call([&] {
    if (attributes == nullptr) return cudaErrorInvalidValue;
    void* const address = const_cast<void*>(ptr);
    *attributes = cudaPointerAttributes{};
    attributes->device = cudaInvalidDeviceId;
    attributes->hostPointer = address;
    if (const auto block = find_block(ptr)) {
      attributes->type = memory_type(block->origin);
      attributes->device = 0;
      attributes->devicePointer = address;
      if (attributes->type == cudaMemoryTypeDevice) attributes->hostPointer = nullptr;
    }
    return cudaSuccess;
  });
}

cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
  return call([&] {
    const MemoryInfo info = memory_info();
    if (free != nullptr) *free = info.free;
    if (total != nullptr) *total = info.total;
    return cudaSuccess;
  });
}

cudaError_t cudaMemAdvise(const void* devPtr, size_t count, cudaMemoryAdvise advice,
                          cudaMemLocation /*location*/) {
  return call([&] {
    const bool known =
        advice >= cudaMemAdviseSetReadMostly && advice <= cudaMemAdviseUnsetAccessedBy;
    const bool fits = count > 0 && device_accessible(devPtr) && in_bounds(devPtr, count);
    return known && fits ? cudaSuccess : cudaErrorInvalidValue;
  });
}

// Nothing has to move. The stream is not looked at: it has another place among the arguments in
// version 12, and programs built for either version may call this.
cudaError_t cudaMemPrefetchAsync(const void* devPtr, size_t count, cudaMemLocation /*location*/,
                                 unsigned int /*flags*/, cudaStream_t /*stream*/) {
  return call([&] {
    const bool fits = count > 0 && device_accessible(devPtr) && in_bounds(devPtr, count);
    return fits ? cudaSuccess : cudaErrorInvalidValue;
  });
}

}  // extern "C"
