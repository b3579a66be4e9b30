// IEEE half precision on the host: the types __half and __half2 with the conversions, operators and
// functions of CUDA's header that run on the host.
#pragma once

#include "vector_types.h"

#if defined(__cplusplus)

#include "cuda_small_float.h"
#include "cuda_small_float_operations.h"

struct __nv_bfloat16;

// The bits alone.
struct __align__(2) __half_raw {
  unsigned short x;
};
struct __align__(4) __half2_raw {
  unsigned short x;
  unsigned short y;
};

struct __align__(2) __half : tenon_cuda::Value<tenon_cuda::Format<5>, __half_raw> {
  using Format = tenon_cuda::Format<5>;
  using Base = tenon_cuda::Value<Format, __half_raw>;
  using Base::Base;
  __half() = default;
  explicit __half(__nv_bfloat16 value);  // defined by cuda_bf16.h
};

struct __align__(4) __half2 {
  __half x;
  __half y;

  __half2() = default;
  __half2(const __half& low, const __half& high) : x(low), y(high) {}
  __half2(const __half2_raw& raw)
      : x(tenon_cuda::of_bits<__half, __half_raw>(raw.x)),
        y(tenon_cuda::of_bits<__half, __half_raw>(raw.y)) {}
  operator __half2_raw() const {
    __half2_raw raw;
    raw.x = tenon_cuda::bits_of<__half, __half_raw>(x);
    raw.y = tenon_cuda::bits_of<__half, __half_raw>(y);
    return raw;
  }
};

TENON_CUDA_SMALL_FLOAT_OPERATIONS(__half, __half2, __half_raw, __half::Format)

// Bits.
inline unsigned short __half_as_ushort(const __half a) {
  return tenon_cuda::bits_of<__half, __half_raw>(a);
}
inline short __half_as_short(const __half a) {
  return static_cast<short>(tenon_cuda::bits_of<__half, __half_raw>(a));
}
inline __half __ushort_as_half(const unsigned short bits) {
  return tenon_cuda::of_bits<__half, __half_raw>(bits);
}
inline __half __short_as_half(const short bits) {
  return tenon_cuda::of_bits<__half, __half_raw>(static_cast<unsigned short>(bits));
}

// From numbers: to nearest even (also without a suffix), toward zero, down, up.
inline __half __float2half(const float a) { return __half(a); }
inline __half __double2half(const double a) { return __half(a); }
inline __half __float2half_rn(const float a) {
  return __ushort_as_half(__half::Format::from_double(a, tenon_cuda::Rounding::nearest_even));
}
inline __half __float2half_rz(const float a) {
  return __ushort_as_half(__half::Format::from_double(a, tenon_cuda::Rounding::toward_zero));
}
inline __half __float2half_rd(const float a) {
  return __ushort_as_half(__half::Format::from_double(a, tenon_cuda::Rounding::down));
}
inline __half __float2half_ru(const float a) {
  return __ushort_as_half(__half::Format::from_double(a, tenon_cuda::Rounding::up));
}
inline __half __int2half_rn(const int a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::nearest_even));
}
inline __half __int2half_rz(const int a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::toward_zero));
}
inline __half __int2half_rd(const int a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::down));
}
inline __half __int2half_ru(const int a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::up));
}
inline __half __short2half_rn(const short a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::nearest_even));
}
inline __half __short2half_rz(const short a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::toward_zero));
}
inline __half __short2half_rd(const short a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::down));
}
inline __half __short2half_ru(const short a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::up));
}
inline __half __uint2half_rn(const unsigned int a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::nearest_even));
}
inline __half __uint2half_rz(const unsigned int a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::toward_zero));
}
inline __half __uint2half_rd(const unsigned int a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::down));
}
inline __half __uint2half_ru(const unsigned int a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::up));
}
inline __half __ushort2half_rn(const unsigned short a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::nearest_even));
}
inline __half __ushort2half_rz(const unsigned short a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::toward_zero));
}
inline __half __ushort2half_rd(const unsigned short a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::down));
}
inline __half __ushort2half_ru(const unsigned short a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::up));
}
inline __half __ll2half_rn(const long long a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::nearest_even));
}
inline __half __ll2half_rz(const long long a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::toward_zero));
}
inline __half __ll2half_rd(const long long a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::down));
}
inline __half __ll2half_ru(const long long a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::up));
}
inline __half __ull2half_rn(const unsigned long long a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::nearest_even));
}
inline __half __ull2half_rz(const unsigned long long a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::toward_zero));
}
inline __half __ull2half_rd(const unsigned long long a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::down));
}
inline __half __ull2half_ru(const unsigned long long a) {
  return __ushort_as_half(__half::Format::from_integer(a, tenon_cuda::Rounding::up));
}

