#include <gtest/gtest.h>

#include "ops/matmul.h"
#include "tactic_harness.h"

namespace tenon::test {
namespace {

struct Row {
  Dims a;
  Dims b;
  std::vector<Dims> bias;
  MatMul op;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> table = {
      {{1, 64}, {64, 100}, {{100}}, {}},
      {{1, 513}, {1000, 513}, {{1000}}, {.transpose_b = true}},
      {{3, 700}, {700, 40}, {{1, 40}}, {.act = {.fn = UnaryFn::kRelu}}},
      {{37, 65}, {65, 33}, {{33}}, {.alpha = 0.5F, .act = {.fn = UnaryFn::kGeluErf}}},
      {{65, 37}, {65, 33}, {}, {.transpose_a = true}},
      {{65, 37}, {33, 65}, {{37, 1}}, {.transpose_a = true, .transpose_b = true, .alpha = 2}},
      {{100, 300}, {300, 70}, {{100, 70}}, {}},
      {{2, 3, 17, 20}, {20, 24}, {{24}}, {}},
      {{2, 3, 17, 20}, {2, 3, 20, 24}, {{3, 17, 24}}, {}},
      {{2, 3, 30, 20}, {2, 3, 40, 20}, {}, {.transpose_b = true}},
      {{2, 1, 17, 20}, {3, 20, 24}, {{2, 3, 1, 24}}, {}},
      {{17, 20}, {2, 3, 20, 24}, {{1}}, {}},
      {{3, 20, 17}, {20, 5}, {{5}}, {.transpose_a = true}},
      {{20}, {20, 24}, {{24}}, {}},
      {{20}, {2, 20, 24}, {{2, 24}}, {}},
      {{2, 7, 20}, {20}, {{7}}, {}},
      {{20}, {20}, {}, {}},
      {{0, 20}, {20, 3}, {{3}}, {}},
      {{4, 0}, {0, 3}, {{3}}, {}},
      {{197, 64}, {64, 197}, {}, {}},
      {{1, 1}, {1, 1}, {{1, 1}}, {}},
      {{4, 64, 128}, {128, 256}, {{256}}, {.act = {.fn = UnaryFn::kGeluTanh}}},
      {{4, 64, 128}, {4, 128, 64}, {{64, 64}}, {.act = {.fn = UnaryFn::kRelu}}},
      {{2, 40, 64}, {64, 128}, {{128}}, {.act = {.fn = UnaryFn::kGeluErf}}},
      {{300, 96}, {200, 96}, {{1, 200}}, {.transpose_b = true, .act = {.fn = UnaryFn::kSwish}}},
      {{2, 3, 1, 8, 16}, {3, 4, 16, 8}, {{8}}, {.act = {.fn = UnaryFn::kRelu}}},
  };
  return table;
}

std::vector<CaseInput> operands(const Row& row, bool constant_a, bool constant_b,
                                bool constant_bias) {
  const auto make = [](const Dims& d, bool c) { return c ? random_constant(d) : random_input(d); };
  std::vector<CaseInput> inputs = {make(row.a, constant_a), make(row.b, constant_b)};
  for (const Dims& bias : row.bias) inputs.push_back(make(bias, constant_bias));
  return inputs;
}

TEST(MatMul, ConstantWeights) {
  for (const Row& row : rows()) {
    check_tactics({row.op, operands(row, false, true, true)}, "matmul_panels");
  }
}

TEST(MatMul, RunTimeOperands) {
  for (const Row& row : rows()) {
    check_tactics({row.op, operands(row, false, false, false)}, "matmul_panels");
  }
}

TEST(MatMul, ConstantLeftSide) {
  for (const Row& row : rows()) {
    check_tactics({row.op, operands(row, true, false, true)}, "matmul_panels");
  }
}

// Depths beyond one stretch of k, rows that lie whole pages apart, a skip connection.
TEST(MatMul, LongDepthAndSkipConnection) {
  for (const auto& [rows, depth] : {std::pair{30, 1024}, {25, 2048}, {13, 1600}, {3, 1024}}) {
    const Dims a{rows, depth}, b{depth, 40}, y{rows, 40};
    for (const UnaryFn fn : {UnaryFn::kIdentity, UnaryFn::kGeluErf, UnaryFn::kSin}) {
      const MatMul op{.act = {.fn = fn}};
      const double tolerance = 1e-5;  // of sums of so many terms
      check_tactics({op,
                     {random_input(a, -0.1F, 0.1F), random_constant(b), random_constant({40}),
                      random_input(y)},
                     tolerance},
                    "matmul_panels");
      check_tactics({op,
                     {random_input(a, -0.1F, 0.1F), random_input(b), absent(), random_constant(y)},
                     tolerance},
                    "matmul_panels");
    }
  }
  const Dims y{2, 3, 17, 24};
  check_tactics({MatMul{},
                 {random_input({2, 3, 17, 20}), random_input({2, 3, 20, 24}), random_input({24}),
                  random_input(y)}},
                "matmul_panels");
  check_tactics(
      {MatMul{},
       {random_input({2, 3, 17, 20}), random_constant({20, 24}), absent(), random_input(y)}},
      "matmul_panels");
}

}  // namespace
}  // namespace tenon::test
