#include "build/parallel_for.h"

#include <gtest/gtest.h>

#include <atomic>

#include "base/error.h"
#include "fake_device.h"

namespace tenon {
namespace {

TEST(ParallelFor, DoesEachOnce) {
  testing::FakeDevice device;
  for (const int threads : {1, 4}) {
    std::vector<std::atomic<int>> done(100);
    parallel_for(done.size(), threads, device, [&](size_t i) { ++done[i]; });
    for (const auto& count : done) EXPECT_EQ(count, 1);
  }
  parallel_for(0, 4, device, [](size_t) { FAIL(); });
}

TEST(ParallelFor, ThrowsWhatACallThrew) {
  testing::FakeDevice device;
  for (const int threads : {1, 4}) {
    const auto fails = [](size_t i) {
      if (i == 7) fail("seven");
    };
    EXPECT_THROW(parallel_for(100, threads, device, fails), Error);
  }
}

}  // namespace
}  // namespace tenon
