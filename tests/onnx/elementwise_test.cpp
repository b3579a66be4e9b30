#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "ops/binary.h"
#include "ops/unary.h"
#include "test_model.h"

namespace tenon::testing {
namespace {

const std::vector<float> kPoints{-2.5F, -1, -0.5F, -0.1F, 0, 0.3F, 0.9F, 1, 2.5F, 4};

struct UnaryCase {
  std::string op;
  int opset;
  std::function<double(double)> expected;
  Attributes attributes = {};
};

class UnaryImport : public ::testing::TestWithParam<UnaryCase> {};

TEST_P(UnaryImport, MatchesItsDefinition) {
  const auto& c = GetParam();
  const Tensor x = Tensor::f32({static_cast<int64_t>(kPoints.size())}, kPoints);
  std::vector<double> expected;
  for (const float v : kPoints) expected.push_back(c.expected(v));
  expect_near(run_node(c.opset, c.op, {x}, c.attributes), expected);
}

double elu(double x, double a) { return x >= 0 ? x : a * (std::exp(x) - 1); }
double clamp01(double x) { return std::clamp(x, 0.0, 1.0); }
double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

INSTANTIATE_TEST_SUITE_P(
    Operators, UnaryImport,
    ::testing::Values(
        UnaryCase{"Relu", 7, [](double x) { return std::max(x, 0.0); }},
        UnaryCase{"LeakyRelu", 7, [](double x) { return x >= 0 ? x : 0.01 * x; }},
        UnaryCase{
            "LeakyRelu", 16, [](double x) { return x >= 0 ? x : 0.3 * x; }, {{"alpha", 0.3F}}},
        UnaryCase{"Elu", 7, [](double x) { return elu(x, 1); }},
        UnaryCase{"Elu", 7, [](double x) { return elu(x, 2); }, {{"alpha", 2.0F}}},
        UnaryCase{"Selu", 7,
                  [](double x) { return 1.0507009873554805 * elu(x, 1.6732632423543772); }},
        UnaryCase{"Celu", 12, [](double x) { return elu(x, 1); }},
        UnaryCase{"Celu",
                  12,
                  [](double x) { return std::max(0.0, x) + std::min(0.0, 2 * std::expm1(x / 2)); },
                  {{"alpha", 2.0F}}},
        UnaryCase{"HardSigmoid", 7, [](double x) { return clamp01(0.2 * x + 0.5); }},
        UnaryCase{"HardSigmoid",
                  7,
                  [](double x) { return clamp01(0.5 * x + 0.6); },
                  {{"alpha", 0.5F}, {"beta", 0.6F}}},
        UnaryCase{"HardSwish", 14, [](double x) { return x * clamp01(x / 6 + 0.5); }},
        UnaryCase{"Softplus", 7, [](double x) { return std::log1p(std::exp(x)); }},
        UnaryCase{"Softsign", 7, [](double x) { return x / (1 + std::abs(x)); }},
        UnaryCase{"ThresholdedRelu", 10, [](double x) { return x > 1 ? x : 0; }},
        UnaryCase{"Mish", 18, [](double x) { return x * std::tanh(std::log1p(std::exp(x))); }},
        UnaryCase{"Gelu", 20,
                  [](double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); }},
        UnaryCase{"Gelu",
                  20,
                  [](double x) {
                    const double k = std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x);
                    return 0.5 * x * (1 + std::tanh(k));
                  },
                  {{"approximate", std::string("tanh")}}},
        UnaryCase{"Shrink",
                  9,
                  [](double x) { return x < -0.7  ? x + 0.2
                                        : x > 0.7 ? x - 0.2
                                                  : 0; },
                  {{"lambd", 0.7F}, {"bias", 0.2F}}},
        UnaryCase{"Swish", 24, [](double x) { return x * sigmoid(x); }},
        UnaryCase{"Sigmoid", 13, sigmoid},
        UnaryCase{"Tanh", 13, [](double x) { return std::tanh(x); }},
        UnaryCase{"Exp", 13, [](double x) { return std::exp(x); }},
        UnaryCase{"Log", 13, [](double x) { return std::log(x); }},
        UnaryCase{"Sqrt", 13, [](double x) { return std::sqrt(x); }},
        UnaryCase{"Reciprocal", 13, [](double x) { return 1 / x; }},
        UnaryCase{"Abs", 13, [](double x) { return std::abs(x); }},
        UnaryCase{"Neg", 13, [](double x) { return -x; }},
        UnaryCase{"Ceil", 13, [](double x) { return std::ceil(x); }},
        UnaryCase{"Floor", 13, [](double x) { return std::floor(x); }},
        UnaryCase{"Round", 11, [](double x) { return std::nearbyint(x); }},
        UnaryCase{"Sign", 13, [](double x) { return double((x > 0) - (x < 0)); }},
        UnaryCase{"Erf", 13, [](double x) { return std::erf(x); }},
        UnaryCase{"Sin", 7, [](double x) { return std::sin(x); }},
        UnaryCase{"Cos", 7, [](double x) { return std::cos(x); }},
        UnaryCase{"Tan", 7, [](double x) { return std::tan(x); }},
        UnaryCase{"Sinh", 9, [](double x) { return std::sinh(x); }},
        UnaryCase{"Cosh", 9, [](double x) { return std::cosh(x); }},
        UnaryCase{"Asin", 7, [](double x) { return std::asin(x); }},
        UnaryCase{"Acos", 7, [](double x) { return std::acos(x); }},
        UnaryCase{"Atan", 7, [](double x) { return std::atan(x); }},
        UnaryCase{"Asinh", 9, [](double x) { return std::asinh(x); }},
        UnaryCase{"Acosh", 9, [](double x) { return std::acosh(x); }},
        UnaryCase{"Atanh", 9, [](double x) { return std::atanh(x); }}),
    [](const auto& info) { return info.param.op + "_" + std::to_string(info.index); });

