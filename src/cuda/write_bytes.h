#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <span>

namespace tenon {

// Enqueues a write of the bytes to device memory. They travel as kernel parameters: they need not
// outlive the call, and a captured write keeps them.
void write_bytes(void* to, std::span<const std::byte> from, cudaStream_t stream);

// The kernel that does what a memset of one row does, for a block of kFillThreads threads. It waits
// for the kernels before it itself, so it may be launched as their dependent.
struct FillParams {
  void* to = nullptr;
  unsigned value = 0;         // of an element
  unsigned element_size = 1;  // 1, 2 or 4 bytes
  unsigned count = 0;
};
inline constexpr unsigned kFillThreads = 32;
const void* fill_kernel();

}  // namespace tenon
