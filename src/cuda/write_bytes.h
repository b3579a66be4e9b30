#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <span>

namespace tenon {

// Enqueues a write of the bytes to device memory. They travel as kernel parameters: they need not
// outlive the call, and a captured write keeps them.
void write_bytes(void* to, std::span<const std::byte> from, cudaStream_t stream);

}  // namespace tenon
