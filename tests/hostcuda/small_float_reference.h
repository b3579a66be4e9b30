// A 16-bit float format by its definition, to compare with: decode by arithmetic, encode by search.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

namespace tenon::testing {

template <int kExponentBits>
struct Reference {
  static constexpr int kMantissaBits = 15 - kExponentBits;
  static constexpr int kBias = (1 << (kExponentBits - 1)) - 1;
  static constexpr int kInfinity = ((1 << kExponentBits) - 1) << kMantissaBits;

  static double decode(int bits) {
    const int magnitude = bits & 0x7fff;
    const int exponent = magnitude >> kMantissaBits;
    const int mantissa = magnitude & ((1 << kMantissaBits) - 1);
    double value = 0;
    if (magnitude > kInfinity) return std::nan("");
    if (magnitude == kInfinity) {
      value = INFINITY;
    } else if (exponent == 0) {
      value = std::ldexp(mantissa, 1 - kBias - kMantissaBits);
    } else {
      value = std::ldexp((1 << kMantissaBits) + mantissa, exponent - kBias - kMantissaBits);
    }
    return (bits & 0x8000) != 0 ? -value : value;
  }

  // The two neighbours of |value|: the largest number not above it, and the next one.
  static std::pair<int, int> neighbours(double magnitude) {
    int low = 0, high = kInfinity;  // numbers grow with their bits
    while (high - low > 1) {
      const int middle = (low + high) / 2;
      (decode(middle) <= magnitude ? low : high) = middle;
    }
    return {low, high};
  }

  // Rounded to nearest, ties to even, overflow to infinity as if the exponent went on.
  static int encode(double value) {
    if (std::isnan(value)) return 0x7fff;
    const int sign = std::signbit(value) ? 0x8000 : 0;
    const double magnitude = std::fabs(value);
    if (std::isinf(value)) return sign | kInfinity;
    const auto [low, high] = neighbours(magnitude);
    const double above = high == kInfinity ? std::ldexp(1.0, kBias + 1) : decode(high);
    const double to_low = magnitude - decode(low), to_high = above - magnitude;
    const bool up = to_high < to_low || (to_high == to_low && low % 2 != 0);
    return sign | (up ? high : low);
  }
  // Toward zero; toward minus infinity; toward plus infinity.
  static int encode_toward(double value, int direction) {
    if (std::isnan(value)) return 0x7fff;
    const int sign = std::signbit(value) ? 0x8000 : 0;
    if (std::isinf(value)) return sign | kInfinity;
    const auto [low, high] = neighbours(std::fabs(value));
    const bool exact = decode(low) == std::fabs(value);
    const bool away = direction != 0 && (direction < 0) == (sign != 0);
    return sign | (!exact && away ? high : low);
  }
};

// Floats of every kind: random bits, every exponent's corners, and what lies on and beside the
// halfway points between the numbers of the format.
template <class R>
std::vector<float> interesting_floats() {
  std::vector<float> values;
  uint32_t bits = 12345;
  for (int i = 0; i < 200000; ++i) {
    bits = bits * 1664525u + 1013904223u;
    values.push_back(std::bit_cast<float>(bits));
  }
  for (uint32_t exponent = 0; exponent < 256; ++exponent) {
    for (uint32_t mantissa : {0u, 1u, 0x3fffffu, 0x400000u, 0x7fffffu, 0x7ff000u, 0x008000u}) {
      values.push_back(std::bit_cast<float>(exponent << 23 | mantissa));
      values.push_back(std::bit_cast<float>(0x80000000u | exponent << 23 | mantissa));
    }
  }
  for (int low = 0; low < R::kInfinity; ++low) {
    const double next =
        low + 1 == R::kInfinity ? std::ldexp(1.0, R::kBias + 1) : R::decode(low + 1);
    const auto half = static_cast<float>((R::decode(low) + next) / 2);
    for (float value : {half, std::nextafter(half, 0.0f), std::nextafter(half, INFINITY)}) {
      values.push_back(value);
      values.push_back(-value);
    }
  }
  return values;
}

}  // namespace tenon::testing