TEST(UnaryImport, IsInfOfOneSign) {
  const float inf = std::numeric_limits<float>::infinity();
  const Tensor x = Tensor::f32({3}, {inf, -inf, 1});
  expect_near(run_node(10, "IsInf", {x}), {1, 1, 0});
  expect_near(run_node(10, "IsInf", {x}, {{"detect_negative", 0}}), {1, 0, 0});
  expect_near(run_node(10, "IsInf", {x}, {{"detect_positive", 0}}), {0, 1, 0});
}

// ---- Clip

TEST(ClipImport, BoundsAreAttributesUpToOpset10) {
  const Tensor x = Tensor::f32({4}, {-3, 0, 2, 9});
  expect_near(run_node(10, "Clip", {x}, {{"min", -1.0F}, {"max", 6.0F}}), {-1, 0, 2, 6});
  expect_near(run_node(6 + 1, "Clip", {x}, {{"max", 1.0F}}), {-3, 0, 1, 1});
  expect_near(run_node(7, "Clip", {x}), {-3, 0, 2, 9});
}

TEST(ClipImport, ConstantBoundsBecomeOneActivation) {
  TestModel model(17);
  model.input("x", "f32[N]")
      .constant("lo", Tensor::f32({}, {0}))
      .constant("hi", Tensor::f32({}, {6}));
  model.node("Clip", {"x", "lo", "hi"}, {"y"});
  model.output("y");
  const Imported imported = model.import();
  ASSERT_TRUE(imported.ok());
  const auto* clip = imported.graph.produced_by<Unary>(imported.graph.outputs()[0]);
  ASSERT_NE(clip, nullptr);
  EXPECT_EQ(*clip, (Unary{UnaryFn::kClip, 0, 6}));
}

TEST(ClipImport, BoundsKnownAtRunTimeOnly) {
  const Tensor x = Tensor::f32({4}, {-3, 0, 2, 9});
  const Tensor low = Tensor::f32({}, {-1});
  const Tensor high = Tensor::f32({}, {6});
  expect_near(run_node(13, "Clip", {x, low, high}, {}, false), {-1, 0, 2, 6});
  expect_near(run_node(13, "Clip", {x, low}, {}, false), {-1, 0, 2, 9});
}

TEST(ClipImport, UpperBoundWinsWhereBoundsCross) {
  const Tensor x = Tensor::f32({3}, {-3, 0, 9});
  expect_near(run_node(13, "Clip", {x, Tensor::f32({}, {2}), Tensor::f32({}, {1})}), {1, 1, 1});
}

