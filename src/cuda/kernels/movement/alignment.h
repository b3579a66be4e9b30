#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>

namespace tenon {

// The largest power of two up to 16 that divides all the distances and addresses or-ed into `bits`.
inline int common_unit(uint64_t bits) { return 1 << std::min(std::countr_zero(bits), 4); }

inline int common_unit(std::span<const int64_t> distances) {
  uint64_t bits = 0;
  for (const int64_t d : distances) bits |= static_cast<uint64_t>(d);
  return common_unit(bits);
}

inline uint64_t address_bits(const void* pointer) { return reinterpret_cast<uint64_t>(pointer); }

}  // namespace tenon
