// Stream-ordered memory and its pools. The allocator of the C library keeps and reuses freed memory
// already, so a pool here only keeps accounts: it reserves nothing of its own.
#include "hostcuda/pool.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <mutex>

#include "cuda_runtime_api.h"
#include "hostcuda/call.h"
#include "hostcuda/capture.h"
#include "hostcuda/memory_map.h"
#include "hostcuda/registry.h"
#include "hostcuda/stream.h"

struct CUmemPoolHandle_st {
  size_t max_size = 0;  // 0: no limit
  std::mutex mutex;     // guards what follows
  uint64_t used = 0;
  uint64_t used_high = 0;
  uint64_t release_threshold = 0;
  int reuse[3] = {1, 1, 1};  // by cudaMemPoolAttr, from 1
  cudaMemAccessFlags access = cudaMemAccessFlagsProtReadWrite;
};

namespace tenon::hostcuda {
namespace {

using Pool = CUmemPoolHandle_st;

const std::shared_ptr<Pool>& default_pool() {
  static const auto* const pool = [] {
    auto* p = new std::shared_ptr<Pool>(std::make_shared<Pool>());
    registry<Pool>().add(*p);
    return p;
  }();
  return *pool;
}

std::atomic<cudaMemPool_t> current_pool{nullptr};

cudaMemPool_t current() {
  const cudaMemPool_t pool = current_pool.load();
  return pool != nullptr ? pool : default_pool().get();
}

bool reserve_in(Pool& pool, size_t size) {
  std::lock_guard lock(pool.mutex);
  if (pool.max_size != 0 && size > pool.max_size - std::min<uint64_t>(pool.used, pool.max_size)) {
    return false;
  }
  pool.used += size;
  pool.used_high = std::max(pool.used_high, pool.used);
  return true;
}

bool is_freeable(const Block& block) {
  return block.origin == Origin::kDevice || block.origin == Origin::kManaged ||
         block.origin == Origin::kPool;
}

void give_back(const Block& block) {
  if (block.pool != nullptr) account_free(block.pool, block.size);
  release_bytes(block.base);
}

// Memory of a graph: freed with the last of the graph and its executables.
cudaError_t allocate_in_capture(void** address, size_t size, CUstream_st& stream,
                                cudaMemPool_t pool) {
  void* const base = allocate(size, Origin::kPool, 0, pool);
  if (base == nullptr) {
    account_free(pool, size);
    return cudaErrorMemoryAllocation;
  }
  const std::shared_ptr<const void> memory(base, [](void* p) {
    if (const auto block = take_block(p, is_freeable)) give_back(*block);
  });
  const cudaError_t error = capture_work(stream, AllocWork{base, memory});
  if (error == cudaSuccess) *address = base;
  return error;
}

cudaError_t allocate_async(void** address, size_t size, cudaMemPool_t handle,
                           cudaStream_t stream_handle) {
  if (address == nullptr) return cudaErrorInvalidValue;
  *address = nullptr;
  const auto stream = find_stream(stream_handle);
  if (stream == nullptr) return cudaErrorInvalidResourceHandle;
  default_pool();
  const auto pool = registry<Pool>().find(handle);
  if (pool == nullptr) return cudaErrorInvalidValue;
  if (size == 0) return cudaSuccess;
  if (stream.get() == &legacy_stream()) {
    if (const cudaError_t error = refuse_legacy_during_capture(); error != cudaSuccess) {
      return error;
    }
  }
  if (!reserve_in(*pool, size)) return cudaErrorMemoryAllocation;
  if (stream->capturing.load()) return allocate_in_capture(address, size, *stream, handle);
  *address = allocate(size, Origin::kPool, 0, handle);
  if (*address != nullptr) return cudaSuccess;
  account_free(handle, size);
  return cudaErrorMemoryAllocation;
}

cudaError_t free_async(void* address, cudaStream_t handle) {
  const auto stream = find_stream(handle);
  if (stream == nullptr) return cudaErrorInvalidResourceHandle;
  if (address == nullptr) return cudaSuccess;
  if (stream->capturing.load()) {
    const auto block = find_block(address);
    if (!block || block->base != address) return cudaErrorInvalidValue;
    return capture_work(*stream, FreeWork{address});
  }
  if (stream.get() == &legacy_stream()) {
    if (const cudaError_t error = refuse_legacy_during_capture(); error != cudaSuccess) {
      return error;
    }
  }
  const auto block = take_block(address, is_freeable);
  if (!block) return cudaErrorInvalidValue;
  if (block->pool != nullptr) account_free(block->pool, block->size);
  return enqueue(*stream, Op([base = block->base] { release_bytes(base); }));
}

uint64_t* number_attribute(Pool& pool, cudaMemPoolAttr attr) {
  switch (attr) {
    case cudaMemPoolAttrReleaseThreshold: return &pool.release_threshold;
    case cudaMemPoolAttrReservedMemCurrent:
    case cudaMemPoolAttrUsedMemCurrent: return &pool.used;
    case cudaMemPoolAttrReservedMemHigh:
    case cudaMemPoolAttrUsedMemHigh: return &pool.used_high;
    default: return nullptr;
  }
}

bool is_reuse(cudaMemPoolAttr attr) {
  return attr >= cudaMemPoolReuseFollowEventDependencies &&
         attr <= cudaMemPoolReuseAllowInternalDependencies;
}

// High-water marks can be reset to 0, current values not set at all.
cudaError_t set_attribute(Pool& pool, cudaMemPoolAttr attr, const void* value) {
  std::lock_guard lock(pool.mutex);
  if (is_reuse(attr)) {
    pool.reuse[attr - 1] = *static_cast<const int*>(value);
    return cudaSuccess;
  }
  const uint64_t number = number_attribute(pool, attr) ? *static_cast<const uint64_t*>(value) : 0;
  switch (attr) {
    case cudaMemPoolAttrReleaseThreshold: pool.release_threshold = number; return cudaSuccess;
    case cudaMemPoolAttrReservedMemHigh:
    case cudaMemPoolAttrUsedMemHigh:
      if (number != 0) return cudaErrorInvalidValue;
      pool.used_high = pool.used;
      return cudaSuccess;
    default: return cudaErrorInvalidValue;
  }
}

cudaError_t get_attribute(Pool& pool, cudaMemPoolAttr attr, void* value) {
  std::lock_guard lock(pool.mutex);
  if (is_reuse(attr)) {
    *static_cast<int*>(value) = pool.reuse[attr - 1];
    return cudaSuccess;
  }
  const uint64_t* const number = number_attribute(pool, attr);
  if (number == nullptr) return cudaErrorInvalidValue;
  *static_cast<uint64_t*>(value) = *number;
  return cudaSuccess;
}

// Calls f(pool) for a live pool.
template <class F>
cudaError_t with_pool(cudaMemPool_t handle, F f) {
  default_pool();
  const auto pool = registry<Pool>().find(handle);
  return pool == nullptr ? cudaErrorInvalidValue : f(*pool);
}

cudaError_t give_pool(cudaMemPool_t* memPool, int device, cudaMemPool_t pool) {
  if (memPool == nullptr) return cudaErrorInvalidValue;
  if (device != 0) return cudaErrorInvalidDevice;
  *memPool = pool;
  return cudaSuccess;
}

}  // namespace

void account_free(cudaMemPool_t handle, size_t size) {
  const auto pool = registry<Pool>().find(handle);
  if (pool == nullptr) return;
  std::lock_guard lock(pool->mutex);
  pool->used -= size;
}

void reset_pools() {
  current_pool.store(nullptr);
  registry<Pool>().remove_all();
  registry<Pool>().add(default_pool());
}

}  // namespace tenon::hostcuda

