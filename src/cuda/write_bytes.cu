#include <algorithm>
#include <cstring>

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

}  // namespace

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
