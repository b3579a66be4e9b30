#include "trtexec/statistics.h"

#include <gtest/gtest.h>

#include "trtexec/report.h"

namespace tenon::trtexec {
namespace {

std::vector<double> one_to(int n) {
  std::vector<double> values;
  for (int i = 1; i <= n; ++i) values.push_back(i);
  return values;
}

TEST(Statistics, Percentiles) {
  const auto hundred = one_to(100);
  EXPECT_EQ(percentile_of(hundred, 100), 100);
  EXPECT_EQ(percentile_of(hundred, 50), 50);
  EXPECT_EQ(percentile_of(hundred, 0), 1);
  EXPECT_EQ(percentile_of(one_to(10), 75), 8);
  EXPECT_EQ(percentile_of(one_to(1), 99), 1);
}

TEST(Statistics, Median) {
  EXPECT_EQ(median_of(one_to(3)), 2);
  EXPECT_EQ(median_of(one_to(4)), 2.5);
}

TEST(Statistics, SummaryOfUnsortedValues) {
  const std::vector<double> percentiles{50, 100};
  const Summary s = summarize({4, 1, 3, 2, 10}, percentiles);
  EXPECT_EQ(s.min, 1);
  EXPECT_EQ(s.max, 10);
  EXPECT_EQ(s.mean, 4);
  EXPECT_EQ(s.median, 3);
  EXPECT_EQ(s.percentiles, (std::vector<double>{3, 10}));
  // The squares of the differences from 4 add up to 50.
  EXPECT_NEAR(s.coefficient_of_variance, 100 * 3.16227766 / 4, 1e-6);
}

TEST(Statistics, NoValues) {
  const std::vector<double> percentiles{90};
  const Summary s = summarize({}, percentiles);
  EXPECT_EQ(s.max, 0);
  EXPECT_EQ(s.percentiles, std::vector<double>{0});
}

InferenceTrace inference(double start, double h2d, double compute, double d2h) {
  InferenceTrace t;
  t.enq_start = start;
  t.enq_end = start + 0.5;
  t.h2d_start = start;
  t.h2d_end = t.compute_start = start + h2d;
  t.compute_end = t.d2h_start = t.compute_start + compute;
  t.d2h_end = t.d2h_start + d2h;
  return t;
}

TEST(Performance, WarmUpDoesNotCount) {
  // Of two streams, out of order.
  const auto p = measure({inference(0, 1, 2, 1), inference(20, 1, 4, 1), inference(10, 1, 2, 1),
                          inference(9, 1, 2, 1)},
                         10, std::vector<double>{90});
  EXPECT_EQ(p.warm_ups, 1);
  EXPECT_EQ(p.warm_up_ms, 9);
  ASSERT_EQ(p.measured.size(), 3U);
  EXPECT_EQ(p.measured[0].h2d_start, 9);
  EXPECT_EQ(p.wall_ms, 26 - 9);
  EXPECT_EQ(p.compute_ms, 8);
  EXPECT_DOUBLE_EQ(p.throughput, 3 / 0.017);
  EXPECT_EQ(p.latency.min, 4);
  EXPECT_EQ(p.latency.max, 6);
  EXPECT_EQ(p.compute.median, 2);
  EXPECT_EQ(p.enqueue.mean, 0.5);
  EXPECT_EQ(p.h2d.max, 1);
}

TEST(Performance, AllCountWhereTheWarmUpTookThemAll) {
  const auto p = measure({inference(0, 1, 2, 1), inference(5, 1, 2, 1)}, 100, {});
  EXPECT_EQ(p.warm_ups, 0);
  EXPECT_EQ(p.measured.size(), 2U);
}

TEST(Performance, TheLastToEndNeedNotBeTheLastToStart) {
  EXPECT_EQ(measure({inference(0, 0, 50, 0), inference(1, 0, 2, 0)}, 0, {}).wall_ms, 50);
}

TEST(Performance, SummaryLine) {
  const std::vector<double> percentiles{90, 99.5};
  Summary s;
  s.min = 1;
  s.max = 2.25;
  s.mean = 1.5;
  s.median = 1.25;
  s.percentiles = {2, 2.125};
  EXPECT_EQ(summary_line("Latency", s, percentiles),
            "Latency: min = 1 ms, max = 2.25 ms, mean = 1.5 ms, median = 1.25 ms, "
            "percentile(90%) = 2 ms, percentile(99.5%) = 2.125 ms");
}

}  // namespace
}  // namespace tenon::trtexec
