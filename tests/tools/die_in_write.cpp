// Loaded into a program with LD_PRELOAD: kills it while it writes a file, at a known point.
//
//   DIE_AT    what the path of the file begins with
//   DIE_WHEN  half: half of a write is done; written: all writes are done, none is flushed;
//             named: the file has got its final name
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace {

bool dies(const char* when, const char* path) {
  const char* chosen = std::getenv("DIE_WHEN");
  const char* prefix = std::getenv("DIE_AT");
  return chosen != nullptr && prefix != nullptr && std::strcmp(chosen, when) == 0 &&
         std::strncmp(path, prefix, std::strlen(prefix)) == 0;
}

bool dies(const char* when, int fd) {
  char link[32] = "/proc/self/fd/";
  char digits[12];
  size_t n = 0;
  for (int rest = fd; rest > 0 || n == 0; rest /= 10) {
    digits[n++] = static_cast<char>('0' + rest % 10);
  }
  char* end = link + std::strlen(link);
  while (n > 0) *end++ = digits[--n];
  char path[PATH_MAX] = {};
  return fd >= 0 && ::readlink(link, path, sizeof path - 1) > 0 && dies(when, path);
}

void die() { ::kill(::getpid(), SIGKILL); }

}  // namespace

extern "C" {

ssize_t write(int fd, const void* data, size_t size) {
  const bool last = dies("half", fd);
  const ssize_t n = ::syscall(SYS_write, fd, data, last ? size / 2 : size);
  if (last) die();
  return n;
}

ssize_t writev(int fd, const iovec* parts, int count) {
  const bool last = dies("half", fd);
  const ssize_t n = last ? ::syscall(SYS_write, fd, parts->iov_base, parts->iov_len / 2)
                         : ::syscall(SYS_writev, fd, parts, count);
  if (last) die();
  return n;
}

int fsync(int fd) {
  if (dies("written", fd)) die();
  return static_cast<int>(::syscall(SYS_fsync, fd));
}

int rename(const char* from, const char* to) noexcept {
  const auto result = static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
  if (dies("named", to)) die();
  return result;
}

}  // extern "C"
