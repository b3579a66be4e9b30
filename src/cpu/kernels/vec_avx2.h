#pragma once

// The AVX2 form of what vec.h describes; included by it alone.

#include "cpu/kernels/isa_begin.h"

namespace tenon::avx2 {

struct Vec {
  static constexpr int kWidth = 8;
  __m256 v;
  Vec() = default;
  TENON_INLINE Vec(__m256 x) : v(x) {}                 // NOLINT: the same thing
  TENON_INLINE Vec(float x) : v(_mm256_set1_ps(x)) {}  // NOLINT: numbers broadcast
};
struct IVec {
  __m256i v;
  IVec() = default;
  TENON_INLINE IVec(__m256i x) : v(x) {}                     // NOLINT
  TENON_INLINE IVec(int32_t x) : v(_mm256_set1_epi32(x)) {}  // NOLINT
};
struct Mask {
  __m256 m;
};

TENON_INLINE Vec load(const float* p) { return _mm256_loadu_ps(p); }
TENON_INLINE Vec load(const float* p, Mask m) {
  return _mm256_maskload_ps(p, _mm256_castps_si256(m.m));
}
TENON_INLINE void store(float* p, Vec a) { _mm256_storeu_ps(p, a.v); }
TENON_INLINE void store(float* p, Vec a, Mask m) {
  _mm256_maskstore_ps(p, _mm256_castps_si256(m.m), a.v);
}
// Past the caches; p is aligned to 32 bytes.
TENON_INLINE void stream(float* p, Vec a) { _mm256_stream_ps(p, a.v); }
TENON_INLINE Mask first(int n) {
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return {_mm256_castsi256_ps(_mm256_cmpgt_epi32(_mm256_set1_epi32(n), lanes))};
}

TENON_INLINE Vec operator+(Vec a, Vec b) { return _mm256_add_ps(a.v, b.v); }
TENON_INLINE Vec operator-(Vec a, Vec b) { return _mm256_sub_ps(a.v, b.v); }
TENON_INLINE Vec operator*(Vec a, Vec b) { return _mm256_mul_ps(a.v, b.v); }
TENON_INLINE Vec operator/(Vec a, Vec b) { return _mm256_div_ps(a.v, b.v); }
// a*b + c and c - a*b
TENON_INLINE Vec fma(Vec a, Vec b, Vec c) { return _mm256_fmadd_ps(a.v, b.v, c.v); }
TENON_INLINE Vec fnma(Vec a, Vec b, Vec c) { return _mm256_fnmadd_ps(a.v, b.v, c.v); }
TENON_INLINE Vec min(Vec a, Vec b) { return _mm256_min_ps(a.v, b.v); }
TENON_INLINE Vec max(Vec a, Vec b) { return _mm256_max_ps(a.v, b.v); }
TENON_INLINE Vec sqrt(Vec a) { return _mm256_sqrt_ps(a.v); }
TENON_INLINE Vec abs(Vec a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0F), a.v); }
TENON_INLINE Vec operator-(Vec a) { return _mm256_xor_ps(a.v, _mm256_set1_ps(-0.0F)); }
TENON_INLINE Vec round(Vec a) { return _mm256_round_ps(a.v, 8); }  // half to even
TENON_INLINE Vec floor(Vec a) { return _mm256_round_ps(a.v, 9); }
TENON_INLINE Vec ceil(Vec a) { return _mm256_round_ps(a.v, 10); }
TENON_INLINE Vec trunc(Vec a) { return _mm256_round_ps(a.v, 11); }

TENON_INLINE Mask operator==(Vec a, Vec b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_EQ_OQ)}; }
TENON_INLINE Mask operator!=(Vec a, Vec b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_NEQ_UQ)}; }
TENON_INLINE Mask operator<(Vec a, Vec b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_LT_OQ)}; }
TENON_INLINE Mask operator<=(Vec a, Vec b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_LE_OQ)}; }
TENON_INLINE Mask operator>(Vec a, Vec b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_GT_OQ)}; }
TENON_INLINE Mask operator>=(Vec a, Vec b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_GE_OQ)}; }
TENON_INLINE Mask operator&(Mask a, Mask b) { return {_mm256_and_ps(a.m, b.m)}; }
TENON_INLINE Mask operator|(Mask a, Mask b) { return {_mm256_or_ps(a.m, b.m)}; }
TENON_INLINE Mask operator^(Mask a, Mask b) { return {_mm256_xor_ps(a.m, b.m)}; }
TENON_INLINE Mask operator~(Mask a) {
  return {_mm256_xor_ps(a.m, _mm256_castsi256_ps(_mm256_set1_epi32(-1)))};
}
TENON_INLINE bool any(Mask a) { return _mm256_movemask_ps(a.m) != 0; }
// m ? a : b
TENON_INLINE Vec select(Mask m, Vec a, Vec b) { return _mm256_blendv_ps(b.v, a.v, m.m); }

TENON_INLINE float reduce_add(Vec a) {
  __m128 s = _mm_add_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
  s = _mm_add_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}
TENON_INLINE float reduce_max(Vec a) {
  __m128 s = _mm_max_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
  s = _mm_max_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_max_ss(s, _mm_movehdup_ps(s)));
}
TENON_INLINE float reduce_min(Vec a) {
  __m128 s = _mm_min_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
  s = _mm_min_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_min_ss(s, _mm_movehdup_ps(s)));
}

TENON_INLINE IVec operator+(IVec a, IVec b) { return _mm256_add_epi32(a.v, b.v); }
TENON_INLINE IVec operator-(IVec a, IVec b) { return _mm256_sub_epi32(a.v, b.v); }
TENON_INLINE IVec operator&(IVec a, IVec b) { return _mm256_and_si256(a.v, b.v); }
TENON_INLINE IVec operator|(IVec a, IVec b) { return _mm256_or_si256(a.v, b.v); }
template <int N>
TENON_INLINE IVec shift_left(IVec a) {
  return _mm256_slli_epi32(a.v, N);
}
template <int N>
TENON_INLINE IVec shift_right(IVec a) {  // keeps the sign
  return _mm256_srai_epi32(a.v, N);
}
TENON_INLINE IVec to_int(Vec a) { return _mm256_cvtps_epi32(a.v); }  // nearest
TENON_INLINE Vec to_float(IVec a) { return _mm256_cvtepi32_ps(a.v); }
TENON_INLINE IVec bits(Vec a) { return _mm256_castps_si256(a.v); }
TENON_INLINE Vec from_bits(IVec a) { return _mm256_castsi256_ps(a.v); }
// a * 2^n for whole n in [-252, 254], in two steps, right into the denormals and infinity.
TENON_INLINE Vec scale_by_power(Vec a, Vec n) {
  const IVec whole = to_int(n);
  const IVec half = shift_right<1>(whole);
  const Vec first = from_bits(shift_left<23>(half + IVec(127)));
  const Vec second = from_bits(shift_left<23>(whole - half + IVec(127)));
  return a * first * second;
}

}  // namespace tenon::avx2

#include "cpu/kernels/isa_end.h"
