#include "device/device_memory.h"

namespace tenon {

DeviceMemory::DeviceMemory(Allocator& allocator, size_t bytes)
    : allocator_(&allocator), data_(bytes ? allocator.allocate(bytes) : nullptr), bytes_(bytes) {}

DeviceMemory& DeviceMemory::operator=(DeviceMemory&& other) noexcept {
  if (this == &other) return *this;
  reset();
  allocator_ = std::exchange(other.allocator_, nullptr);
  data_ = std::exchange(other.data_, nullptr);
  bytes_ = std::exchange(other.bytes_, 0);
  return *this;
}

void DeviceMemory::reset() noexcept {
  if (data_) allocator_->release(data_);
  data_ = nullptr;
  bytes_ = 0;
}

}  // namespace tenon
