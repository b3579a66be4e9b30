// bfloat16 (the upper half of a float) on the host: the types __nv_bfloat16 and __nv_bfloat162 with
// the conversions, operators and functions of CUDA's header that run on the host.
#pragma once

#include "vector_types.h"

#if defined(__cplusplus)

#include "cuda_fp16.h"
#include "cuda_small_float.h"
#include "cuda_small_float_operations.h"

// The bits alone.
struct __align__(2) __nv_bfloat16_raw {
  unsigned short x;
};
struct __align__(4) __nv_bfloat162_raw {
  unsigned short x;
  unsigned short y;
};

struct __align__(2) __nv_bfloat16 : tenon_cuda::Value<tenon_cuda::Format<8>, __nv_bfloat16_raw> {
  using Format = tenon_cuda::Format<8>;
  using Base = tenon_cuda::Value<Format, __nv_bfloat16_raw>;
  using Base::Base;
  __nv_bfloat16() = default;
  explicit __nv_bfloat16(__half value);
};

struct __align__(4) __nv_bfloat162 {
  __nv_bfloat16 x;
  __nv_bfloat16 y;

  __nv_bfloat162() = default;
  __nv_bfloat162(const __nv_bfloat16& low, const __nv_bfloat16& high) : x(low), y(high) {}
  __nv_bfloat162(const __nv_bfloat162_raw& raw)
      : x(tenon_cuda::of_bits<__nv_bfloat16, __nv_bfloat16_raw>(raw.x)),
        y(tenon_cuda::of_bits<__nv_bfloat16, __nv_bfloat16_raw>(raw.y)) {}
  operator __nv_bfloat162_raw() const {
    __nv_bfloat162_raw raw;
    raw.x = tenon_cuda::bits_of<__nv_bfloat16, __nv_bfloat16_raw>(x);
    raw.y = tenon_cuda::bits_of<__nv_bfloat16, __nv_bfloat16_raw>(y);
    return raw;
  }
};

TENON_CUDA_SMALL_FLOAT_OPERATIONS(__nv_bfloat16, __nv_bfloat162, __nv_bfloat16_raw,
                                  __nv_bfloat16::Format)

// Bits.
inline unsigned short __bfloat16_as_ushort(const __nv_bfloat16 a) {
  return tenon_cuda::bits_of<__nv_bfloat16, __nv_bfloat16_raw>(a);
}
inline short __bfloat16_as_short(const __nv_bfloat16 a) {
  return static_cast<short>(tenon_cuda::bits_of<__nv_bfloat16, __nv_bfloat16_raw>(a));
}
inline __nv_bfloat16 __ushort_as_bfloat16(const unsigned short bits) {
  return tenon_cuda::of_bits<__nv_bfloat16, __nv_bfloat16_raw>(bits);
}
inline __nv_bfloat16 __short_as_bfloat16(const short bits) {
  return tenon_cuda::of_bits<__nv_bfloat16, __nv_bfloat16_raw>(static_cast<unsigned short>(bits));
}