using namespace tenon::hostcuda;

extern "C" {

cudaError_t cudaMallocAsync(void** devPtr, size_t size, cudaStream_t hStream) {
  return call([&] { return allocate_async(devPtr, size, current(), hStream); });
}

cudaError_t cudaMallocFromPoolAsync(void** ptr, size_t size, cudaMemPool_t memPool,
                                    cudaStream_t stream) {
  return call([&] { return allocate_async(ptr, size, memPool, stream); });
}

cudaError_t cudaFreeAsync(void* devPtr, cudaStream_t hStream) {
  return call([&] { return free_async(devPtr, hStream); });
}

cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t* memPool, int device) {
  return call([&] { return give_pool(memPool, device, default_pool().get()); });
}

cudaError_t cudaDeviceGetMemPool(cudaMemPool_t* memPool, int device) {
  return call([&] { return give_pool(memPool, device, current()); });
}

cudaError_t cudaDeviceSetMemPool(int device, cudaMemPool_t memPool) {
  return call([&] {
    if (device != 0) return cudaErrorInvalidDevice;
    return with_pool(memPool, [](CUmemPoolHandle_st& pool) {
      current_pool.store(&pool);
      return cudaSuccess;
    });
  });
}

cudaError_t cudaMemPoolCreate(cudaMemPool_t* memPool, const cudaMemPoolProps* poolProps) {
  return call([&] {
    if (memPool == nullptr || poolProps == nullptr ||
        poolProps->allocType != cudaMemAllocationTypePinned) {
      return cudaErrorInvalidValue;
    }
    if (poolProps->handleTypes != cudaMemHandleTypeNone) return cudaErrorNotSupported;
    auto pool = std::make_shared<CUmemPoolHandle_st>();
    pool->max_size = poolProps->maxSize;
    *memPool = registry<CUmemPoolHandle_st>().add(std::move(pool));
    return cudaSuccess;
  });
}

