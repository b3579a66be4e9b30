#pragma once

#include <cstddef>
#include <span>

namespace tenon {

// Zeros to read that take up addresses but no memory.
class BlankMemory {
 public:
  BlankMemory() = default;
  // Throws Error{kOutOfMemory}.
  explicit BlankMemory(size_t bytes);
  ~BlankMemory();
  BlankMemory(BlankMemory&& other) noexcept;
  BlankMemory& operator=(BlankMemory&& other) noexcept;

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace tenon
