// Schedules of random graphs, and what is known to happen before what in them, against a search
// through the graph of order and waits.
#include "build/schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "build/lifetime.h"

namespace tenon {
namespace {

struct Steps {
  std::vector<double> seconds;
  std::vector<std::vector<size_t>> after;
};

Steps random_steps(std::mt19937& random, size_t count) {
  Steps steps;
  const auto most = 1 + random() % 4;
  for (size_t i = 0; i < count; ++i) {
    steps.seconds.push_back(1e-6 * static_cast<double>(random() % 30));
    std::vector<size_t>& after = steps.after.emplace_back();
    for (size_t k = i == 0 ? 0 : random() % (most + 1); k > 0; --k) {
      after.push_back(i - 1 - random() % std::min<size_t>(i, 12));
    }
    std::ranges::sort(after);
    after.erase(std::unique(after.begin(), after.end()), after.end());
  }
  return steps;
}

// before[b][a]: whether a path of stream orders and waits leads from a to b.
std::vector<std::vector<bool>> reachable(const Schedule& s) {
  const size_t n = s.order.size();
  std::vector<std::vector<bool>> before(n, std::vector<bool>(n, false));
  for (size_t b = 0; b < n; ++b) {
    const auto through = [&](size_t a) {
      before[b][a] = true;
      for (size_t x = 0; x < a; ++x) before[b][x] = before[b][x] || before[a][x];
    };
    for (size_t a = 0; a < b; ++a) {
      if (s.streams[a] == s.streams[b]) through(a);
    }
    for (const int64_t w : s.waits[b]) through(static_cast<size_t>(w));
  }
  return before;
}

TEST(Schedule, OfAChainStaysOnOneStream) {
  const Schedule s = schedule_steps({5e-6, 6e-6, 7e-6}, {{}, {0}, {1}}, 3, 1e-6);
  EXPECT_EQ(s.auxiliary_streams, 0);
  EXPECT_EQ(s.order, (std::vector<size_t>{0, 1, 2}));
  EXPECT_DOUBLE_EQ(s.seconds, 18e-6);
}

TEST(Schedule, PutsBranchesSideBySide) {
  // One step, two branches of unlike length, one step.
  const std::vector<std::vector<size_t>> after{{}, {0}, {0}, {2}, {1, 3}};
  const Schedule s = schedule_steps({1e-6, 8e-6, 5e-6, 5e-6, 1e-6}, after, 3, 1e-6);
  EXPECT_EQ(s.auxiliary_streams, 1);
  EXPECT_EQ(s.order, (std::vector<size_t>{0, 2, 1, 3, 4}));
  EXPECT_EQ(s.streams, (std::vector<int64_t>{0, 0, 1, 0, 0}));
  EXPECT_EQ(s.waits, (std::vector<std::vector<int64_t>>{{}, {}, {0}, {}, {2}}));
  EXPECT_NEAR(s.seconds, 12e-6, 1e-12);
}

TEST(Schedule, LeavesBranchesAloneThatAreNotWorthIt) {
  const std::vector<std::vector<size_t>> after{{}, {0}, {0}, {1, 2}};
  EXPECT_EQ(schedule_steps({1e-6, 8e-6, 1e-6, 1e-6}, after, 3, 5e-6).auxiliary_streams, 0);
  EXPECT_EQ(schedule_steps({1e-6, 8e-6, 9e-6, 1e-6}, after, 0, 1e-6).auxiliary_streams, 0);
}

TEST(Schedule, OfRandomGraphsRespectsThem) {
  std::mt19937 random(5);
  int with_streams = 0;
  for (int round = 0; round < 300; ++round) {
    SCOPED_TRACE(round);
    const Steps steps = random_steps(random, 1 + random() % 60);
    const int most = static_cast<int>(random() % 4);
    const Schedule s = schedule_steps(steps.seconds, steps.after, most, 1e-6);
    ASSERT_EQ(s, schedule_steps(steps.seconds, steps.after, most, 1e-6));
    std::vector<size_t> sorted = s.order;
    std::ranges::sort(sorted);
    std::vector<size_t> all(steps.seconds.size());
    std::iota(all.begin(), all.end(), size_t{0});
    ASSERT_EQ(sorted, all);
    ASSERT_LE(s.auxiliary_streams, most);
    ASSERT_LE(s.seconds, std::accumulate(steps.seconds.begin(), steps.seconds.end(), 1e-12));
    with_streams += s.auxiliary_streams > 0 ? 1 : 0;
    for (const int64_t stream : s.streams) {
      ASSERT_TRUE(stream >= 0 && stream <= s.auxiliary_streams);
    }
    std::vector<size_t> place(all.size());
    for (size_t i = 0; i < all.size(); ++i) place[s.order[i]] = i;
    const auto before = reachable(s);
    for (size_t i = 0; i < all.size(); ++i) {
      for (const size_t p : steps.after[i]) ASSERT_TRUE(before[place[i]][place[p]]);
    }
    for (size_t i = 0; i < all.size(); ++i) {
      for (const int64_t w : s.waits[i]) ASSERT_LT(w, static_cast<int64_t>(i));
    }
  }
  EXPECT_GT(with_streams, 100);
}

TEST(HappensBefore, IsWhatASearchFinds) {
  std::mt19937 random(6);
  for (int round = 0; round < 200; ++round) {
    const Steps steps = random_steps(random, 1 + random() % 50);
    const Schedule s = schedule_steps(steps.seconds, steps.after, 3, 1e-6);
    const HappensBefore known(s);
    const auto before = reachable(s);
    for (size_t a = 0; a < before.size(); ++a) {
      for (size_t b = 0; b < before.size(); ++b) ASSERT_EQ(known(a, b), a < b && before[b][a]);
    }
  }
}

TEST(Lifetime, EndsWhereAllUsesAreKnownToBeOver) {
  std::mt19937 random(7);
  for (int round = 0; round < 100; ++round) {
    const Steps steps = random_steps(random, 2 + random() % 30);
    const Schedule s = schedule_steps(steps.seconds, steps.after, 3, 1e-6);
    const HappensBefore order(s);
    const auto before = reachable(s);
    const auto draw = [&] {
      std::vector<size_t> uses;
      for (size_t k = 1 + random() % 4; k > 0; --k) uses.push_back(random() % s.order.size());
      return uses;
    };
    for (int pair = 0; pair < 50; ++pair) {
      const auto of_a = draw();
      const auto of_b = draw();
      Lifetime a, b;
      for (const size_t step : of_a) a.add(step, order);
      for (const size_t step : of_b) b.add(step, order);
      const auto all = [&](const auto& holds) {
        return std::ranges::all_of(of_a, [&](size_t x) { return holds(x); });
      };
      ASSERT_EQ(a.ends_before(b, order), all([&](size_t x) {
                  return std::ranges::all_of(of_b, [&](size_t y) { return x < y && before[y][x]; });
                }));
      const size_t step = of_b[0];
      ASSERT_EQ(a.ends_with(step, order),
                all([&](size_t x) { return x == step || (x < step && before[step][x]); }));
      ASSERT_EQ(a.begins_with(step, order),
                all([&](size_t x) { return x == step || (x > step && before[x][step]); }));
      ASSERT_EQ(a.first(), static_cast<int64_t>(*std::ranges::min_element(of_a)));
      ASSERT_EQ(a.last(), static_cast<int64_t>(*std::ranges::max_element(of_a)));
    }
  }
}

}  // namespace
}  // namespace tenon
