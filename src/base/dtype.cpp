#include "base/dtype.h"

#include <array>
#include <bit>
#include <utility>

#include "base/error.h"

namespace tenon {
namespace {

struct Info {
  std::string_view name;
  int bits;
};

constexpr std::array<Info, 13> kInfos{{{"f32", 32},
                                       {"f16", 16},
                                       {"bf16", 16},
                                       {"i8", 8},
                                       {"i32", 32},
                                       {"bool", 8},
                                       {"u8", 8},
                                       {"f8", 8},
                                       {"i64", 64},
                                       {"i4", 4},
                                       {"f4", 4},
                                       {"e8m0", 8},
                                       {"f64", 64}}};

}  // namespace

std::string_view name_of(DataType type) {
  const auto i = static_cast<size_t>(type);
  return i < kInfos.size() ? kInfos[i].name : "invalid";
}

std::optional<DataType> parse_dtype(std::string_view name) {
  for (size_t i = 0; i < kInfos.size(); ++i) {
    if (kInfos[i].name == name) return static_cast<DataType>(i);
  }
  return std::nullopt;
}

int bits_of(DataType type) {
  const auto i = static_cast<size_t>(type);
  TENON_CHECK(i < kInfos.size());
  return kInfos[i].bits;
}

size_t bytes_of(DataType type, int64_t n) {
  int64_t bits = 0;
  if (n < 0 || __builtin_mul_overflow(n, bits_of(type), &bits) || bits > INT64_MAX - 7) {
    fail("{} elements of type {} are no size of a tensor", n, name_of(type));
  }
  return (static_cast<size_t>(bits) + 7) / 8;
}

bool is_float(DataType type) {
  switch (type) {
    case DataType::kF32:
    case DataType::kF16:
    case DataType::kBF16:
    case DataType::kF8:
    case DataType::kF4:
    case DataType::kE8M0:
    case DataType::kF64: return true;
    default: return false;
  }
}

bool is_integer(DataType type) { return !is_float(type) && type != DataType::kBool; }

float f16_to_f32(uint16_t bits) {
  const uint32_t sign = static_cast<uint32_t>(bits & 0x8000u) << 16;
  const uint32_t exponent = (bits >> 10) & 0x1fu;
  uint32_t mantissa = bits & 0x3ffu;
  if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000u | (mantissa << 13));
  if (exponent != 0) {
    return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (mantissa << 13));
  }
  const float subnormal = static_cast<float>(mantissa) * 0x1p-24f;
  return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(subnormal));
}

uint16_t f32_to_f16(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const auto sign = static_cast<uint16_t>((bits >> 16) & 0x8000u);
  const uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return sign | 0x7e00u;
  if (magnitude >= 0x47800000u) return sign | 0x7c00u;
  if (magnitude < 0x38800000u) {
    // Adding 0.5 aligns the subnormal's last bit with the float's: the FPU rounds for us.
    const float aligned = std::bit_cast<float>(magnitude) + 0.5f;
    return sign | static_cast<uint16_t>(std::bit_cast<uint32_t>(aligned) - 0x3f000000u);
  }
  const uint32_t rounded = magnitude + 0xfffu + ((magnitude >> 13) & 1u) - 0x38000000u;
  return sign | static_cast<uint16_t>(rounded >> 13);
}

float bf16_to_f32(uint16_t bits) { return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16); }

uint16_t f32_to_bf16(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<uint16_t>((bits >> 16) | 0x40u);
  return static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

}  // namespace tenon
