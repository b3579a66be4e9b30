#include <cuda_bf16.h>
#include <gtest/gtest.h>

#include <climits>
#include <cmath>

#include "small_float_reference.h"

namespace tenon::testing {
namespace {

using R = Reference<8>;

__nv_bfloat16 of_bits(int bits) { return __ushort_as_bfloat16(static_cast<unsigned short>(bits)); }
int bits_of(__nv_bfloat16 value) { return __bfloat16_as_ushort(value); }

TEST(Bfloat16, DecodesAllPatterns) {
  for (int bits = 0; bits < 0x10000; ++bits) {
    const double expected = R::decode(bits);
    const float value = __bfloat162float(of_bits(bits));
    if (std::isnan(expected)) {
      ASSERT_TRUE(std::isnan(value)) << bits;
      ASSERT_TRUE(__hisnan(of_bits(bits)));
      continue;
    }
    ASSERT_EQ(value, expected) << bits;
    ASSERT_EQ(std::signbit(value), (bits & 0x8000) != 0) << bits;
    ASSERT_EQ(bits_of(__float2bfloat16(value)), bits) << bits;
    ASSERT_EQ(bits_of(__double2bfloat16(value)), bits) << bits;
  }
}

TEST(Bfloat16, EncodesFloats) {
  for (float value : interesting_floats<R>()) {
    ASSERT_EQ(bits_of(__float2bfloat16(value)), R::encode(value)) << value;
    ASSERT_EQ(bits_of(__float2bfloat16_rn(value)), R::encode(value)) << value;
    ASSERT_EQ(bits_of(__float2bfloat16_rz(value)), R::encode_toward(value, 0)) << value;
    ASSERT_EQ(bits_of(__float2bfloat16_rd(value)), R::encode_toward(value, -1)) << value;
    ASSERT_EQ(bits_of(__float2bfloat16_ru(value)), R::encode_toward(value, 1)) << value;
  }
}

// Rounding a double through float first would go wrong just beside the halfway points.
TEST(Bfloat16, EncodesDoublesInOneStep) {
  for (int low = 0; low < R::kInfinity - 1; ++low) {
    const double half = (R::decode(low) + R::decode(low + 1)) / 2;
    for (double value : {half, std::nextafter(half, 0.0), std::nextafter(half, INFINITY)}) {
      ASSERT_EQ(bits_of(__double2bfloat16(value)), R::encode(value)) << value;
      ASSERT_EQ(bits_of(__nv_bfloat16(-value)), R::encode(-value)) << value;
    }
  }
  EXPECT_EQ(bits_of(__nv_bfloat16(1e-320)), 0);
  EXPECT_EQ(bits_of(__nv_bfloat16(-1e-320)), 0x8000);
  EXPECT_EQ(bits_of(__nv_bfloat16(1e300)), R::kInfinity);
}

TEST(Bfloat16, EncodesIntegers) {
  for (int value = -70000; value <= 70000; ++value) {
    ASSERT_EQ(bits_of(__int2bfloat16_rn(value)), R::encode(value)) << value;
    ASSERT_EQ(bits_of(__int2bfloat16_rz(value)), R::encode_toward(value, 0)) << value;
    ASSERT_EQ(bits_of(__int2bfloat16_rd(value)), R::encode_toward(value, -1)) << value;
    ASSERT_EQ(bits_of(__int2bfloat16_ru(value)), R::encode_toward(value, 1)) << value;
    ASSERT_EQ(bits_of(__nv_bfloat16(value)), R::encode(value)) << value;
  }
  EXPECT_EQ(bits_of(__nv_bfloat16(INT_MIN)), R::encode(INT_MIN));
  EXPECT_EQ(bits_of(__nv_bfloat16(LLONG_MIN)), R::encode(-std::ldexp(1.0, 63)));
  EXPECT_EQ(bits_of(__nv_bfloat16(ULLONG_MAX)), R::encode(std::ldexp(1.0, 64)));
  EXPECT_EQ(bits_of(__ull2bfloat16_rz(ULLONG_MAX)), R::encode_toward(std::ldexp(0.9999, 64), 0));
}

TEST(Bfloat16, DecodesToIntegers) {
  for (int bits = 0; bits < 0x10000; ++bits) {
    const double value = R::decode(bits);
    const auto clamped = [&](double low, double high) {
      return std::isnan(value) ? 0.0 : std::trunc(std::clamp(value, low, high));
    };
    ASSERT_EQ(static_cast<int>(of_bits(bits)), clamped(INT_MIN, INT_MAX)) << bits;
    ASSERT_EQ(static_cast<unsigned int>(of_bits(bits)), clamped(0, UINT_MAX)) << bits;
    ASSERT_EQ(static_cast<short>(of_bits(bits)), clamped(SHRT_MIN, SHRT_MAX)) << bits;
    ASSERT_EQ(static_cast<unsigned char>(of_bits(bits)), clamped(0, UCHAR_MAX)) << bits;
  }
  EXPECT_EQ(static_cast<long long>(of_bits(R::kInfinity)), LLONG_MAX);
  EXPECT_EQ(static_cast<long long>(of_bits(0x8000 | R::kInfinity)), LLONG_MIN);
  EXPECT_EQ(static_cast<long long>(of_bits(0x7fff)), LLONG_MIN);
}

TEST(Bfloat16, ArithmeticRoundsTheExactResult) {
  uint32_t random = 1;
  for (int i = 0; i < 100000; ++i) {
    random = random * 1664525u + 1013904223u;
    const int x = random >> 16;
    random = random * 1664525u + 1013904223u;
    const int y = i % 3 == 0 ? (x ^ (random >> 29)) : random >> 16;
    const __nv_bfloat16 a = of_bits(x), b = of_bits(y);
    const double p = R::decode(x), q = R::decode(y);
    ASSERT_EQ(bits_of(a + b), R::encode(p + q)) << p << ' ' << q;
    ASSERT_EQ(bits_of(a - b), R::encode(p - q)) << p << ' ' << q;
    ASSERT_EQ(bits_of(a * b), R::encode(p * q)) << p << ' ' << q;
    ASSERT_EQ(a == b, p == q);
    ASSERT_EQ(a != b, p != q);
    ASSERT_EQ(a < b, p < q);
    ASSERT_EQ(a > b, p > q);
    ASSERT_EQ(a <= b, p <= q);
    ASSERT_EQ(a >= b, p >= q);
    ASSERT_EQ(__hne(a, b), p < q || p > q);
    ASSERT_EQ(__hltu(a, b), !(p >= q));
    if (std::isnan(p) || std::isnan(q)) {
      ASSERT_EQ(bits_of(__hmax_nan(a, b)), 0x7fff);
      continue;
    }
    ASSERT_EQ(R::decode(bits_of(__hmax(a, b))), std::max(p, q));
    ASSERT_EQ(R::decode(bits_of(__hmin(a, b))), std::min(p, q));
  }
}

TEST(Bfloat16, Division) {
  EXPECT_EQ(bits_of(__nv_bfloat16(1.0f) / __nv_bfloat16(3.0f)), R::encode(1.0 / 3.0));
  EXPECT_EQ(bits_of(__nv_bfloat16(1.0f) / __nv_bfloat16(0.0f)), R::kInfinity);
  EXPECT_EQ(bits_of(__nv_bfloat16(0.0f) / __nv_bfloat16(0.0f)), 0x7fff);
}

TEST(Bfloat16, SignsAndSpecialValues) {
  EXPECT_EQ(bits_of(-__nv_bfloat16(1.5f)), 0x8000 | bits_of(__nv_bfloat16(1.5f)));
  EXPECT_EQ(bits_of(__habs(__nv_bfloat16(-1.5f))), bits_of(__nv_bfloat16(1.5f)));
  EXPECT_EQ(__hisinf(of_bits(R::kInfinity)), 1);
  EXPECT_EQ(__hisinf(of_bits(0x8000 | R::kInfinity)), -1);
  EXPECT_EQ(__hisinf(of_bits(R::kInfinity - 1)), 0);
  EXPECT_EQ(bits_of(__hmax(of_bits(0), of_bits(0x8000))), 0);
  EXPECT_EQ(bits_of(__hmin(of_bits(0), of_bits(0x8000))), 0x8000);
  EXPECT_EQ(bits_of(__hmax(of_bits(0x7fff), __nv_bfloat16(2.0f))), bits_of(__nv_bfloat16(2.0f)));
  EXPECT_EQ(bits_of(__hadd_sat(__nv_bfloat16(0.75f), __nv_bfloat16(0.75f))),
            bits_of(__nv_bfloat16(1.0f)));
  EXPECT_EQ(bits_of(__hsub_sat(__nv_bfloat16(0.5f), __nv_bfloat16(0.75f))), 0);
  EXPECT_FALSE(static_cast<bool>(of_bits(0x8000)));
  EXPECT_TRUE(static_cast<bool>(of_bits(1)));
}

TEST(Bfloat16, ConvertsLikeANumber) {
  __nv_bfloat16 value = 3;
  value += __nv_bfloat16(0.5f);
  ++value;
  const float single = value;
  const double full = value;
  EXPECT_EQ(single, 4.5f);
  EXPECT_EQ(full, 4.5);
  EXPECT_EQ(static_cast<int>(value--), 4);
  EXPECT_EQ(static_cast<float>(value), 3.5f);
  value = 2.0;
  EXPECT_EQ(static_cast<float>(value), 2.0f);
}

TEST(Bfloat16, ConvertsFromAndToHalf) {
  EXPECT_EQ(bits_of(__nv_bfloat16(__half(1.5f))), bits_of(__nv_bfloat16(1.5f)));
  EXPECT_EQ(__half_as_ushort(__half(__nv_bfloat16(-2.0f))), __half_as_ushort(__half(-2.0f)));
}

TEST(Bfloat16, Pairs) {
  const __nv_bfloat162 a(__nv_bfloat16(1.0f), __nv_bfloat16(2.0f));
  const __nv_bfloat162 b = __float2bfloat162_rn(2.0f);
  const __nv_bfloat162 sum = a + b;
  EXPECT_EQ(__low2float(sum), 3.0f);
  EXPECT_EQ(__high2float(sum), 4.0f);
  EXPECT_TRUE(a <= b);
  EXPECT_FALSE(a == b);
  EXPECT_EQ(__heq2_mask(a, b), 0xffff0000u);
  EXPECT_EQ(__high2float(__lowhigh2highlow(a)), 1.0f);
  EXPECT_EQ(__low2float(__hlt2(a, b)), 1.0f);
  EXPECT_EQ(__high2float(__hlt2(a, b)), 0.0f);
  EXPECT_EQ(sizeof(__nv_bfloat162), 4u);
  EXPECT_EQ(alignof(__nv_bfloat162), 4u);
  EXPECT_EQ(sizeof(__nv_bfloat16), 2u);
}

}  // namespace
}  // namespace tenon::testing
