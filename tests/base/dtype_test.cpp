#include "base/dtype.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "base/error.h"

namespace tenon {
namespace {

TEST(DataType, NamesParseBack) {
  for (int i = 0; i < 13; ++i) {
    const auto type = static_cast<DataType>(i);
    EXPECT_EQ(parse_dtype(name_of(type)), type);
  }
  EXPECT_EQ(name_of(static_cast<DataType>(13)), "invalid");
  EXPECT_EQ(parse_dtype("invalid"), std::nullopt);
  EXPECT_EQ(parse_dtype(""), std::nullopt);
}

TEST(DataType, Sizes) {
  EXPECT_EQ(bytes_of(DataType::kF32, 3), 12U);
  EXPECT_EQ(bytes_of(DataType::kI4, 3), 2U);
  EXPECT_EQ(bytes_of(DataType::kF4, 0), 0U);
  EXPECT_EQ(bytes_of(DataType::kE8M0, 5), 5U);
  EXPECT_THROW(bytes_of(DataType::kF32, -1), Error);
  EXPECT_THROW(bytes_of(DataType::kI64, int64_t{1} << 58), Error);
  EXPECT_THROW(bytes_of(DataType::kI8, INT64_MAX), Error);
}

TEST(DataType, Kinds) {
  EXPECT_TRUE(is_float(DataType::kBF16));
  EXPECT_TRUE(is_float(DataType::kF4));
  EXPECT_FALSE(is_float(DataType::kBool));
  EXPECT_TRUE(is_integer(DataType::kI4));
  EXPECT_TRUE(is_integer(DataType::kU8));
  EXPECT_FALSE(is_integer(DataType::kBool));
  EXPECT_FALSE(is_integer(DataType::kF8));
}

// The float16 that is nearest by definition, ties to even, found by search among all of them.
double f16_value(uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const int mantissa = bits & 1023;
  const double magnitude =
      exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
  return bits & 0x8000 ? -magnitude : magnitude;
}

TEST(Float16, EveryValueConvertsAndComesBack) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto h = static_cast<uint16_t>(bits);
    const float f = f16_to_f32(h);
    if ((h & 0x7fff) > 0x7c00) {
      EXPECT_TRUE(std::isnan(f));
      EXPECT_TRUE(std::isnan(f16_to_f32(f32_to_f16(f))));
      continue;
    }
    if ((h & 0x7fff) == 0x7c00) {
      EXPECT_TRUE(std::isinf(f));
    } else {
      EXPECT_EQ(static_cast<double>(f), f16_value(h));
    }
    EXPECT_EQ(f32_to_f16(f), h);
    EXPECT_EQ(std::signbit(f), (h & 0x8000) != 0);
  }
}

TEST(Float16, RoundsToNearestEven) {
  for (uint32_t bits = 0; bits < 0x7bff; ++bits) {
    const auto h = static_cast<uint16_t>(bits);
    const auto middle = static_cast<float>((f16_value(h) + f16_value(h + 1)) / 2);
    const uint16_t even = h & 1 ? h + 1 : h;
    EXPECT_EQ(f32_to_f16(middle), even);
    EXPECT_EQ(f32_to_f16(std::nextafter(middle, 0.0F)), h);
    EXPECT_EQ(f32_to_f16(std::nextafter(middle, 1e9F)), h + 1);
  }
  EXPECT_EQ(f32_to_f16(65519.996F), 0x7bff);
  EXPECT_EQ(f32_to_f16(65520.0F), 0x7c00);
  EXPECT_EQ(f32_to_f16(-1e30F), 0xfc00);
  EXPECT_EQ(f32_to_f16(std::numeric_limits<float>::denorm_min()), 0);
}

TEST(BFloat16, ConvertsAndRoundsToNearestEven) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto b = static_cast<uint16_t>(bits);
    const float f = bf16_to_f32(b);
    if (std::isnan(f)) {
      EXPECT_TRUE(std::isnan(bf16_to_f32(f32_to_bf16(f))));
    } else {
      EXPECT_EQ(f32_to_bf16(f), b);
    }
  }
  const auto f = [](uint32_t bits) { return std::bit_cast<float>(bits); };
  EXPECT_EQ(f32_to_bf16(f(0x3f808000)), 0x3f80);
  EXPECT_EQ(f32_to_bf16(f(0x3f818000)), 0x3f82);
  EXPECT_EQ(f32_to_bf16(f(0x3f808001)), 0x3f81);
  EXPECT_EQ(f32_to_bf16(f(0x7f7fffff)), 0x7f80);
  EXPECT_TRUE(std::isnan(bf16_to_f32(f32_to_bf16(f(0x7f800001)))));
}

}  // namespace
}  // namespace tenon
