#include "api/allocator.h"

namespace tenon::api {

void* UserAllocator::allocate(size_t bytes) {
  void* memory = allocator_.allocateAsync(bytes, kDeviceAlignment, 0, nullptr);
  if (memory == nullptr) {
    fail(ErrorCode::kOutOfMemory, "the allocator has no {} bytes", bytes);
  }
  if (reinterpret_cast<uintptr_t>(memory) % kDeviceAlignment != 0) {
    allocator_.deallocateAsync(memory, nullptr);
    fail(ErrorCode::kOutOfMemory, "the allocator gave memory that is not aligned to {} bytes",
         kDeviceAlignment);
  }
  return memory;
}

void UserAllocator::release(void* memory) noexcept {
  if (memory) allocator_.deallocateAsync(memory, nullptr);
}

}  // namespace tenon::api
