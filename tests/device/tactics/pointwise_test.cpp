#include <gtest/gtest.h>

#include <limits>

#include "ops/binary.h"
#include "ops/pointwise.h"
#include "ops/scale.h"
#include "ops/select.h"
#include "ops/unary.h"
#include "tactic_harness.h"

namespace tenon::test {
namespace {

// The domain in which the function is defined and well conditioned.
std::pair<float, float> domain(UnaryFn fn) {
  switch (fn) {
    case UnaryFn::kLog:
    case UnaryFn::kSqrt:
    case UnaryFn::kReciprocal: return {0.1F, 4.0F};
    case UnaryFn::kAsin:
    case UnaryFn::kAcos:
    case UnaryFn::kAtanh: return {-0.9F, 0.9F};
    case UnaryFn::kAcosh: return {1.1F, 4.0F};
    case UnaryFn::kTan: return {-1.2F, 1.2F};
    default: return {-5.0F, 5.0F};
  }
}

TEST(Pointwise, EveryUnaryFunction) {
  for (const auto& [fn, name] : names(UnaryFn{})) {
    if (fn == UnaryFn::kNot) continue;  // of booleans: below
    const auto [low, high] = domain(fn);
    check_tactics(
        {Unary{.fn = fn, .alpha = 0.4F, .beta = 0.7F}, {random_input({2, 3, 37}, low, high)}},
        "pointwise_tiles");
  }
}

TEST(Pointwise, SpecialNumbers) {
  constexpr float kInf = std::numeric_limits<float>::infinity();
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  const CaseInput input{Tensor::f32({9}, {kNan, kInf, -kInf, 0, -0.0F, 1e-40F, 88, -100, 1e30F})};
  for (const UnaryFn fn :
       {UnaryFn::kRelu, UnaryFn::kClip, UnaryFn::kSigmoid, UnaryFn::kTanh, UnaryFn::kExp,
        UnaryFn::kLog, UnaryFn::kErf, UnaryFn::kHardSigmoid, UnaryFn::kIsNan, UnaryFn::kIsInf,
        UnaryFn::kSign, UnaryFn::kAbs, UnaryFn::kLeakyRelu, UnaryFn::kElu, UnaryFn::kSoftplus}) {
    check_tactics({Unary{.fn = fn, .alpha = 0.25F, .beta = 1}, {input}}, "pointwise_tiles");
  }
  const CaseInput other{Tensor::f32({9}, {1, kNan, kNan, 1, kNan, 0, 1, 2, kNan})};
  for (const BinaryFn fn : {BinaryFn::kMax, BinaryFn::kMin, BinaryFn::kAdd, BinaryFn::kEqual}) {
    check_tactics({Binary{fn}, {input, other}}, "pointwise_tiles");
  }
}

TEST(Pointwise, EveryBinaryFunctionWithBroadcasts) {
  const std::vector<std::pair<Dims, Dims>> shapes = {
      {{2, 19, 3, 5}, {2, 19, 3, 5}}, {{3, 17, 2, 2}, {1, 17, 1, 1}}, {{5, 33}, {33}}};
  for (const auto& [fn, name] : names(BinaryFn{})) {
    if (fn == BinaryFn::kAnd || fn == BinaryFn::kOr || fn == BinaryFn::kXor) continue;
    for (const auto& [a, b] : shapes) {
      const float low = fn == BinaryFn::kPow ? 0.1F : -3.0F;
      check_tactics({Binary{fn}, {random_input(a, low, 3), random_input(b, low, 3)}},
                    "pointwise_tiles");
    }
  }
}

TEST(Pointwise, BroadcastShapes) {
  const std::vector<std::pair<Dims, Dims>> shapes = {
      {{}, {}},
      {{7}, {1}},
      {{1}, {7}},
      {{2, 16, 7, 7}, {2, 16, 1, 1}},
      {{2, 16, 7, 7}, {16, 1, 1}},
      {{2, 20, 7, 7}, {1}},
      {{2, 20, 7, 7}, {2, 1, 7, 7}},
      {{3, 20, 1, 7}, {1, 20, 5, 1}},
      {{4, 1, 6}, {4, 5, 6}},
      {{2, 3, 600}, {2, 3, 600}},
      {{2, 3, 1100}, {3, 1}},
      {{40, 33}, {40, 1}},
      {{3, 1, 1}, {1, 1, 1}},
      {{2, 0, 3}, {1, 1, 3}},
      {{0, 4, 2, 2}, {1, 4, 1, 1}},
      {{2, 3, 4, 5, 6}, {3, 1, 5, 1}},
  };
  for (const auto& [a, b] : shapes) {
    check_tactics({Binary{BinaryFn::kSub}, {random_input(a), random_input(b)}}, "pointwise_tiles");
    check_tactics({Binary{BinaryFn::kAdd}, {random_constant(b), random_input(a)}},
                  "pointwise_tiles");
  }
}

// Axes that hold whole vectors of every element size.
TEST(Pointwise, VectorsWithBroadcasts) {
  const std::vector<std::pair<Dims, Dims>> shapes = {{{2, 64, 4, 8}, {2, 64, 1, 1}},
                                                     {{2, 64, 4, 8}, {64, 1, 1}},
                                                     {{2, 64, 4, 8}, {1}},
                                                     {{4, 10, 48}, {48}},
                                                     {{4, 10, 48}, {4, 1, 48}},
                                                     {{4, 10, 48}, {10, 1}},
                                                     {{1, 10, 48}, {4, 1, 48}},
                                                     {{3, 14, 2}, {14, 1}},
                                                     {{3, 256}, {3, 256}}};
  for (const auto& [a, b] : shapes) {
    check_tactics({Binary{BinaryFn::kSub}, {random_input(a), random_input(b)}}, "pointwise_tiles");
    check_tactics({Binary{BinaryFn::kDiv}, {random_constant(b, 1, 2), random_input(a, 1, 2)}},
                  "pointwise_tiles");
  }
}

TEST(Pointwise, Integers) {
  const auto integers_of = [](DataType dtype, Dims dims, int64_t low, int64_t modulus) {
    return CaseInput{Tensor::make(dtype, dims, [&](const TensorView& view) {
      for (int64_t i = 0; i < view.volume(); ++i) {
        set_integer_element(view, i, low + i * 7 % modulus);
      }
    })};
  };
  for (const DataType dtype : {DataType::kI64, DataType::kI32}) {
    for (const auto& [fn, name] : names(BinaryFn{})) {
      if (fn == BinaryFn::kAnd || fn == BinaryFn::kOr || fn == BinaryFn::kXor) continue;
      check_tactics(
          {Binary{fn}, {integers_of(dtype, {3, 40}, -9, 19), integers_of(dtype, {40}, 1, 9)}});
    }
    for (const UnaryFn fn : {UnaryFn::kIdentity, UnaryFn::kRelu, UnaryFn::kClip, UnaryFn::kAbs,
                             UnaryFn::kNeg, UnaryFn::kSign}) {
      check_tactics(
          {Unary{.fn = fn, .alpha = -2.5F, .beta = 3.5F}, {integers_of(dtype, {37}, -9, 19)}});
    }
    const CaseInput condition = integers_of(DataType::kBool, {4, 1}, 0, 2);
    check_tactics(
        {Select{}, {condition, integers_of(dtype, {4, 9}, -9, 19), integers_of(dtype, {9}, 5, 7)}});
  }
  check_tactics(
      {Binary{BinaryFn::kAdd},
       {integers_of(DataType::kI8, {50}, 70, 50), integers_of(DataType::kI8, {50}, 9, 50)}});
}

TEST(Pointwise, ManyElementsOnSeveralThreads) {
  check_tactics({Unary{.fn = UnaryFn::kGeluErf}, {random_input({3, 17, 61, 29}, -4, 4)}},
                "pointwise_tiles");
}

TEST(Pointwise, Booleans) {
  const auto booleans = [](Dims dims) {
    return CaseInput{Tensor::make(DataType::kBool, dims, [](const TensorView& view) {
      for (int64_t i = 0; i < view.volume(); ++i) view.as<uint8_t>()[i] = i % 3 == 0;
    })};
  };
  check_tactics({Unary{.fn = UnaryFn::kNot}, {booleans({3, 70})}}, "pointwise_tiles");
  check_tactics({Binary{BinaryFn::kAnd}, {booleans({3, 70}), booleans({3, 1})}}, "pointwise_tiles");
  check_tactics({Binary{BinaryFn::kXor}, {booleans({3, 70}), booleans({70})}}, "pointwise_tiles");
  check_tactics({Select{}, {booleans({4, 1, 9}), random_input({4, 5, 9}), random_input({5, 1})}},
                "pointwise_tiles");
  check_tactics({Select{}, {booleans({1}), random_input({4, 5, 9}), random_input({1})}},
                "pointwise_tiles");
}

TEST(Pointwise, Scale) {
  for (const int64_t axis : {0, 1, 2, -1}) {
    const Dims dims{3, 21, 5, 4};
    const int64_t extent = dims[static_cast<int>(axis < 0 ? axis + 4 : axis)];
    check_tactics(
        {Scale{axis}, {random_input(dims), random_constant({extent}), random_constant({extent})}},
        "pointwise_tiles");
    check_tactics({Scale{axis}, {random_input(dims), random_input({extent}), random_input({1})}},
                  "pointwise_tiles");
  }
}

PointwiseInstruction unary(UnaryFn fn, int64_t a) {
  return {.kind = PointwiseKind::kUnary, .unary = fn, .a = a};
}
PointwiseInstruction binary(BinaryFn fn, int64_t a, int64_t b) {
  return {.kind = PointwiseKind::kBinary, .binary = fn, .a = a, .b = b};
}

TEST(Pointwise, Programs) {
  Pointwise swish_gate;  // x * sigmoid(x) * gate + bias
  swish_gate.program = {unary(UnaryFn::kSigmoid, 0), binary(BinaryFn::kMul, 3, 0),
                        binary(BinaryFn::kMul, 4, 1), binary(BinaryFn::kAdd, 5, 2)};
  check_tactics(
      {swish_gate,
       {random_input({2, 20, 6, 5}), random_input({2, 20, 1, 1}), random_constant({20, 1, 1})}},
      "pointwise_tiles");
  Pointwise constants;  // (2 + 3) * x > 0.5 ? x : 5
  constants.program = {{.kind = PointwiseKind::kConstant, .alpha = 2},
                       {.kind = PointwiseKind::kConstant, .alpha = 3},
                       binary(BinaryFn::kAdd, 1, 2),
                       binary(BinaryFn::kMul, 3, 0),
                       {.kind = PointwiseKind::kConstant, .alpha = 0.5F},
                       binary(BinaryFn::kGreater, 4, 5),
                       {.kind = PointwiseKind::kSelect, .a = 6, .b = 0, .c = 3}};
  check_tactics({constants, {random_input({2, 9, 3})}}, "pointwise_tiles");
  Pointwise fixed;  // the same number everywhere
  fixed.program = {{.kind = PointwiseKind::kConstant, .alpha = 7}};
  check_tactics({fixed, {random_input({2, 9, 3})}}, "pointwise_tiles");
  Pointwise deep;  // a long chain with an early value used late
  deep.program = {unary(UnaryFn::kTanh, 0)};
  for (int64_t i = 1; i < 40; ++i) deep.program.push_back(binary(BinaryFn::kAdd, i, i % 3 ? 1 : 0));
  check_tactics({deep, {random_input({3, 700})}}, "pointwise_tiles");
}

}  // namespace
}  // namespace tenon::test
