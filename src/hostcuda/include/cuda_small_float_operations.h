// The functions and operators that __half and __nv_bfloat16 share under the same names. One macro
// writes them for a type, since templates would not convert their arguments.
// Every result is the exact one rounded to nearest even: float holds the exact result closely
// enough that rounding twice does no harm (24 bits >= 2 * 11 + 2).
//   T, T2: the type and the pair; RAW: its bits; F: its tenon_cuda::Format
#pragma once

#include "cuda_small_float.h"

#define TENON_CUDA_BINARY(T, name, expression) \
  inline T name(const T a, const T b) {        \
    const float x = static_cast<float>(a);     \
    const float y = static_cast<float>(b);     \
    return T(static_cast<float>(expression));  \
  }
#define TENON_CUDA_PAIRWISE(T2, name2, name) \
  inline T2 name2(const T2 a, const T2 b) { return T2(name(a.x, b.x), name(a.y, b.y)); }

// A comparison of values, its unordered twin (true where either is NaN), and both for pairs: as
// numbers (0 or 1), as bit masks, and whether it holds for both.
#define TENON_CUDA_COMPARISON(T, T2, op, name)             \
  inline bool __h##name(const T a, const T b) {            \
    return static_cast<float>(a) op static_cast<float>(b); \
  }                                                        \
  inline bool __h##name##u(const T a, const T b) {         \
    return __hisnan(a) || __hisnan(b) || __h##name(a, b);  \
  }                                                        \
  TENON_CUDA_COMPARISON_OF_PAIRS(T, T2, name, name)        \
  TENON_CUDA_COMPARISON_OF_PAIRS(T, T2, name##u, name##u)
#define TENON_CUDA_COMPARISON_OF_PAIRS(T, T2, name, scalar)                                     \
  inline T2 __h##name##2(const T2 a, const T2 b) {                                              \
    return T2(T(__h##scalar(a.x, b.x) ? 1.0f : 0.0f), T(__h##scalar(a.y, b.y) ? 1.0f : 0.0f));  \
  }                                                                                             \
  inline unsigned int __h##name##2_mask(const T2 a, const T2 b) {                               \
    return (__h##scalar(a.x, b.x) ? 0xffffu : 0u) | (__h##scalar(a.y, b.y) ? 0xffff0000u : 0u); \
  }                                                                                             \
  inline bool __hb##name##2(const T2 a, const T2 b) {                                           \
    return __h##scalar(a.x, b.x) && __h##scalar(a.y, b.y);                                      \
  }

// The larger (smaller) value: +0 is larger than -0; with one NaN the other value, or, in the
// _nan form, NaN.
#define TENON_CUDA_EXTREMUM(T, T2, RAW, F, op, name, on_zero)                      \
  inline T name##_nan(const T a, const T b) {                                      \
    if (__hisnan(a) || __hisnan(b)) return tenon_cuda::of_bits<T, RAW>(F::kNan);   \
    const unsigned int x = tenon_cuda::bits_of<T, RAW>(a);                         \
    const unsigned int y = tenon_cuda::bits_of<T, RAW>(b);                         \
    if (((x | y) & 0x7fffu) == 0) return tenon_cuda::of_bits<T, RAW>(x on_zero y); \
    return static_cast<float>(a) op static_cast<float>(b) ? a : b;                 \
  }                                                                                \
  inline T name(const T a, const T b) {                                            \
    if (__hisnan(a) && !__hisnan(b)) return b;                                     \
    if (__hisnan(b) && !__hisnan(a)) return a;                                     \
    return name##_nan(a, b);                                                       \
  }                                                                                \
  TENON_CUDA_PAIRWISE(T2, name##2_nan, name##_nan)                                 \
  TENON_CUDA_PAIRWISE(T2, name##2, name)

// An arithmetic operation: plain, without contraction (the same here), clamped to [0, 1] (NaN
// becomes 0), and pairwise.
#define TENON_CUDA_ARITHMETIC(T, T2, op, name)                \
  TENON_CUDA_BINARY(T, __h##name, x op y)                     \
  TENON_CUDA_BINARY(T, __h##name##_rn, x op y)                \
  inline T __h##name##_sat(const T a, const T b) {            \
    return __hmin(__hmax(__h##name(a, b), T(0.0f)), T(1.0f)); \
  }                                                           \
  TENON_CUDA_PAIRWISE(T2, __h##name##2, __h##name)            \
  TENON_CUDA_PAIRWISE(T2, __h##name##2_rn, __h##name##_rn)    \
  TENON_CUDA_PAIRWISE(T2, __h##name##2_sat, __h##name##_sat)

#define TENON_CUDA_ARITHMETIC_OPERATOR(T, op, name)                   \
  inline T operator op(const T& a, const T& b) { return name(a, b); } \
  inline T& operator op##=(T& a, const T& b) { return a = name(a, b); }

#define TENON_CUDA_OPERATORS(T, hadd, hsub, hmul, hdiv, hneg, one) \
  TENON_CUDA_ARITHMETIC_OPERATOR(T, +, hadd)                       \
  TENON_CUDA_ARITHMETIC_OPERATOR(T, -, hsub)                       \
  TENON_CUDA_ARITHMETIC_OPERATOR(T, *, hmul)                       \
  TENON_CUDA_ARITHMETIC_OPERATOR(T, /, hdiv)                       \
  inline T operator+(const T& a) { return a; }                     \
  inline T operator-(const T& a) { return hneg(a); }               \
  inline T& operator++(T& a) { return a = hadd(a, one); }          \
  inline T& operator--(T& a) { return a = hsub(a, one); }          \
  inline T operator++(T& a, int) {                                 \
    const T old = a;                                               \
    a = hadd(a, one);                                              \
    return old;                                                    \
  }                                                                \
  inline T operator--(T& a, int) {                                 \
    const T old = a;                                               \
    a = hsub(a, one);                                              \
    return old;                                                    \
  }

#define TENON_CUDA_COMPARISON_OPERATORS(T, eq, neu, gt, lt, ge, le)    \
  inline bool operator==(const T& a, const T& b) { return eq(a, b); }  \
  inline bool operator!=(const T& a, const T& b) { return neu(a, b); } \
  inline bool operator>(const T& a, const T& b) { return gt(a, b); }   \
  inline bool operator<(const T& a, const T& b) { return lt(a, b); }   \
  inline bool operator>=(const T& a, const T& b) { return ge(a, b); }  \
  inline bool operator<=(const T& a, const T& b) { return le(a, b); }

#define TENON_CUDA_SMALL_FLOAT_OPERATIONS(T, T2, RAW, F)                                           \
  inline bool __hisnan(const T a) { return F::is_nan(tenon_cuda::bits_of<T, RAW>(a)); }            \
  inline int __hisinf(const T a) {                                                                 \
    const unsigned int bits = tenon_cuda::bits_of<T, RAW>(a);                                      \
    return (bits & 0x7fffu) != F::kInfinity ? 0 : (bits & F::kSign) != 0 ? -1 : 1;                 \
  }                                                                                                \
  inline T __hneg(const T a) { return T(-static_cast<float>(a)); }                                 \
  inline T __habs(const T a) {                                                                     \
    const unsigned int bits = tenon_cuda::bits_of<T, RAW>(a) & 0x7fffu;                            \
    return tenon_cuda::of_bits<T, RAW>(F::is_nan(bits) ? F::kNan : bits);                          \
  }                                                                                                \
  TENON_CUDA_EXTREMUM(T, T2, RAW, F, >, __hmax, &)                                                 \
  TENON_CUDA_EXTREMUM(T, T2, RAW, F, <, __hmin, |)                                                 \
  TENON_CUDA_ARITHMETIC(T, T2, +, add)                                                             \
  TENON_CUDA_ARITHMETIC(T, T2, -, sub)                                                             \
  TENON_CUDA_ARITHMETIC(T, T2, *, mul)                                                             \
  TENON_CUDA_BINARY(T, __hdiv, x / y)                                                              \
  TENON_CUDA_PAIRWISE(T2, __h2div, __hdiv)                                                         \
  TENON_CUDA_COMPARISON(T, T2, ==, eq)                                                             \
  TENON_CUDA_COMPARISON(T, T2, <=, le)                                                             \
  TENON_CUDA_COMPARISON(T, T2, >=, ge)                                                             \
  TENON_CUDA_COMPARISON(T, T2, <, lt)                                                              \
  TENON_CUDA_COMPARISON(T, T2, >, gt)                                                              \
  /* Not equal is true between NaNs in its unordered form only. */                                 \
  inline bool __hne(const T a, const T b) { return !__hisnan(a) && !__hisnan(b) && !__heq(a, b); } \
  inline bool __hneu(const T a, const T b) { return !__heq(a, b); }                                \
  TENON_CUDA_COMPARISON_OF_PAIRS(T, T2, ne, ne)                                                    \
  TENON_CUDA_COMPARISON_OF_PAIRS(T, T2, neu, neu)                                                  \
  inline T2 __hneg2(const T2 a) { return T2(__hneg(a.x), __hneg(a.y)); }                           \
  inline T2 __habs2(const T2 a) { return T2(__habs(a.x), __habs(a.y)); }                           \
  inline T2 __hisnan2(const T2 a) {                                                                \
    return T2(T(__hisnan(a.x) ? 1.0f : 0.0f), T(__hisnan(a.y) ? 1.0f : 0.0f));                     \
  }                                                                                                \
  inline float __low2float(const T2 a) { return static_cast<float>(a.x); }                         \
  inline float __high2float(const T2 a) { return static_cast<float>(a.y); }                        \
  inline T2 __lowhigh2highlow(const T2 a) { return T2(a.y, a.x); }                                 \
  TENON_CUDA_OPERATORS(T, __hadd, __hsub, __hmul, __hdiv, __hneg, T(1.0f))                         \
  TENON_CUDA_OPERATORS(T2, __hadd2, __hsub2, __hmul2, __h2div, __hneg2, T2(T(1.0f), T(1.0f)))      \
  TENON_CUDA_COMPARISON_OPERATORS(T, __heq, __hneu, __hgt, __hlt, __hge, __hle)                    \
  TENON_CUDA_COMPARISON_OPERATORS(T2, __hbeq2, __hbneu2, __hbgt2, __hblt2, __hbge2, __hble2)
