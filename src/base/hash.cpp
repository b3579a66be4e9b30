#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace tenon {

uint64_t hash_bytes(std::span<const std::byte> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

uint64_t hash_text(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

uint64_t hash_combine(uint64_t seed, uint64_t value) {
  return XXH3_64bits_withSeed(&value, sizeof value, seed);
}

}  // namespace tenon
