#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tenon {

// Element types of tensors. Stable numbers: they are written to plans.
enum class DataType : uint8_t {
  kF32 = 0,
  kF16 = 1,
  kBF16 = 2,
  kI8 = 3,
  kI32 = 4,
  kBool = 5,
  kU8 = 6,
  kF8 = 7,  // E4M3
  kI64 = 8,
  kI4 = 9,
  kF4 = 10,    // E2M1
  kE8M0 = 11,  // power-of-two scales
  kF64 = 12,   // constants of ONNX files only; no kernel computes in it
};

std::string_view name_of(DataType type);  // "f32", "bf16", ...
std::optional<DataType> parse_dtype(std::string_view name);

// Bits an element takes in memory: 4 for kI4 and kF4, which are packed two a byte.
int bits_of(DataType type);
// Bytes that n elements take. Throws Error when n is negative or the bytes are beyond counting.
size_t bytes_of(DataType type, int64_t n);

bool is_float(DataType type);
bool is_integer(DataType type);  // signed, unsigned; not kBool

// IEEE 754 binary16 and bfloat16 <-> binary32, round to nearest even; NaN stays NaN.
float f16_to_f32(uint16_t bits);
uint16_t f32_to_f16(float value);
float bf16_to_f32(uint16_t bits);
uint16_t f32_to_bf16(float value);

}  // namespace tenon
