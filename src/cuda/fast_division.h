#pragma once

#include <cstdint>

namespace tenon {

// Division of numbers below 2^31 by one that is known before the kernel runs, by a multiplication
// (Granlund and Montgomery 1994): n / d = (high(n * magic) + n) >> shift.
struct FastDivisor {
  uint32_t divisor = 1;
  uint32_t magic = 1;
  uint32_t shift = 0;

  FastDivisor() = default;
  // Of d in [1, 2^31); less, which a problem of no elements may have, counts as 1.
  explicit FastDivisor(int64_t d) : divisor(d > 0 ? static_cast<uint32_t>(d) : 1) {
    while (shift < 31 && (uint32_t{1} << shift) < divisor) ++shift;
    const uint64_t excess = (uint64_t{1} << shift) - divisor;
    magic = static_cast<uint32_t>((excess << 32) / divisor + 1);
  }

#ifdef __CUDACC__
  __device__ uint32_t quotient(uint32_t n) const { return (__umulhi(n, magic) + n) >> shift; }
  __device__ int quotient(int n) const {
    return static_cast<int>(quotient(static_cast<uint32_t>(n)));
  }
  // The quotient; `rest`, which may be n itself, is what is left.
  __device__ uint32_t divide(uint32_t n, uint32_t& rest) const {
    const uint32_t q = quotient(n);
    rest = n - q * divisor;
    return q;
  }
  __device__ int divide(int n, int& rest) const {
    const int q = quotient(n);
    rest = n - q * static_cast<int>(divisor);
    return q;
  }
#endif
};

}  // namespace tenon
