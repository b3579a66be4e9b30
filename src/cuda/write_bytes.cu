#include <algorithm>
#include <cstdint>
#include <cstring>

#include "cuda/dependent_launch.h"
#include "cuda/write_bytes.h"

namespace tenon {
namespace {

constexpr size_t kAtOnce = 2048;  // of the 4096 bytes of parameters that every GPU takes

struct Bytes {
  unsigned char data[kAtOnce];
};

__global__ void write_bytes_kernel(unsigned char* to, Bytes from, int count) {
  for (int i = threadIdx.x; i < count; i += blockDim.x) to[i] = from.data[i];
}

__global__ void fill(FillParams p) {
  follow_producers();
  for (unsigned i = threadIdx.x; i < p.count; i += blockDim.x) {
    switch (p.element_size) {
      case 1: static_cast<uint8_t*>(p.to)[i] = static_cast<uint8_t>(p.value); break;
      case 2: static_cast<uint16_t*>(p.to)[i] = static_cast<uint16_t>(p.value); break;
      default: static_cast<uint32_t*>(p.to)[i] = p.value;
    }
  }
}

}  // namespace

const void* fill_kernel() { return reinterpret_cast<const void*>(fill); }

void write_bytes(void* to, std::span<const std::byte> from, cudaStream_t stream) {
  for (size_t at = 0; at < from.size(); at += kAtOnce) {
    Bytes bytes;
    const size_t count = std::min(kAtOnce, from.size() - at);
    std::memcpy(bytes.data, from.data() + at, count);
    write_bytes_kernel<<<1, 128, 0, stream>>>(static_cast<unsigned char*>(to) + at, bytes,
                                              static_cast<int>(count));
  }
}

}  // namespace tenon
