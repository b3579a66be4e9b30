#pragma once

// The AVX-512 form of what vec.h describes; included by it alone.

#include "cpu/kernels/isa_begin.h"

namespace tenon::avx512 {

struct Vec {
  static constexpr int kWidth = 16;
  __m512 v;
  Vec() = default;
  TENON_INLINE Vec(__m512 x) : v(x) {}                 // NOLINT: the same thing
  TENON_INLINE Vec(float x) : v(_mm512_set1_ps(x)) {}  // NOLINT: numbers broadcast
};
struct IVec {
  __m512i v;
  IVec() = default;
  TENON_INLINE IVec(__m512i x) : v(x) {}                     // NOLINT
  TENON_INLINE IVec(int32_t x) : v(_mm512_set1_epi32(x)) {}  // NOLINT
};
struct Mask {
  __mmask16 m;
};

TENON_INLINE Vec load(const float* p) { return _mm512_loadu_ps(p); }
TENON_INLINE Vec load(const float* p, Mask m) { return _mm512_maskz_loadu_ps(m.m, p); }
TENON_INLINE void store(float* p, Vec a) { _mm512_storeu_ps(p, a.v); }
TENON_INLINE void store(float* p, Vec a, Mask m) { _mm512_mask_storeu_ps(p, m.m, a.v); }
// Past the caches; p is aligned to 64 bytes.
TENON_INLINE void stream(float* p, Vec a) { _mm512_stream_ps(p, a.v); }
TENON_INLINE Mask first(int n) { return {static_cast<__mmask16>((1U << n) - 1)}; }

TENON_INLINE Vec operator+(Vec a, Vec b) { return _mm512_add_ps(a.v, b.v); }
TENON_INLINE Vec operator-(Vec a, Vec b) { return _mm512_sub_ps(a.v, b.v); }
TENON_INLINE Vec operator*(Vec a, Vec b) { return _mm512_mul_ps(a.v, b.v); }
TENON_INLINE Vec operator/(Vec a, Vec b) { return _mm512_div_ps(a.v, b.v); }
// a*b + c and c - a*b
TENON_INLINE Vec fma(Vec a, Vec b, Vec c) { return _mm512_fmadd_ps(a.v, b.v, c.v); }
TENON_INLINE Vec fnma(Vec a, Vec b, Vec c) { return _mm512_fnmadd_ps(a.v, b.v, c.v); }
TENON_INLINE Vec min(Vec a, Vec b) { return _mm512_min_ps(a.v, b.v); }
TENON_INLINE Vec max(Vec a, Vec b) { return _mm512_max_ps(a.v, b.v); }
TENON_INLINE Vec sqrt(Vec a) { return _mm512_sqrt_ps(a.v); }
TENON_INLINE Vec abs(Vec a) { return _mm512_abs_ps(a.v); }
TENON_INLINE Vec operator-(Vec a) { return _mm512_xor_ps(a.v, _mm512_set1_ps(-0.0F)); }
TENON_INLINE Vec round(Vec a) { return _mm512_roundscale_ps(a.v, 8); }  // half to even
TENON_INLINE Vec floor(Vec a) { return _mm512_roundscale_ps(a.v, 9); }
TENON_INLINE Vec ceil(Vec a) { return _mm512_roundscale_ps(a.v, 10); }
TENON_INLINE Vec trunc(Vec a) { return _mm512_roundscale_ps(a.v, 11); }

TENON_INLINE Mask operator==(Vec a, Vec b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_EQ_OQ)}; }
TENON_INLINE Mask operator!=(Vec a, Vec b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_NEQ_UQ)}; }
TENON_INLINE Mask operator<(Vec a, Vec b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_LT_OQ)}; }
TENON_INLINE Mask operator<=(Vec a, Vec b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_LE_OQ)}; }
TENON_INLINE Mask operator>(Vec a, Vec b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_GT_OQ)}; }
TENON_INLINE Mask operator>=(Vec a, Vec b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_GE_OQ)}; }
TENON_INLINE Mask operator&(Mask a, Mask b) { return {static_cast<__mmask16>(a.m & b.m)}; }
TENON_INLINE Mask operator|(Mask a, Mask b) { return {static_cast<__mmask16>(a.m | b.m)}; }
TENON_INLINE Mask operator^(Mask a, Mask b) { return {static_cast<__mmask16>(a.m ^ b.m)}; }
TENON_INLINE Mask operator~(Mask a) { return {static_cast<__mmask16>(~a.m)}; }
TENON_INLINE bool any(Mask a) { return a.m != 0; }
// m ? a : b
TENON_INLINE Vec select(Mask m, Vec a, Vec b) { return _mm512_mask_blend_ps(m.m, b.v, a.v); }

TENON_INLINE float reduce_add(Vec a) { return _mm512_reduce_add_ps(a.v); }
TENON_INLINE float reduce_max(Vec a) { return _mm512_reduce_max_ps(a.v); }
TENON_INLINE float reduce_min(Vec a) { return _mm512_reduce_min_ps(a.v); }

TENON_INLINE IVec operator+(IVec a, IVec b) { return _mm512_add_epi32(a.v, b.v); }
TENON_INLINE IVec operator-(IVec a, IVec b) { return _mm512_sub_epi32(a.v, b.v); }
TENON_INLINE IVec operator&(IVec a, IVec b) { return _mm512_and_si512(a.v, b.v); }
TENON_INLINE IVec operator|(IVec a, IVec b) { return _mm512_or_si512(a.v, b.v); }
template <int N>
TENON_INLINE IVec shift_left(IVec a) {
  return _mm512_slli_epi32(a.v, N);
}
template <int N>
TENON_INLINE IVec shift_right(IVec a) {  // keeps the sign
  return _mm512_srai_epi32(a.v, N);
}
TENON_INLINE IVec to_int(Vec a) { return _mm512_cvtps_epi32(a.v); }  // nearest
TENON_INLINE Vec to_float(IVec a) { return _mm512_cvtepi32_ps(a.v); }
TENON_INLINE IVec bits(Vec a) { return _mm512_castps_si512(a.v); }
TENON_INLINE Vec from_bits(IVec a) { return _mm512_castsi512_ps(a.v); }
// a * 2^n for whole n, right into the denormals and infinity.
TENON_INLINE Vec scale_by_power(Vec a, Vec n) { return _mm512_scalef_ps(a.v, n.v); }

}  // namespace tenon::avx512

#include "cpu/kernels/isa_end.h"
