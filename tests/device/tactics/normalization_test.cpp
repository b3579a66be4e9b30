#include <gtest/gtest.h>

#include "ops/normalization.h"
#include "tactic_harness.h"

namespace tenon::test {
namespace {

void check(const Dims& x, const Normalization& op, const std::vector<Dims>& parameters) {
  for (const bool constant : {true, false}) {
    std::vector<CaseInput> inputs = {random_input(x, 1, 4)};
    for (const Dims& d : parameters) {
      inputs.push_back(constant ? random_constant(d) : random_input(d));
    }
    check_tactics({op, inputs, 1e-5}, "normalization_rows");
  }
}

TEST(Normalization, LayerInstanceGroupRms) {
  check({7, 768}, {}, {{768}, {768}});
  check({2, 5, 33}, {.axes = {-1}}, {{33}});
  check({2, 5, 33}, {.axes = {1, 2}}, {{5, 33}, {5, 33}});
  check({2, 5, 33}, {.axes = {-1, -2}}, {{33}, {5, 1}});
  check({2, 6, 9, 7}, {.axes = {2, 3}}, {{6, 1, 1}, {6, 1, 1}});
  check({2, 6, 9, 7}, {.axes = {2, 3}}, {});
  check({2, 6, 9, 7}, {.axes = {2, 3}, .groups = 3}, {{6}, {6}});
  check({2, 6, 9, 7}, {.axes = {1, 2, 3}, .groups = 2}, {{6}});
  check({2, 40, 9, 7}, {.axes = {1}}, {{40, 1, 1}, {40, 1, 1}});
  check({3, 64}, {.rms = true}, {{64}});
  check({3, 6, 50}, {.axes = {1}, .rms = true}, {});
  check({3, 64}, {.epsilon = 0.5F}, {{1}, {1}});
  check({1, 64}, {}, {{64}, {1, 64}});
  check({0, 64}, {}, {{64}, {64}});
}

TEST(Normalization, LongRowsAndWideColumns) {
  check({300, 1000}, {}, {{1000}, {1000}});
  check({2, 5000}, {}, {{5000}, {5000}});
  check({3, 9000}, {.rms = true}, {{9000}});
  check({2, 40000}, {}, {{40000}, {40000}});
  check({2, 40001}, {}, {{40001}, {1}});
  check({1, 4, 150, 160}, {.axes = {2, 3}, .groups = 2}, {{4}, {4}});
  check({2, 70, 8, 6}, {.axes = {1}}, {{70, 1, 1}, {70, 1, 1}});
  check({2, 70, 5, 1}, {.axes = {1}, .rms = true}, {{70, 1, 1}});
}

TEST(Normalization, ManyChannels) {
  check({2, 64, 9, 7}, {.axes = {2, 3}, .groups = 32}, {{64}, {64}});
  check({2, 64, 30, 31}, {.axes = {2, 3}, .groups = 4}, {{64}, {64}});
  check({1, 320, 6, 5}, {.axes = {2, 3}, .groups = 32}, {{320}, {320}});
  check({2, 64, 9, 7}, {.axes = {2, 3}, .rms = true}, {{64, 1, 1}, {64, 1, 1}});
  check({2, 24, 9}, {.axes = {1, 2}}, {{24, 1}, {24, 1}});
  check({2, 8, 3, 4, 5}, {.axes = {2, 3, 4}}, {{8, 1, 1, 1}, {8, 1, 1, 1}});
}

TEST(Normalization, OnlyABias) {
  check_tactics({Normalization{}, {random_input({3, 20}), absent(), random_constant({20})}, 1e-5},
                "normalization_rows");
}

TEST(Normalization, OddAxesGoToTheReference) {
  check_tactics({Normalization{.axes = {0, 2}}, {random_input({3, 4, 5})}, 1e-5}, "reference");
}

}  // namespace
}  // namespace tenon::test
