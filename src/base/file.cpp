#include "base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace tenon {
namespace {

[[noreturn]] void system_error(const std::filesystem::path& path, const char* doing) {
  const int code = errno;
  throw Error(ErrorCode::kInvalidArgument, path.string(),
              fmt::format("{}: {}", doing, std::strerror(code)));
}

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

void write_all(int fd, std::span<const std::byte> data, const std::filesystem::path& path) {
  while (!data.empty()) {
    const ssize_t n = ::write(fd, data.data(), data.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) system_error(path, "cannot write");
    data = data.subspan(static_cast<size_t>(n));
  }
}

size_t size_of(int fd, const std::filesystem::path& path) {
  struct stat info;
  if (::fstat(fd, &info) != 0) system_error(path, "cannot read");
  if (!S_ISREG(info.st_mode)) throw Error(ErrorCode::kInvalidArgument, path.string(), "not a file");
  return static_cast<size_t>(info.st_size);
}

}  // namespace

void write_file_atomically(const std::filesystem::path& path,
                           std::span<const std::span<const std::byte>> parts) {
  std::string temporary = path.string() + ".XXXXXX";
  Descriptor file{::mkstemp(temporary.data())};
  if (file.fd < 0) system_error(path, "cannot create");
  try {
    for (const auto part : parts) write_all(file.fd, part, path);
    const mode_t mask = ::umask(0);
    ::umask(mask);
    if (::fchmod(file.fd, 0666 & ~mask) != 0) system_error(path, "cannot set permissions");
    if (::fsync(file.fd) != 0) system_error(path, "cannot flush");
    if (::rename(temporary.c_str(), path.c_str()) != 0) system_error(path, "cannot rename");
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
}

std::vector<std::byte> read_file(const std::filesystem::path& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) system_error(path, "cannot open");
  std::vector<std::byte> data(size_of(file.fd, path));
  size_t at = 0;
  while (at < data.size()) {
    const ssize_t n = ::read(file.fd, data.data() + at, data.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) system_error(path, "cannot read");
    if (n == 0) break;
    at += static_cast<size_t>(n);
  }
  data.resize(at);
  return data;
}

MappedFile::MappedFile(const std::filesystem::path& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) system_error(path, "cannot open");
  const size_t size = size_of(file.fd, path);
  if (size == 0) return;
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.fd, 0);
  if (data == MAP_FAILED) system_error(path, "cannot map");
  bytes_ = {static_cast<const std::byte*>(data), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace tenon
