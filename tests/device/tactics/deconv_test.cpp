#include "ops/deconv.h"

#include <gtest/gtest.h>

#include "tactic_harness.h"

namespace tenon::test {
namespace {

void check(Dims x, Dims weights, const Deconv& deconv, bool bias = true) {
  TacticCase c{deconv, {random_input(x), random_constant(weights, -0.2F, 0.2F)}};
  c.tolerance = 1e-5;
  if (bias) c.inputs.push_back(random_constant({weights[1] * deconv.groups}));
  check_tactics(c);
}

TEST(DeconvTactics, TwoByTwo) {
  check({2, 16, 5, 7}, {16, 8, 2, 2}, {.stride = {2, 2}});
  check({1, 64, 8, 8}, {64, 32, 2, 2}, {.stride = {2, 2}, .act = {UnaryFn::kRelu}});
}

TEST(DeconvTactics, WithoutOverlap) {
  check({2, 128, 14, 14}, {128, 64, 2, 2}, {.stride = {2, 2}, .act = {UnaryFn::kRelu}});
  check({1, 72, 9, 11}, {72, 40, 3, 3}, {.stride = {3, 3}});
}

TEST(DeconvTactics, Padded) {
  check({1, 8, 6, 6}, {8, 12, 4, 4}, {.stride = {2, 2}, .pad_begin = {1, 1}, .pad_end = {1, 1}});
  check({2, 5, 4, 6}, {5, 3, 3, 3}, {.pad_begin = {1, 1}, .pad_end = {1, 1}}, false);
}

TEST(DeconvTactics, Grouped) { check({1, 8, 5, 5}, {8, 2, 3, 3}, {.stride = {2, 2}, .groups = 4}); }

}  // namespace
}  // namespace tenon::test
