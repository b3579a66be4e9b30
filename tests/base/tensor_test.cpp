#include "base/tensor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tenon {
namespace {

TEST(Dims, HoldUpToEight) {
  Dims dims{2, 3};
  EXPECT_EQ(dims.rank(), 2);
  EXPECT_EQ(dims.volume(), 6);
  EXPECT_EQ(to_string(dims), "[2,3]");
  EXPECT_EQ(Dims().volume(), 1);
  EXPECT_EQ((Dims{5, 0}).volume(), 0);
  EXPECT_NE((Dims{2}), (Dims{2, 1}));
  for (int i = 0; i < 6; ++i) dims.push_back(1);
  EXPECT_THROW(dims.push_back(1), Error);
  EXPECT_THROW((Dims{1, 1, 1, 1, 1, 1, 1, 1, 1}), Error);
  EXPECT_THROW(static_cast<void>((Dims{INT64_MAX, 2}).volume()), Error);
  EXPECT_EQ(to_dims(to_shape(dims)), dims);
  EXPECT_THROW(to_dims({Dim::symbol("N")}), Error);
}

TEST(Tensor, CopiesAndCompares) {
  const Tensor t = Tensor::f32({2, 2}, {1, 2, 3, 4});
  EXPECT_EQ(t.as<float>()[3], 4.0F);
  EXPECT_EQ(to_string(t.type()), "f32[2,2]");
  EXPECT_EQ(t, Tensor::f32({2, 2}, {1, 2, 3, 4}));
  EXPECT_NE(t, Tensor::f32({4}, {1, 2, 3, 4}));
  EXPECT_NE(t, Tensor::f32({2, 2}, {1, 2, 3, 5}));
  EXPECT_NE(Tensor::zeros(DataType::kF32, {1}), Tensor::zeros(DataType::kI32, {1}));
  EXPECT_EQ(t.hash(), Tensor::f32({2, 2}, {1, 2, 3, 4}).hash());
  EXPECT_NE(t.hash(), t.reshaped({4}).hash());
  EXPECT_EQ(t.reshaped({4}).bytes().data(), t.bytes().data());
  EXPECT_EQ(reinterpret_cast<uintptr_t>(t.bytes().data()) % 64, 0U);
  EXPECT_EQ(Tensor().volume(), 0);
  EXPECT_EQ(Tensor(), Tensor());
}

TEST(Tensor, FaultsAreErrors) {
  const float values[] = {1, 2, 3};
  EXPECT_THROW(Tensor::of<float>(DataType::kF32, {2}, values), Error);
  EXPECT_THROW(Tensor::f32({2}, {1}), Error);
  EXPECT_THROW(Tensor::zeros(DataType::kF32, {-1}), Error);
  EXPECT_THROW(Tensor::zeros(DataType::kF32, {-2, -2}), Error);
  EXPECT_THROW(Tensor::zeros(DataType::kF32, {int64_t{1} << 61}), Error);
  EXPECT_THROW(static_cast<void>(Tensor::f32({2}, {1, 2}).reshaped({3})), Error);
  EXPECT_THROW(static_cast<void>(Tensor::f32({1}, {1}).reshaped({-1, -1})), Error);
  try {
    Tensor::zeros(DataType::kI8, {int64_t{1} << 57});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kOutOfMemory);
  }
}

TEST(Tensor, ElementsOfEveryType) {
  using enum DataType;
  for (const DataType type : {kF32, kF16, kBF16, kF64, kI8, kU8, kI32, kI64, kBool}) {
    const Tensor t = Tensor::make(type, {2}, [](const TensorView& v) {
      set_element(v, 0, 1);
      set_integer_element(v, 1, 0);
    });
    EXPECT_EQ(element(t.view(), 0), 1) << name_of(type);
    EXPECT_EQ(element(t.view(), 1), 0) << name_of(type);
    if (is_float(type)) {
      EXPECT_THROW(to_integers(t), Error);
    } else {
      EXPECT_EQ(to_integers(t), (std::vector<int64_t>{1, 0}));
    }
  }
  for (const DataType type : {kF8, kI4, kF4, kE8M0}) {
    const Tensor t = Tensor::zeros(type, {2});
    EXPECT_THROW(element(t.view(), 0), Error) << name_of(type);
    EXPECT_THROW(set_element(t.view(), 0, 1), Error) << name_of(type);
    EXPECT_THROW(to_integers(t), Error) << name_of(type);
  }
}

int64_t stored(DataType type, double value) {
  return integer_element(
      Tensor::make(type, {1}, [&](const TensorView& v) { set_element(v, 0, value); }).view(), 0);
}

TEST(Tensor, NumbersSaturate) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  EXPECT_EQ(stored(DataType::kI8, 300), 127);
  EXPECT_EQ(stored(DataType::kI8, -300), -128);
  EXPECT_EQ(stored(DataType::kU8, -1), 0);
  EXPECT_EQ(stored(DataType::kI32, kInf), INT32_MAX);
  EXPECT_EQ(stored(DataType::kI64, -kInf), INT64_MIN);
  EXPECT_EQ(stored(DataType::kI64, 9.3e18), INT64_MAX);
  EXPECT_EQ(stored(DataType::kI32, std::nan("")), 0);
  EXPECT_EQ(stored(DataType::kI32, -1.9), -1);
  EXPECT_EQ(stored(DataType::kBool, -0.5), 1);
  const Tensor large = Tensor::make(DataType::kI64, {1}, [](const TensorView& v) {
    set_integer_element(v, 0, 9007199254740993);
  });
  EXPECT_EQ(to_integers(large)[0], 9007199254740993);
}

}  // namespace
}  // namespace tenon
