#pragma once

#include <cstddef>
#include <utility>

#include "device/device.h"

namespace tenon {

// Device memory from an allocator, given back when the object goes.
class DeviceMemory {
 public:
  DeviceMemory() = default;
  DeviceMemory(Allocator& allocator, size_t bytes);
  ~DeviceMemory() { reset(); }
  DeviceMemory(DeviceMemory&& other) noexcept { *this = std::move(other); }
  DeviceMemory& operator=(DeviceMemory&& other) noexcept;
  void* data() const { return data_; }
  size_t bytes() const { return bytes_; }
  void reset() noexcept;

 private:
  Allocator* allocator_ = nullptr;
  void* data_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace tenon
