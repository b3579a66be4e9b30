#include "cpu/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace tenon {
namespace {

// Every index once, thread numbers in range.
void check_covers(ThreadPool& pool, int64_t count, int64_t grain) {
  std::vector<std::atomic<int>> visits(static_cast<size_t>(count));
  std::atomic<bool> in_range{true};
  pool.run(count, grain, [&](int64_t begin, int64_t end, int thread) {
    if (begin >= end || thread < 0 || thread >= pool.threads()) in_range = false;
    for (int64_t i = begin; i < end; ++i) ++visits[static_cast<size_t>(i)];
  });
  EXPECT_TRUE(in_range);
  for (int64_t i = 0; i < count; ++i) ASSERT_EQ(visits[static_cast<size_t>(i)], 1) << i;
}

TEST(ThreadPool, CoversEveryIndexOnce) {
  for (const int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    for (const int64_t count : {1, 2, 7, 100, 1001}) {
      for (const int64_t grain : {1, 3, 64, 5000}) check_covers(pool, count, grain);
    }
  }
}

TEST(ThreadPool, DoesNothingForNothing) {
  ThreadPool pool(2);
  pool.run(0, 1, [](int64_t, int64_t, int) { FAIL(); });
  pool.run(-5, 1, [](int64_t, int64_t, int) { FAIL(); });
}

TEST(ThreadPool, PiecesAreNoSmallerThanTheGrain) {
  ThreadPool pool(3);
  constexpr int64_t kCount = 1000;
  constexpr int64_t kGrain = 90;
  std::atomic<int> small{0};
  pool.run(kCount, kGrain, [&](int64_t begin, int64_t end, int) {
    if (end - begin < kGrain && end != kCount) ++small;
  });
  EXPECT_EQ(small, 0);
}

TEST(ThreadPool, WorkersWriteBeforeRunReturns) {
  ThreadPool pool(4);
  std::vector<int64_t> values(4096);
  for (int64_t round = 1; round <= 2000; ++round) {
    pool.run(static_cast<int64_t>(values.size()), 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) values[static_cast<size_t>(i)] += i;
    });
    ASSERT_EQ(values.back(), round * 4095);
    ASSERT_EQ(values[1], round);
  }
}

TEST(ThreadPool, WorkersWakeAfterASleep) {
  ThreadPool pool(2);
  for (int i = 0; i < 5; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    check_covers(pool, 64, 1);
  }
}

TEST(ThreadPool, SeveralCallersAtOnce) {
  ThreadPool pool(2);
  std::vector<std::thread> callers;
  std::atomic<int64_t> total{0};
  for (int c = 0; c < 4; ++c) {
    callers.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        pool.run(50, 1, [&](int64_t begin, int64_t end, int) { total += end - begin; });
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(total, 4 * 200 * 50);
}

TEST(ThreadPool, ALoopWithinALoopRunsOnItsThread) {
  ThreadPool pool(2);
  std::atomic<int64_t> total{0};
  pool.run(8, 1, [&](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; ++i) {
      pool.run(10, 1, [&](int64_t first, int64_t last, int) { total += last - first; });
    }
  });
  EXPECT_EQ(total, 80);
}

}  // namespace
}  // namespace tenon
