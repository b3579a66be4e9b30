// Every allocation and registered range that the runtime knows.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "driver_types.h"

namespace tenon::hostcuda {

enum class Origin { kDevice, kManaged, kPinned, kRegistered, kPool };

struct Block {
  void* base = nullptr;
  size_t size = 0;
  Origin origin = Origin::kDevice;
  unsigned int flags = 0;
  cudaMemPool_t pool = nullptr;  // of kPool: where it is accounted
};

// Memory aligned to 256 bytes (to huge pages where it is large), null when the machine has not
// enough. Given back with release_bytes.
void* reserve_bytes(size_t size);
void release_bytes(void* base);

// Allocates and registers; null when the machine has not enough memory.
void* allocate(size_t size, Origin origin, unsigned int flags, cudaMemPool_t pool = nullptr);

// Takes a block that starts at `base` out of the map when `accept` holds for it; its memory stays.
std::optional<Block> take_block(const void* base, bool (*accept)(const Block&));

// The block that contains the address.
std::optional<Block> find_block(const void* address);

// Registers memory that the program owns. cudaErrorHostMemoryAlreadyRegistered where it overlaps a
// registered range, cudaErrorInvalidValue where it overlaps an allocation.
cudaError_t register_range(void* base, size_t size, unsigned int flags);

// Whether the device may use the address: it lies in any known block.
bool device_accessible(const void* address);

// Whether [address, address + size) stays within the allocation that `address` lies in; true for
// addresses of no allocation.
bool in_bounds(const void* address, size_t size);

// Bytes of memory in all and still free, for this process.
struct MemoryInfo {
  size_t free;
  size_t total;
};
MemoryInfo memory_info();

// Frees every allocation and forgets every range.
void release_all_blocks();

}  // namespace tenon::hostcuda
