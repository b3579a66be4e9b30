#pragma once

#include <NvInferRuntime.h>

#include "device/device.h"

namespace tenon::api {

// Device memory through the program's IGpuAllocator.
class UserAllocator : public Allocator {
 public:
  explicit UserAllocator(nvinfer1::IGpuAllocator& allocator) : allocator_(allocator) {}
  void* allocate(size_t bytes) override;
  void release(void* memory) noexcept override;

 private:
  nvinfer1::IGpuAllocator& allocator_;
};

}  // namespace tenon::api