// From numbers: to nearest even (also without a suffix), toward zero, down, up.
inline __nv_bfloat16 __float2bfloat16(const float a) { return __nv_bfloat16(a); }
inline __nv_bfloat16 __double2bfloat16(const double a) { return __nv_bfloat16(a); }
inline __nv_bfloat16 __float2bfloat16_rn(const float a) {
  return __ushort_as_bfloat16(
      __nv_bfloat16::Format::from_double(a, tenon_cuda::Rounding::nearest_even));
}
inline __nv_bfloat16 __float2bfloat16_rz(const float a) {
  return __ushort_as_bfloat16(
      __nv_bfloat16::Format::from_double(a, tenon_cuda::Rounding::toward_zero));
}
inline __nv_bfloat16 __float2bfloat16_rd(const float a) {
  return __ushort_as_bfloat16(__nv_bfloat16::Format::from_double(a, tenon_cuda::Rounding::down));
}
inline __nv_bfloat16 __float2bfloat16_ru(const float a) {
  return __ushort_as_bfloat16(__nv_bfloat16::Format::from_double(a, tenon_cuda::Rounding::up));
}
inline __nv_bfloat16 __int2bfloat16_rn(const int a) {
  return __ushort_as_bfloat16(
      __nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::nearest_even));
}
inline __nv_bfloat16 __int2bfloat16_rz(const int a) {
  return __ushort_as_bfloat16(
      __nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::toward_zero));
}
inline __nv_bfloat16 __int2bfloat16_rd(const int a) {
  return __ushort_as_bfloat16(__nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::down));
}
inline __nv_bfloat16 __int2bfloat16_ru(const int a) {
  return __ushort_as_bfloat16(__nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::up));
}
inline __nv_bfloat16 __short2bfloat16_rn(const short a) {
  return __ushort_as_bfloat16(
      __nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::nearest_even));
}
inline __nv_bfloat16 __short2bfloat16_rz(const short a) {
  return __ushort_as_bfloat16(
      __nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::toward_zero));
}
inline __nv_bfloat16 __short2bfloat16_rd(const short a) {
  return __ushort_as_bfloat16(__nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::down));
}
inline __nv_bfloat16 __short2bfloat16_ru(const short a) {
  return __ushort_as_bfloat16(__nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::up));
}
inline __nv_bfloat16 __uint2bfloat16_rn(const unsigned int a) {
  return __ushort_as_bfloat16(
      __nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::nearest_even));
}
inline __nv_bfloat16 __uint2bfloat16_rz(const unsigned int a) {
  return __ushort_as_bfloat16(
      __nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::toward_zero));
}
inline __nv_bfloat16 __uint2bfloat16_rd(const unsigned int a) {
  return __ushort_as_bfloat16(__nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::down));
}
inline __nv_bfloat16 __uint2bfloat16_ru(const unsigned int a) {
  return __ushort_as_bfloat16(__nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::up));
}
inline __nv_bfloat16 __ushort2bfloat16_rn(const unsigned short a) {
  return __ushort_as_bfloat16(
      __nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::nearest_even));
}
inline __nv_bfloat16 __ushort2bfloat16_rz(const unsigned short a) {
  return __ushort_as_bfloat16(
      __nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::toward_zero));
}
inline __nv_bfloat16 __ushort2bfloat16_rd(const unsigned short a) {
  return __ushort_as_bfloat16(__nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::down));
}
inline __nv_bfloat16 __ushort2bfloat16_ru(const unsigned short a) {
  return __ushort_as_bfloat16(__nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::up));
}
inline __nv_bfloat16 __ll2bfloat16_rn(const long long a) {
  return __ushort_as_bfloat16(
      __nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::nearest_even));
}
inline __nv_bfloat16 __ll2bfloat16_rz(const long long a) {
  return __ushort_as_bfloat16(
      __nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::toward_zero));
}
inline __nv_bfloat16 __ll2bfloat16_rd(const long long a) {
  return __ushort_as_bfloat16(__nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::down));
}
inline __nv_bfloat16 __ll2bfloat16_ru(const long long a) {
  return __ushort_as_bfloat16(__nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::up));
}
inline __nv_bfloat16 __ull2bfloat16_rn(const unsigned long long a) {
  return __ushort_as_bfloat16(
      __nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::nearest_even));
}
inline __nv_bfloat16 __ull2bfloat16_rz(const unsigned long long a) {
  return __ushort_as_bfloat16(
      __nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::toward_zero));
}
inline __nv_bfloat16 __ull2bfloat16_rd(const unsigned long long a) {
  return __ushort_as_bfloat16(__nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::down));
}
inline __nv_bfloat16 __ull2bfloat16_ru(const unsigned long long a) {
  return __ushort_as_bfloat16(__nv_bfloat16::Format::from_integer(a, tenon_cuda::Rounding::up));
}

