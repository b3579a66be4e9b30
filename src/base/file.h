#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace tenon {

// Writes the parts one after another to a temporary file beside `path`, flushes it to the disk and
// renames it into place: readers see the old file or the whole new one, whatever happens in
// between. Throws Error naming the path and the system's reason (a full disk, no permission).
void write_file_atomically(const std::filesystem::path& path,
                           std::span<const std::span<const std::byte>> parts);

// The whole file. Throws Error naming the path.
std::vector<std::byte> read_file(const std::filesystem::path& path);

// A file's bytes, mapped read-only. Throws Error naming the path.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace tenon