// To numbers. To integers toward zero; see tenon_cuda::Format::to_integer for what does not fit.
inline float __half2float(const __half a) { return static_cast<float>(a); }
inline signed char __half2char_rz(const __half a) { return static_cast<signed char>(a); }
inline unsigned char __half2uchar_rz(const __half a) { return static_cast<unsigned char>(a); }
inline int __half2int_rz(const __half a) { return static_cast<int>(a); }
inline short __half2short_rz(const __half a) { return static_cast<short>(a); }
inline unsigned int __half2uint_rz(const __half a) { return static_cast<unsigned int>(a); }
inline unsigned short __half2ushort_rz(const __half a) { return static_cast<unsigned short>(a); }
inline long long __half2ll_rz(const __half a) { return static_cast<long long>(a); }
inline unsigned long long __half2ull_rz(const __half a) {
  return static_cast<unsigned long long>(a);
}

// Pairs: x is the low half, y the high one.
inline __half2 make_half2(const __half x, const __half y) { return __half2(x, y); }
inline __half2 __halves2half2(const __half low, const __half high) { return __half2(low, high); }
inline __half2 __half2half2(const __half a) { return __half2(a, a); }
inline __half2 __float2half2_rn(const float a) { return __half2(__half(a), __half(a)); }
inline __half2 __floats2half2_rn(const float low, const float high) {
  return __half2(__half(low), __half(high));
}
inline __half2 __float22half2_rn(const float2 a) { return __half2(__half(a.x), __half(a.y)); }
inline float2 __half22float2(const __half2 a) {
  return float2{static_cast<float>(a.x), static_cast<float>(a.y)};
}
inline __half __low2half(const __half2 a) { return a.x; }
inline __half __high2half(const __half2 a) { return a.y; }
inline __half2 __low2half2(const __half2 a) { return __half2(a.x, a.x); }
inline __half2 __high2half2(const __half2 a) { return __half2(a.y, a.y); }
inline __half2 __lows2half2(const __half2 a, const __half2 b) { return __half2(a.x, b.x); }
inline __half2 __highs2half2(const __half2 a, const __half2 b) { return __half2(a.y, b.y); }

// Constants.
#define CUDART_INF_FP16 __ushort_as_half((unsigned short)0x7C00U)
#define CUDART_NAN_FP16 __ushort_as_half((unsigned short)0x7FFFU)
#define CUDART_MIN_DENORM_FP16 __ushort_as_half((unsigned short)0x0001U)
#define CUDART_MAX_NORMAL_FP16 __ushort_as_half((unsigned short)0x7BFFU)
#define CUDART_NEG_ZERO_FP16 __ushort_as_half((unsigned short)0x8000U)
#define CUDART_ZERO_FP16 __ushort_as_half((unsigned short)0x0000U)
#define CUDART_ONE_FP16 __ushort_as_half((unsigned short)0x3C00U)

typedef __half half;
typedef __half2 half2;
typedef __half nv_half;
typedef __half2 nv_half2;
typedef __half __nv_half;
typedef __half2 __nv_half2;
typedef __half_raw __nv_half_raw;
typedef __half2_raw __nv_half2_raw;

#endif
