#include "build/memory_planner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace tenon {
namespace {

uint64_t aligned(uint64_t bytes) {
  return (bytes + kPlanAlignment - 1) / kPlanAlignment * kPlanAlignment;
}

// Of a program on one stream.
uint64_t plan(std::vector<ArenaBuffer>& buffers) {
  return plan_memory(buffers, [&](size_t a, size_t b) {
    return buffers[a].first <= buffers[b].last && buffers[b].first <= buffers[a].last;
  });
}

// The most that is alive at one step: no plan can be smaller.
uint64_t lower_bound(const std::vector<ArenaBuffer>& buffers) {
  uint64_t most = 0;
  for (const ArenaBuffer& at : buffers) {
    uint64_t live = 0;
    for (const ArenaBuffer& b : buffers) {
      if (b.first <= at.first && at.first <= b.last) live += aligned(b.bytes);
    }
    most = std::max(most, live);
  }
  return most;
}

void expect_sound(const std::vector<ArenaBuffer>& buffers, uint64_t arena) {
  for (size_t i = 0; i < buffers.size(); ++i) {
    const ArenaBuffer& a = buffers[i];
    EXPECT_EQ(a.offset % kPlanAlignment, 0U);
    EXPECT_LE(a.offset + a.bytes, arena);
    for (size_t j = 0; j < i; ++j) {
      const ArenaBuffer& b = buffers[j];
      const bool together = a.first <= b.last && b.first <= a.last;
      const bool apart = a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset;
      EXPECT_TRUE(!together || apart) << i << " and " << j;
    }
  }
}

TEST(MemoryPlanner, NothingTakesNothing) {
  std::vector<ArenaBuffer> none;
  EXPECT_EQ(plan(none), 0U);
}

TEST(MemoryPlanner, AChainPingPongsBetweenTwoPlaces) {
  std::vector<ArenaBuffer> chain;
  for (int64_t i = 0; i < 10; ++i) chain.push_back({.bytes = 1000, .first = i, .last = i + 1});
  EXPECT_EQ(plan(chain), 2048U);
  expect_sound(chain, 2048);
}

TEST(MemoryPlanner, SmallOnesFillGaps) {
  std::vector<ArenaBuffer> buffers{{.bytes = 2560, .first = 0, .last = 9},
                                   {.bytes = 1280, .first = 0, .last = 4},
                                   {.bytes = 512, .first = 5, .last = 9},
                                   {.bytes = 768, .first = 5, .last = 9}};
  EXPECT_EQ(plan(buffers), 3840U);
  expect_sound(buffers, 3840);
}

TEST(MemoryPlanner, RandomLifetimes) {
  std::mt19937 random(11);
  double sum = 0;
  constexpr int kRounds = 200;
  for (int round = 0; round < kRounds; ++round) {
    const size_t count = 1 + random() % 60;
    std::vector<ArenaBuffer> buffers;
    for (size_t i = 0; i < count; ++i) {
      const auto first = static_cast<int64_t>(random() % 40);
      const auto length = static_cast<int64_t>(random() % (i % 5 == 0 ? 20 : 3));
      const uint64_t bytes = random() % 8 == 0 ? 0 : 1 + random() % 5000;
      buffers.push_back({.bytes = bytes, .first = first, .last = first + length});
    }
    const uint64_t arena = plan(buffers);
    expect_sound(buffers, arena);
    const uint64_t bound = lower_bound(buffers);
    ASSERT_GE(arena, bound);
    ASSERT_LE(arena, 2 * bound) << "round " << round;
    sum += bound == 0 ? 1 : static_cast<double>(arena) / static_cast<double>(bound);
  }
  EXPECT_LE(sum / kRounds, 1.1);
}

}  // namespace
}  // namespace tenon