TEST(ClipImport, Integers) {
  const Tensor x = Tensor::i64({3}, {-3, 4, 9});
  const Tensor y = run_node(13, "Clip", {x, Tensor::i64({}, {0}), Tensor::i64({}, {5})});
  EXPECT_EQ(y.dtype(), DataType::kI64);
  expect_near(y, {0, 4, 5});
}

// ---- several operands

TEST(BinaryImport, Broadcasts) {
  const Tensor a = Tensor::f32({2, 1}, {1, 10});
  const Tensor b = Tensor::f32({3}, {1, 2, 4});
  expect_near(run_node(7, "Add", {a, b}), {2, 3, 5, 11, 12, 14});
  expect_near(run_node(14, "Sub", {a, b}), {0, -1, -3, 9, 8, 6});
  expect_near(run_node(14, "Mul", {a, b}), {1, 2, 4, 10, 20, 40});
  expect_near(run_node(14, "Div", {a, b}), {1, 0.5, 0.25, 10, 5, 2.5});
  expect_near(run_node(16, "PRelu", {Tensor::f32({3}, {-1, -2, 3}), b}), {-1, -4, 3});
  expect_near(run_node(13, "Greater", {a, b}), {0, 0, 0, 1, 1, 1});
  expect_near(run_node(13, "Less", {a, b}), {0, 1, 1, 0, 0, 0});
  expect_near(run_node(16, "GreaterOrEqual", {a, b}), {1, 0, 0, 1, 1, 1});
  expect_near(run_node(16, "LessOrEqual", {a, b}), {1, 1, 1, 0, 0, 0});
  expect_near(run_node(13, "Equal", {a, b}), {1, 0, 0, 0, 0, 0});
}

TEST(BinaryImport, Booleans) {
  const std::vector<uint8_t> a{0, 0, 1, 1}, b{0, 1, 0, 1};
  const auto tensor = [](const std::vector<uint8_t>& v) {
    return Tensor::of<uint8_t>(DataType::kBool, {4}, v);
  };
  expect_near(run_node(7, "And", {tensor(a), tensor(b)}), {0, 0, 0, 1});
  expect_near(run_node(7, "Or", {tensor(a), tensor(b)}), {0, 1, 1, 1});
  expect_near(run_node(7, "Xor", {tensor(a), tensor(b)}), {0, 1, 1, 0});
  expect_near(run_node(7, "Not", {tensor(a)}), {1, 1, 0, 0});
}

TEST(BinaryImport, PowTakesAnExponentOfAnotherType) {
  expect_near(run_node(13, "Pow", {Tensor::f32({3}, {1, 2, 3}), Tensor::i64({}, {2})}), {1, 4, 9});
}

TEST(BinaryImport, Mod) {
  const Tensor a = Tensor::i64({4}, {-7, 7, -7, 7});
  const Tensor b = Tensor::i64({4}, {3, 3, -3, -3});
  expect_near(run_node(13, "Mod", {a, b}), {2, 1, -1, -2});
  expect_near(run_node(13, "Mod", {a, b}, {{"fmod", 1}}), {-1, 1, -1, 1});
  TestModel model(13);
  model.input("x", "f32[2]").node("Mod", {"x", "x"}, {"y"});
  model.output("y");
  EXPECT_EQ(model.problems(),
            "node 0 \"the_Mod\" (Mod): fmod must be 1 for floating-point operands");
}

TEST(VariadicImport, AnyNumberOfOperands) {
  const Tensor a = Tensor::f32({2}, {1, 5}), b = Tensor::f32({2}, {4, 2}),
               c = Tensor::f32({1}, {3});
  expect_near(run_node(13, "Max", {a, b, c}), {4, 5});
  expect_near(run_node(13, "Min", {a, b, c}), {1, 2});
  expect_near(run_node(13, "Sum", {a, b, c}), {8, 10});
  expect_near(run_node(13, "Mean", {a, b, c}), {8.0 / 3, 10.0 / 3});
  expect_near(run_node(8, "Max", {a}), {1, 5});
  expect_near(run_node(8, "Mean", {a}), {1, 5});
}

TEST(WhereImport, Selects) {
  const Tensor c = Tensor::of<uint8_t>(DataType::kBool, {2, 1}, std::vector<uint8_t>{1, 0});
  expect_near(run_node(16, "Where", {c, Tensor::f32({2}, {1, 2}), Tensor::f32({}, {9})}),
              {1, 2, 9, 9});
}

}  // namespace
}  // namespace tenon::testing
