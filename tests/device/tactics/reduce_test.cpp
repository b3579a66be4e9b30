#include <gtest/gtest.h>

#include <limits>

#include "ops/reduce.h"
#include "tactic_harness.h"

namespace tenon::test {
namespace {

constexpr ReduceKind kKinds[] = {ReduceKind::kSum, ReduceKind::kProd, ReduceKind::kMax,
                                 ReduceKind::kMin, ReduceKind::kMean, ReduceKind::kSumSquare,
                                 ReduceKind::kL1,  ReduceKind::kL2};

struct Row {
  Dims dims;
  std::vector<int64_t> axes;
};

TEST(Reduce, KindsAndAxes) {
  const std::vector<Row> rows = {
      {{2, 20, 7, 7}, {2, 3}},
      {{3, 16, 5, 9}, {-1, -2}},
      {{2, 5, 31}, {2}},
      {{37, 150}, {1}},
      {{37, 150}, {0}},
      {{37, 150}, {}},
      {{4, 6, 5, 7}, {0, 2, 3}},
      {{4, 6, 5, 7}, {1}},
      {{4, 6, 5, 7}, {0, 2}},
      {{4, 6, 5, 7}, {1, 3}},
      {{300, 2}, {0}},
      {{1, 9, 1}, {1}},
      {{2, 9, 3, 4, 2}, {2, 3, 4}},
      {{7}, {0}},
      {{}, {}},
      {{3, 0, 4}, {2}},
      {{600, 33}, {0}},
  };
  for (const Row& row : rows) {
    for (const ReduceKind kind : kKinds) {
      for (const bool keep : {true, false}) {
        // Sums of one sign: how far apart cancellation puts two orders of summing is no matter
        // here.
        const float low = kind == ReduceKind::kProd ? 0.9F : 0.1F;
        const float high = kind == ReduceKind::kProd ? 1.1F : 1.0F;
        check_tactics({Reduce{kind, row.axes, keep}, {random_input(row.dims, low, high)}, 1e-5},
                      "reduce_rows");
      }
    }
  }
}

TEST(Reduce, LongAndWide) {
  const std::vector<Row> rows = {{{2, 70000}, {1}},         {{1, 70001}, {}},
                                 {{5000, 40}, {0}},         {{5000, 3}, {0}},
                                 {{2, 3000, 16}, {1}},      {{700, 8, 64}, {2}},
                                 {{2, 64, 31, 33}, {2, 3}}, {{9, 64, 10, 16}, {0, 2, 3}}};
  for (const Row& row : rows) {
    for (const ReduceKind kind : {ReduceKind::kMean, ReduceKind::kMax, ReduceKind::kL2}) {
      check_tactics({Reduce{kind, row.axes, true}, {random_input(row.dims, 0.1F, 1.0F)}, 1e-5},
                    "reduce_rows");
    }
    const Reduce log_sum_exp{ReduceKind::kLogSumExp, row.axes, true};
    check_tactics({log_sum_exp, {random_input(row.dims, -20, 20)}, 1e-5}, "reference");
  }
}

TEST(Reduce, OverNothing) {
  for (const ReduceKind kind : {ReduceKind::kSum, ReduceKind::kProd, ReduceKind::kL2}) {
    check_tactics({Reduce{kind, {1}, true}, {random_input({3, 0, 4})}}, "reduce_rows");
  }
}

TEST(Reduce, ExtremesOfBothSigns) {
  for (const ReduceKind kind : {ReduceKind::kMax, ReduceKind::kMin, ReduceKind::kL1}) {
    check_tactics({Reduce{kind, {1}, true}, {random_input({9, 70}, -3, -1)}}, "reduce_rows");
    check_tactics({Reduce{kind, {1}, true}, {random_input({2, 70, 5}, -3, 1)}}, "reduce_rows");
  }
}

TEST(Reduce, PropagatesNan) {
  Tensor x = Tensor::make(DataType::kF32, {2, 50}, [](const TensorView& view) {
    for (int64_t i = 0; i < view.volume(); ++i) view.as<float>()[i] = static_cast<float>(i);
    view.as<float>()[7] = std::numeric_limits<float>::quiet_NaN();
  });
  for (const ReduceKind kind : {ReduceKind::kMax, ReduceKind::kMin, ReduceKind::kSum}) {
    check_tactics({Reduce{kind, {1}, true}, {{x}}}, "reduce_rows");
    check_tactics({Reduce{kind, {0}, true}, {{x}}}, "reduce_rows");
  }
}

TEST(Reduce, LogSumExpGoesToTheReference) {
  check_tactics({Reduce{ReduceKind::kLogSumExp, {1}, true}, {random_input({3, 4})}}, "reference");
}

}  // namespace
}  // namespace tenon::test
