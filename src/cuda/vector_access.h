#pragma once

#include <cstddef>
#include <cstdint>

namespace tenon {

// What a thread reads or writes at once at most; the address has to be a multiple of it.
constexpr size_t kVectorBytes = 16;

inline bool begins_aligned(const void* address) {
  return reinterpret_cast<uintptr_t>(address) % kVectorBytes == 0;
}

}  // namespace tenon