cudaError_t cudaMemPoolDestroy(cudaMemPool_t memPool) {
  return call([&] {
    if (memPool == default_pool().get()) return cudaErrorInvalidValue;
    if (registry<CUmemPoolHandle_st>().remove(memPool) == nullptr) return cudaErrorInvalidValue;
    cudaMemPool_t was = memPool;
    current_pool.compare_exchange_strong(was, nullptr);
    return cudaSuccess;
  });
}

// There is nothing to trim: freed memory is not kept.
cudaError_t cudaMemPoolTrimTo(cudaMemPool_t memPool, size_t /*minBytesToKeep*/) {
  return call([&] { return with_pool(memPool, [](CUmemPoolHandle_st&) { return cudaSuccess; }); });
}

cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t memPool, cudaMemPoolAttr attr, void* value) {
  return call([&] {
    if (value == nullptr) return cudaErrorInvalidValue;
    return with_pool(memPool,
                     [&](CUmemPoolHandle_st& pool) { return set_attribute(pool, attr, value); });
  });
}

cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t memPool, cudaMemPoolAttr attr, void* value) {
  return call([&] {
    if (value == nullptr) return cudaErrorInvalidValue;
    return with_pool(memPool,
                     [&](CUmemPoolHandle_st& pool) { return get_attribute(pool, attr, value); });
  });
}

cudaError_t cudaMemPoolSetAccess(cudaMemPool_t memPool, const cudaMemAccessDesc* descList,
                                 size_t count) {
  return call([&] {
    if (descList == nullptr && count > 0) return cudaErrorInvalidValue;
    return with_pool(memPool, [&](CUmemPoolHandle_st& pool) {
      std::lock_guard lock(pool.mutex);
      for (size_t i = 0; i < count; ++i) {
        if (descList[i].location.type != cudaMemLocationTypeDevice) return cudaErrorInvalidValue;
        if (descList[i].location.id != 0) return cudaErrorInvalidDevice;
        pool.access = descList[i].flags;
      }
      return cudaSuccess;
    });
  });
}

cudaError_t cudaMemPoolGetAccess(cudaMemAccessFlags* flags, cudaMemPool_t memPool,
                                 cudaMemLocation* location) {
  return call([&] {
    if (flags == nullptr || location == nullptr || location->type != cudaMemLocationTypeDevice) {
      return cudaErrorInvalidValue;
    }
    if (location->id != 0) return cudaErrorInvalidDevice;
    return with_pool(memPool, [&](CUmemPoolHandle_st& pool) {
      std::lock_guard lock(pool.mutex);
      *flags = pool.access;
      return cudaSuccess;
    });
  });
}

}  // extern "C"
