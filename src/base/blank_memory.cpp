#include "base/blank_memory.h"

#include <sys/mman.h>

#include <utility>

#include "base/error.h"

namespace tenon {

// The system maps one page of zeros wherever memory is read that was never written.
BlankMemory::BlankMemory(size_t bytes) {
  if (bytes == 0) return;
  void* data =
      ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED) fail(ErrorCode::kOutOfMemory, "no addresses for {} bytes", bytes);
  bytes_ = {static_cast<const std::byte*>(data), bytes};
}

BlankMemory::~BlankMemory() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

BlankMemory::BlankMemory(BlankMemory&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

BlankMemory& BlankMemory::operator=(BlankMemory&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

}  // namespace tenon
