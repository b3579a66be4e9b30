#pragma once

#include "cuda/cuda_device.h"

namespace tenon {

// Zeros on the first GPU.
class Memory {
 public:
  explicit Memory(size_t bytes) : data_(cuda_device().default_allocator().allocate(bytes + 64)) {
    cuda_device().fill_zero(data_, bytes);
  }
  ~Memory() { cuda_device().default_allocator().release(data_); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  void* data() const { return data_; }

 private:
  void* data_;
};

}  // namespace tenon
