// Matrix products, reductions, softmax and normalisations.
#include <gtest/gtest.h>

#include <cmath>

#include "ops/scale.h"
#include "test_model.h"

namespace tenon::testing {
namespace {

using Ints = std::vector<int64_t>;

TEST(MatMulImport, Gemm) {
  const Tensor a = Tensor::f32({2, 2}, {1, 2, 3, 4});
  const Tensor b = Tensor::f32({2, 2}, {5, 6, 7, 8});
  expect_near(run_node(13, "Gemm", {a, b}), {19, 22, 43, 50});
  expect_near(run_node(13, "Gemm", {a, b}, {{"transA", 1}, {"transB", 1}}), {23, 31, 34, 46});
  const Attributes scaled{{"alpha", 2.0F}, {"beta", 0.5F}};
  expect_near(run_node(7, "Gemm", {a, b, Tensor::f32({2}, {2, 4})}, scaled), {39, 46, 87, 102});
  expect_near(run_node(11, "Gemm", {a, b, Tensor::f32({2, 1}, {2, 4})}, scaled), {39, 45, 88, 102});
  expect_near(run_node(11, "Gemm", {a, b, Tensor::f32({}, {2})}), {21, 24, 45, 52});
  expect_near(run_node(13, "MatMul", {a, Tensor::f32({2}, {1, 1})}), {3, 7});
}

TEST(MatMulImport, GemmTakesMatrices) {
  TestModel model(13);
  model.input("a", "f32[2,3,4]").input("b", "f32[4,5]").node("Gemm", {"a", "b"}, {"y"});
  model.output("y");
  EXPECT_EQ(model.problems(),
            "node 0 \"the_Gemm\" (Gemm): operands have the shapes [2,3,4] and [4,5], matrices "
            "expected");
}

TEST(ReduceImport, AxesAsAttributeAndAsOperand) {
  const Tensor x = Tensor::f32({2, 2}, {1, 2, 3, 4});
  const Tensor last = Tensor::i64({1}, {-1});
  const struct {
    std::string op;
    std::vector<double> rows;
  } cases[] = {
      {"ReduceSum", {3, 7}},
      {"ReduceMean", {1.5, 3.5}},
      {"ReduceMax", {2, 4}},
      {"ReduceMin", {1, 3}},
      {"ReduceProd", {2, 12}},
      {"ReduceSumSquare", {5, 25}},
      {"ReduceL1", {3, 7}},
      {"ReduceL2", {std::sqrt(5.0), 5}},
      {"ReduceLogSum", {std::log(3.0), std::log(7.0)}},
      {"ReduceLogSumExp", {2 + std::log1p(std::exp(-1)), 4 + std::log1p(std::exp(-1))}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.op);
    const Tensor old = run_node(11, c.op, {x}, {{"axes", Ints{1}}});
    EXPECT_EQ(old.dims(), (Dims{2, 1}));
    expect_near(old, c.rows);
    const Tensor now = run_node(18, c.op, {x, last}, {{"keepdims", 0}});
    EXPECT_EQ(now.dims(), (Dims{2}));
    expect_near(now, c.rows);
  }
  expect_near(run_node(13, "ReduceSum", {x}), {10});
  expect_near(run_node(13, "ReduceSum", {x}, {{"noop_with_empty_axes", 1}}), {1, 2, 3, 4});
  expect_near(run_node(13, "ReduceSum", {x, last}), {3, 7});
}

TEST(SoftmaxImport, TakesAllLaterAxesAsOneBeforeOpset13) {
  const Tensor x = Tensor::f32({1, 2, 2}, {0, std::log(2.0F), std::log(3.0F), std::log(4.0F)});
  expect_near(run_node(13, "Softmax", {x}), {1.0 / 3, 2.0 / 3, 3.0 / 7, 4.0 / 7});
  expect_near(run_node(13, "Softmax", {x}, {{"axis", 1}}), {0.25, 2.0 / 6, 0.75, 4.0 / 6});
  expect_near(run_node(11, "Softmax", {x}), {0.1, 0.2, 0.3, 0.4});
  expect_near(run_node(11, "Softmax", {x}, {{"axis", 2}}), {1.0 / 3, 2.0 / 3, 3.0 / 7, 4.0 / 7});
  expect_near(run_node(11, "LogSoftmax", {x}),
              {std::log(0.1), std::log(0.2), std::log(0.3), std::log(0.4)});
}

TEST(ReduceImport, LpNormalization) {
  const Tensor x = Tensor::f32({2, 2}, {3, 4, 0, 0});
  expect_near(run_node(13, "LpNormalization", {x}), {0.6, 0.8, 0, 0});
  expect_near(run_node(13, "LpNormalization", {x}, {{"p", 1}}), {3.0 / 7, 4.0 / 7, 0, 0});
}

// ---- the largest and smallest elements

// TopK with both of its outputs; before opset 10 k is an attribute.
std::vector<Tensor> top_k(int opset, const Tensor& x, int64_t k, Attributes attributes = {}) {
  TestModel model(opset);
  model.input("x", to_string(x.type()));
  std::vector<std::string> inputs = {"x"};
  if (opset < 10) {
    attributes.emplace_back("k", k);
  } else {
    model.constant("k", Tensor::i64({1}, {k}));
    inputs.emplace_back("k");
  }
  model.node("TopK", inputs, {"values", "places"}, attributes);
  model.output("values").output("places");
  return model.run({x});
}

TEST(TopKImport, LargestAndSmallest) {
  const Tensor x = Tensor::f32({2, 4}, {0, 3, 1, 3, 7, 5, 6, 4});
  for (const int opset : {7, 10, 11, 21}) {
    const std::vector<Tensor> rows = top_k(opset, x, 3);
    EXPECT_EQ(rows.at(0).dims(), (Dims{2, 3}));
    expect_near(rows[0], {3, 3, 1, 7, 6, 5});
    EXPECT_EQ(rows.at(1).dtype(), DataType::kI64);
    expect_near(rows[1], {1, 3, 2, 0, 2, 1});
    expect_near(top_k(opset, x, 1, {{"axis", 0}}).at(1), {1, 1, 1, 1});
  }
  const std::vector<Tensor> smallest = top_k(11, x, 2, {{"largest", 0}, {"sorted", 0}});
  expect_near(smallest.at(0), {0, 1, 4, 5});
  expect_near(smallest.at(1), {0, 2, 3, 1});
  expect_near(top_k(24, x, 2, {{"axis", -1}}).at(0), {3, 3, 7, 6});
}

TEST(TopKImport, CountOfTheShape) {
  // k is the smaller of 3 and the number of columns, as detection networks compute it.
  TestModel model(17);
  model.input("x", "f32[2,N]").constant("three", Tensor::i64({1}, {3}));
  model.node("Shape", {"x"}, {"columns"}, {{"start", 1}});
  model.node("Min", {"columns", "three"}, {"k"});
  model.node("TopK", {"x", "k"}, {"values", "places"});
  model.output("values").output("places");
  const std::vector<Tensor> narrow = model.run({Tensor::f32({2, 2}, {1, 2, 4, 3})});
  expect_near(narrow.at(0), {2, 1, 4, 3});
  expect_near(narrow.at(1), {1, 0, 0, 1});
  EXPECT_EQ(model.run({iota({2, 5})}).at(0).dims(), (Dims{2, 3}));
}

TEST(TopKImport, Faults) {
  TestModel model(11);
  model.input("x", "f32[2,3]").input("k", "i64[1]");
  model.node("TopK", {"x", "k"}, {"values", "places"});
  model.output("values");
  EXPECT_NE(model.problems().find("k"), std::string::npos) << model.problems();
  EXPECT_THROW(top_k(11, iota({2, 3}), 4), Error);
  EXPECT_THROW(top_k(7, iota({2, 3}), -1), Error);
  EXPECT_THROW(top_k(11, iota({2, 3}), 1, {{"axis", 2}}), Error);
}

TEST(ArgImport, PlacesOfTheLargestAndSmallest) {
  const Tensor x = Tensor::f32({2, 3}, {2, 1, 2, 0, 5, 0});
  for (const int opset : {7, 11, 12, 13}) {
    const Tensor columns = run_node(opset, "ArgMax", {x});
    EXPECT_EQ(columns.dims(), (Dims{1, 3}));
    EXPECT_EQ(columns.dtype(), DataType::kI64);
    expect_near(columns, {0, 1, 0});
    const Tensor rows = run_node(opset, "ArgMax", {x}, {{"axis", 1}, {"keepdims", 0}});
    EXPECT_EQ(rows.dims(), (Dims{2}));
    expect_near(rows, {0, 1});
    expect_near(run_node(opset, "ArgMin", {x}, {{"axis", 1}}), {1, 0});
    expect_near(run_node(opset, "ArgMin", {x}), {1, 0, 1});
  }
  expect_near(run_node(13, "ArgMax", {x}, {{"axis", -1}, {"select_last_index", 1}}), {2, 1});
  expect_near(run_node(12, "ArgMin", {x}, {{"axis", -1}, {"select_last_index", 1}}), {1, 2});
}

// ---- normalisations

const std::vector<double> kBatchNormExpected = [] {
  std::vector<double> y;  // x = 0 .. 3 in two channels of two
  const double scale[] = {2, 3}, bias[] = {1, -1}, mean[] = {0.5, 2}, variance[] = {4, 0.25};
  for (int i = 0; i < 4; ++i) {
    const int c = i / 2;
    y.push_back((i - mean[c]) / std::sqrt(variance[c] + 0.01) * scale[c] + bias[c]);
  }
  return y;
}();

std::vector<Tensor> batch_norm_operands() {
  return {iota({1, 2, 2}), Tensor::f32({2}, {2, 3}), Tensor::f32({2}, {1, -1}),
          Tensor::f32({2}, {0.5F, 2}), Tensor::f32({2}, {4, 0.25F})};
}

TEST(NormalizationImport, BatchNormOfConstantsIsAScale) {
  const Attributes attributes{{"epsilon", 0.01F}, {"momentum", 0.9F}};
  for (const int opset : {7, 9, 14, 15}) {
    expect_near(run_node(opset, "BatchNormalization", batch_norm_operands(), attributes),
                kBatchNormExpected);
  }
  expect_near(run_node(15, "BatchNormalization", batch_norm_operands(), attributes, false),
              kBatchNormExpected);
}

TEST(NormalizationImport, RefusesTraining) {
  TestModel model(15);
  model.input("x", "f32[N,2,2]").constant("c", Tensor::f32({2}, {1, 1}));
  model.node("BatchNormalization", {"x", "c", "c", "c", "c"}, {"y"}, {{"training_mode", 1}});
  model.output("y");
  EXPECT_EQ(model.problems(),
            "node 0 \"the_BatchNormalization\" (BatchNormalization): training_mode is not "
            "supported");
}

// (x - mean) / deviation of 0, 1, .. n-1
double standard(int i, int n) { return (i - (n - 1) / 2.0) / std::sqrt((n * n - 1) / 12.0 + 1e-5); }

TEST(NormalizationImport, LayerNorm) {
  const Tensor x = iota({1, 2, 2});
  const Tensor scale = Tensor::f32({2, 2}, {1, 2, 3, 4});
  std::vector<double> expected;
  for (int i = 0; i < 4; ++i) expected.push_back(standard(i, 4) * (i + 1) + 0.5);
  const Tensor bias = Tensor::f32({2, 2}, {0.5F, 0.5F, 0.5F, 0.5F});
  expect_near(run_node(17, "LayerNormalization", {x, scale, bias}, {{"axis", 1}}), expected, 1e-4);
  const double d = standard(1, 2);
  expect_near(run_node(17, "LayerNormalization", {x, Tensor::f32({2}, {1, 1})}), {-d, d, -d, d},
              1e-4);
}

TEST(NormalizationImport, InstanceNorm) {
  const double d = standard(1, 2);
  const std::vector<Tensor> operands{iota({1, 2, 2}), Tensor::f32({2}, {1, 10}),
                                     Tensor::f32({2}, {0, 5})};
  expect_near(run_node(7, "InstanceNormalization", operands), {-d, d, 5 - 10 * d, 5 + 10 * d},
              1e-4);
}

TEST(NormalizationImport, GroupNormScalesGroupsThenChannels) {
  const Tensor x = iota({1, 4, 1, 1});
  const double d = standard(1, 2);
  const Attributes two{{"num_groups", 2}};
  expect_near(run_node(18, "GroupNormalization",
                       {x, Tensor::f32({2}, {1, 10}), Tensor::f32({2}, {0, 5})}, two),
              {-d, d, 5 - 10 * d, 5 + 10 * d}, 1e-4);
  expect_near(run_node(21, "GroupNormalization",
                       {x, Tensor::f32({4}, {1, 2, 3, 4}), Tensor::f32({4}, {0, 0, 0, 0})}, two),
              {-d, 2 * d, -3 * d, 4 * d}, 1e-4);
  std::vector<double> expected;
  for (int i = 0; i < 4; ++i) expected.push_back(standard(i, 4) * (i + 1));
  expect_near(run_node(21, "GroupNormalization",
                       {x, Tensor::f32({4}, {1, 2, 3, 4}), Tensor::f32({4}, {0, 0, 0, 0})},
                       {{"num_groups", 1}}),
              expected, 1e-4);
}

}  // namespace
}  // namespace tenon::testing
