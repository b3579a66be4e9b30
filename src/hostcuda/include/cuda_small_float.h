// What the 16-bit floating-point types of cuda_fp16.h and cuda_bf16.h have in common: exact
// conversions with a chosen rounding, and the class that holds a value. C++11 and later.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

namespace tenon_cuda {

enum class Rounding { nearest_even, toward_zero, down, up };

// A binary format of 16 bits: sign, exponent, mantissa (IEEE 754-2008, 3.4, for any split).
template <int kExponentBits>
struct Format {
  static const int kMantissaBits = 15 - kExponentBits;
  static const int kBias = (1 << (kExponentBits - 1)) - 1;
  static const unsigned int kInfinity = ((1u << kExponentBits) - 1) << kMantissaBits;
  static const unsigned int kSign = 0x8000u;
  static const unsigned int kNan = 0x7fffu;  // the NaN that conversions and operations give

  static bool is_nan(unsigned int bits) { return (bits & 0x7fffu) > kInfinity; }

  // significand * 2^exponent, rounded. Overflow gives infinity, or the largest number where the
  // rounding goes the other way.
  static uint16_t encode(bool negative, uint64_t significand, int exponent, Rounding rounding) {
    const unsigned int sign = negative ? kSign : 0u;
    if (significand == 0) return static_cast<uint16_t>(sign);
    int top = 63;
    while ((significand >> top) == 0) --top;
    // The weight of the last kept bit: kMantissaBits below the top, or that of subnormals.
    const int lowest = 1 - kBias - kMantissaBits;
    int last = top + exponent - kMantissaBits;
    if (last < lowest) last = lowest;
    const int dropped = last - exponent;  // bits of the significand that do not fit
    uint64_t kept = 0;
    bool half = false, rest = false;
    if (dropped <= 0) {
      kept = significand << -dropped;
    } else if (dropped > 64) {
      rest = true;
    } else {
      kept = dropped == 64 ? 0 : significand >> dropped;
      half = ((significand >> (dropped - 1)) & 1u) != 0;
      rest = dropped > 1 && (significand & ((uint64_t(1) << (dropped - 1)) - 1)) != 0;
    }
    bool away = false;
    if (rounding == Rounding::nearest_even) away = half && (rest || (kept & 1u) != 0);
    if (rounding == Rounding::up) away = !negative && (half || rest);
    if (rounding == Rounding::down) away = negative && (half || rest);
    kept += away ? 1 : 0;
    // Carries of the mantissa run into the exponent field as they must.
    const uint64_t field = static_cast<uint64_t>(last - lowest) << kMantissaBits;
    const uint64_t bits = field + kept;
    if (bits < kInfinity) return static_cast<uint16_t>(sign | bits);
    const bool to_infinity = rounding == Rounding::nearest_even ||
                             rounding == (negative ? Rounding::down : Rounding::up);
    return static_cast<uint16_t>(sign | (to_infinity ? kInfinity : kInfinity - 1));
  }

  static uint16_t from_double(double value, Rounding rounding = Rounding::nearest_even) {
    uint64_t bits;
    std::memcpy(&bits, &value, sizeof(bits));
    const bool negative = (bits >> 63) != 0;
    const int exponent = static_cast<int>((bits >> 52) & 0x7ff);
    const uint64_t mantissa = bits & ((uint64_t(1) << 52) - 1);
    if (exponent == 0x7ff) {
      return static_cast<uint16_t>(mantissa != 0 ? kNan : (negative ? kSign : 0u) | kInfinity);
    }
    if (exponent == 0) return encode(negative, mantissa, -1074, rounding);
    return encode(negative, mantissa | (uint64_t(1) << 52), exponent - 1075, rounding);
  }

  template <class Integer>
  static uint16_t from_integer(Integer value, Rounding rounding = Rounding::nearest_even) {
    const bool negative = value < 0;
    const uint64_t magnitude = static_cast<uint64_t>(value);
    return encode(negative, negative ? uint64_t(0) - magnitude : magnitude, 0, rounding);
  }

