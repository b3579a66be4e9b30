#pragma once

#include <cstdint>

namespace tenon {

// Division of numbers below 2^31 by a divisor below 2^31, by a multiplication on the GPU:
// n / d = (high(n * magic) + n) >> shift.
struct FastDivisor {
  uint32_t divisor = 1;
  uint32_t magic = 0;
  uint32_t shift = 0;

  FastDivisor() = default;
  explicit FastDivisor(uint32_t d) : divisor(d) {
    while (shift < 31 && (uint32_t{1} << shift) < d) ++shift;
    magic = static_cast<uint32_t>((uint64_t{1} << 32) * ((uint64_t{1} << shift) - d) / d + 1);
  }

#ifdef __CUDACC__
  __device__ uint32_t quotient(uint32_t n) const { return (__umulhi(n, magic) + n) >> shift; }
  // The quotient; `rest` is what is left.
  __device__ uint32_t divide(uint32_t n, uint32_t& rest) const {
    const uint32_t q = quotient(n);
    rest = n - q * divisor;
    return q;
  }
#endif
};

}  // namespace tenon