// To numbers. To integers toward zero; see tenon_cuda::Format::to_integer for what does not fit.
inline float __bfloat162float(const __nv_bfloat16 a) { return static_cast<float>(a); }
inline signed char __bfloat162char_rz(const __nv_bfloat16 a) { return static_cast<signed char>(a); }
inline unsigned char __bfloat162uchar_rz(const __nv_bfloat16 a) {
  return static_cast<unsigned char>(a);
}
inline int __bfloat162int_rz(const __nv_bfloat16 a) { return static_cast<int>(a); }
inline short __bfloat162short_rz(const __nv_bfloat16 a) { return static_cast<short>(a); }
inline unsigned int __bfloat162uint_rz(const __nv_bfloat16 a) {
  return static_cast<unsigned int>(a);
}
inline unsigned short __bfloat162ushort_rz(const __nv_bfloat16 a) {
  return static_cast<unsigned short>(a);
}
inline long long __bfloat162ll_rz(const __nv_bfloat16 a) { return static_cast<long long>(a); }
inline unsigned long long __bfloat162ull_rz(const __nv_bfloat16 a) {
  return static_cast<unsigned long long>(a);
}

// Pairs: x is the low half, y the high one.
inline __nv_bfloat162 make_bfloat162(const __nv_bfloat16 x, const __nv_bfloat16 y) {
  return __nv_bfloat162(x, y);
}
inline __nv_bfloat162 __halves2bfloat162(const __nv_bfloat16 low, const __nv_bfloat16 high) {
  return __nv_bfloat162(low, high);
}
inline __nv_bfloat162 __bfloat162bfloat162(const __nv_bfloat16 a) { return __nv_bfloat162(a, a); }
inline __nv_bfloat162 __float2bfloat162_rn(const float a) {
  return __nv_bfloat162(__nv_bfloat16(a), __nv_bfloat16(a));
}
inline __nv_bfloat162 __floats2bfloat162_rn(const float low, const float high) {
  return __nv_bfloat162(__nv_bfloat16(low), __nv_bfloat16(high));
}
inline __nv_bfloat162 __float22bfloat162_rn(const float2 a) {
  return __nv_bfloat162(__nv_bfloat16(a.x), __nv_bfloat16(a.y));
}
inline float2 __bfloat1622float2(const __nv_bfloat162 a) {
  return float2{static_cast<float>(a.x), static_cast<float>(a.y)};
}
inline __nv_bfloat16 __low2bfloat16(const __nv_bfloat162 a) { return a.x; }
inline __nv_bfloat16 __high2bfloat16(const __nv_bfloat162 a) { return a.y; }
inline __nv_bfloat162 __low2bfloat162(const __nv_bfloat162 a) { return __nv_bfloat162(a.x, a.x); }
inline __nv_bfloat162 __high2bfloat162(const __nv_bfloat162 a) { return __nv_bfloat162(a.y, a.y); }
inline __nv_bfloat162 __lows2bfloat162(const __nv_bfloat162 a, const __nv_bfloat162 b) {
  return __nv_bfloat162(a.x, b.x);
}
inline __nv_bfloat162 __highs2bfloat162(const __nv_bfloat162 a, const __nv_bfloat162 b) {
  return __nv_bfloat162(a.y, b.y);
}

// Constants.
#define CUDART_INF_BF16 __ushort_as_bfloat16((unsigned short)0x7F80U)
#define CUDART_NAN_BF16 __ushort_as_bfloat16((unsigned short)0x7FFFU)
#define CUDART_MIN_DENORM_BF16 __ushort_as_bfloat16((unsigned short)0x0001U)
#define CUDART_MAX_NORMAL_BF16 __ushort_as_bfloat16((unsigned short)0x7F7FU)
#define CUDART_NEG_ZERO_BF16 __ushort_as_bfloat16((unsigned short)0x8000U)
#define CUDART_ZERO_BF16 __ushort_as_bfloat16((unsigned short)0x0000U)
#define CUDART_ONE_BF16 __ushort_as_bfloat16((unsigned short)0x3F80U)

typedef __nv_bfloat16 nv_bfloat16;
typedef __nv_bfloat162 nv_bfloat162;

// Between the two formats, through float.
inline __half::__half(__nv_bfloat16 value) : Base(static_cast<float>(value)) {}
inline __nv_bfloat16::__nv_bfloat16(__half value) : Base(static_cast<float>(value)) {}

#endif
