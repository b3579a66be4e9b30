#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tenon {

// XXH3 of the bytes: stable across machines and releases, so it may be written to files.
uint64_t hash_bytes(std::span<const std::byte> bytes);
uint64_t hash_text(std::string_view text);
uint64_t hash_combine(uint64_t seed, uint64_t value);

}  // namespace tenon
