#pragma once

#include <cstdint>

namespace tenon {

// Division of numbers below 2^31 by a number that is known before the kernel runs: a multiplication
// and a shift.
struct FastDivisor {
  uint32_t divisor = 1;
  uint32_t multiplier = 1;
  uint32_t shift = 0;

  FastDivisor() = default;
  explicit FastDivisor(int64_t d) : divisor(d > 0 ? static_cast<uint32_t>(d) : 1) {
    while (shift < 31 && (uint64_t{1} << shift) < divisor) ++shift;
    multiplier = static_cast<uint32_t>(
        ((uint64_t{1} << 32) * ((uint64_t{1} << shift) - divisor)) / divisor + 1);
  }

#ifdef __CUDACC__
  __device__ int quotient(int n) const {
    const auto u = static_cast<uint32_t>(n);
    return static_cast<int>((__umulhi(u, multiplier) + u) >> shift);
  }
  // n / divisor; `rest` becomes n % divisor.
  __device__ int divide(int n, int& rest) const {
    const int q = quotient(n);
    rest = n - q * static_cast<int>(divisor);
    return q;
  }
#endif
};

}  // namespace tenon
