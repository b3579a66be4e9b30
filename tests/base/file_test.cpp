#include "base/file.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "base/error.h"

namespace tenon {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "tenon_file_test.XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path path(std::string_view name) const { return folder_ / name; }
  size_t entries() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  static void write(const fs::path& path, std::string_view a, std::string_view b = "") {
    const std::span<const std::byte> parts[] = {std::as_bytes(std::span(a)),
                                                std::as_bytes(std::span(b))};
    write_file_atomically(path, parts);
  }
  static std::string text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  fs::path folder_;
};

template <typename F>
std::string error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST_F(Files, WritesReadsAndMaps) {
  write(path("a"), "hello ", "world");
  EXPECT_EQ(text(read_file(path("a"))), "hello world");
  EXPECT_EQ(text(MappedFile(path("a")).bytes()), "hello world");
  write(path("a"), "shorter");
  EXPECT_EQ(text(read_file(path("a"))), "shorter");
  EXPECT_EQ(entries(), 1U);
  write(path("empty"), "");
  EXPECT_TRUE(read_file(path("empty")).empty());
  EXPECT_TRUE(MappedFile(path("empty")).bytes().empty());
}

TEST_F(Files, AMappingOutlivesReplacement) {
  write(path("a"), "before");
  const MappedFile old(path("a"));
  write(path("a"), "after!");
  EXPECT_EQ(text(old.bytes()), "before");
  EXPECT_EQ(text(read_file(path("a"))), "after!");
}

TEST_F(Files, PermissionsFollowTheMask) {
  const mode_t mask = ::umask(027);
  write(path("a"), "x");
  ::umask(mask);
  struct stat info;
  ASSERT_EQ(::stat(path("a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0640U);
}

TEST_F(Files, MissingPlacesAreErrorsThatNameThePath) {
  const fs::path missing = path("no/such/file");
  for (const std::string& message :
       {error_of([&] { read_file(missing); }), error_of([&] { MappedFile map(missing); }),
        error_of([&] { write(missing, "x"); })}) {
    EXPECT_NE(message.find(missing.string()), std::string::npos) << message;
    EXPECT_NE(message.find("No such file"), std::string::npos) << message;
  }
  EXPECT_NE(error_of([&] { read_file(folder_); }).find("not a file"), std::string::npos);
  EXPECT_NE(error_of([&] { MappedFile map("/dev/null"); }).find("not a file"), std::string::npos);
}

TEST_F(Files, AnUnwritableFolderIsAnError) {
  // Root may write anywhere; a folder that cannot hold files refuses it too.
  const fs::path folder = ::geteuid() == 0 ? fs::path("/proc/self") : folder_ / "locked";
  if (::geteuid() != 0) {
    fs::create_directory(folder);
    fs::permissions(folder, fs::perms::owner_read | fs::perms::owner_exec);
  }
  const std::string message = error_of([&] { write(folder / "plan", "x"); });
  EXPECT_NE(message.find((folder / "plan").string()), std::string::npos) << message;
  EXPECT_NE(message.find("cannot create"), std::string::npos) << message;
}

TEST_F(Files, AFolderInTheWayIsAnErrorAndLeavesNothingBehind) {
  fs::create_directories(path("a") / "b");
  EXPECT_NE(error_of([&] { write(path("a"), "x"); }).find("cannot rename"), std::string::npos);
  EXPECT_EQ(entries(), 1U);
}

// A limit on the size of files acts as a full disk does: write() fails part of the way.
TEST_F(Files, AFullDiskLeavesTheOldFile) {
  write(path("a"), "the old contents");
  rlimit limit;
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  const rlimit small{4096, limit.rlim_max};
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string message = error_of([&] { write(path("a"), std::string(100000, 'x')); });
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  ::signal(SIGXFSZ, handler);
  EXPECT_NE(message.find("cannot write"), std::string::npos) << message;
  EXPECT_NE(message.find(path("a").string()), std::string::npos) << message;
  EXPECT_NE(message.find(std::strerror(EFBIG)), std::string::npos) << message;
  EXPECT_EQ(text(read_file(path("a"))), "the old contents");
  EXPECT_EQ(entries(), 1U);
}

// The signal of a file that grows beyond the limit, unless ignored, is a death at a known byte.
TEST_F(Files, AWriterThatDiesLeavesTheOldFile) {
  write(path("a"), "the old contents");
  constexpr rlim_t kSize = 100000;
  for (const rlim_t at : {rlim_t{0}, rlim_t{1}, kSize / 2, kSize - 1}) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::signal(SIGXFSZ, SIG_DFL);
      const rlimit no_core{0, 0};
      ::setrlimit(RLIMIT_CORE, &no_core);
      const rlimit limit{at, at};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      write(path("a"), std::string(kSize / 2, 'x'), std::string(kSize / 2, 'y'));
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << at;
    EXPECT_EQ(WTERMSIG(status), SIGXFSZ);
    EXPECT_EQ(text(read_file(path("a"))), "the old contents") << at;
  }
  EXPECT_EQ(entries(), 5U) << "each left its unfinished file";
  write(path("a"), "new");
  EXPECT_EQ(text(read_file(path("a"))), "new");
}

}  // namespace
}  // namespace tenon