  static float to_float(unsigned int bits) {
    const uint32_t sign = (bits & kSign) << 16;
    const uint32_t magnitude = bits & 0x7fffu;
    uint32_t out;
    if (kExponentBits == 8) {  // float's own format, shortened
      out = sign | (magnitude << 16);
    } else if (magnitude >= kInfinity) {
      out = magnitude == kInfinity ? sign | 0x7f800000u : 0x7fffffffu;
    } else if (magnitude < (1u << kMantissaBits)) {  // subnormal: a multiple of the smallest
      const int smallest = 127 + 1 - kBias - kMantissaBits;
      const uint32_t unit_bits = static_cast<uint32_t>(smallest) << 23;
      float unit;
      std::memcpy(&unit, &unit_bits, sizeof(unit));
      const float value = static_cast<float>(magnitude) * unit;
      return sign != 0 ? -value : value;
    } else {
      const uint32_t rebias = static_cast<uint32_t>(127 - kBias) << 23;
      out = sign | ((magnitude << (23 - kMantissaBits)) + rebias);
    }
    float value;
    std::memcpy(&value, &out, sizeof(value));
    return value;
  }

  // Toward zero; what does not fit gives the nearest end of the range. NaN gives 0, as 64 bits the
  // top bit alone.
  template <class Integer>
  static Integer to_integer(unsigned int bits) {
    const float value = to_float(bits);
    if (value != value) {
      return sizeof(Integer) == 8 ? static_cast<Integer>(uint64_t(1) << 63) : Integer(0);
    }
    const double lowest = static_cast<double>(std::numeric_limits<Integer>::min());
    const double highest = static_cast<double>(std::numeric_limits<Integer>::max());
    if (value <= lowest) return std::numeric_limits<Integer>::min();
    if (value >= highest) return std::numeric_limits<Integer>::max();
    return static_cast<Integer>(value);
  }
};

// A value of a format: 16 bits with implicit conversions from and to the numbers of C++.
template <class F, class Raw>
struct Value {
 protected:
  unsigned short __x;

 public:
  Value() = default;
  Value(const Raw& raw) : __x(raw.x) {}
  Value(float v) : __x(F::from_double(v)) {}
  Value(double v) : __x(F::from_double(v)) {}
  Value(short v) : __x(F::from_integer(v)) {}
  Value(unsigned short v) : __x(F::from_integer(v)) {}
  Value(int v) : __x(F::from_integer(v)) {}
  Value(unsigned int v) : __x(F::from_integer(v)) {}
  Value(long v) : __x(F::from_integer(v)) {}
  Value(unsigned long v) : __x(F::from_integer(v)) {}
  Value(long long v) : __x(F::from_integer(v)) {}
  Value(unsigned long long v) : __x(F::from_integer(v)) {}

  operator Raw() const {
    Raw raw;
    raw.x = __x;
    return raw;
  }
  operator float() const { return F::to_float(__x); }
  operator signed char() const { return F::template to_integer<signed char>(__x); }
  operator unsigned char() const { return F::template to_integer<unsigned char>(__x); }
  operator char() const { return F::template to_integer<char>(__x); }
  operator short() const { return F::template to_integer<short>(__x); }
  operator unsigned short() const { return F::template to_integer<unsigned short>(__x); }
  operator int() const { return F::template to_integer<int>(__x); }
  operator unsigned int() const { return F::template to_integer<unsigned int>(__x); }
  operator long() const { return F::template to_integer<long>(__x); }
  operator unsigned long() const { return F::template to_integer<unsigned long>(__x); }
  operator long long() const { return F::template to_integer<long long>(__x); }
  operator unsigned long long() const { return F::template to_integer<unsigned long long>(__x); }
  operator bool() const { return (__x & 0x7fffu) != 0; }
};

// The bits of a value, and the value of bits.
template <class T, class Raw>
unsigned short bits_of(const T& value) {
  return static_cast<Raw>(value).x;
}
template <class T, class Raw>
T of_bits(unsigned int bits) {
  Raw raw;
  raw.x = static_cast<unsigned short>(bits);
  return T(raw);
}

}  // namespace tenon_cuda
