#pragma once

// The form of what vec.h describes for any processor, in the compiler's own vectors; included by
// vec.h alone.

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {

struct Vec {
  static constexpr int kWidth = 8;
  using Raw = float __attribute__((vector_size(32)));
  Raw v;
  Vec() = default;
  TENON_INLINE Vec(Raw x) : v(x) {}            // NOLINT: the same thing
  TENON_INLINE Vec(float x) : v(Raw{} + x) {}  // NOLINT: numbers broadcast
};
struct IVec {
  using Raw = int32_t __attribute__((vector_size(32)));
  Raw v;
  IVec() = default;
  TENON_INLINE IVec(Raw x) : v(x) {}              // NOLINT
  TENON_INLINE IVec(int32_t x) : v(Raw{} + x) {}  // NOLINT
};
struct Mask {
  IVec::Raw m;  // -1 or 0 a lane
};

TENON_INLINE Vec load(const float* p) {
  Vec a;
  std::memcpy(&a.v, p, sizeof a.v);
  return a;
}
TENON_INLINE void store(float* p, Vec a) { std::memcpy(p, &a.v, sizeof a.v); }
TENON_INLINE void stream(float* p, Vec a) { store(p, a); }
TENON_INLINE Vec load(const float* p, Mask m) {
  Vec a(0.0F);
  for (int i = 0; i < Vec::kWidth; ++i) {
    if (m.m[i]) a.v[i] = p[i];
  }
  return a;
}
TENON_INLINE void store(float* p, Vec a, Mask m) {
  for (int i = 0; i < Vec::kWidth; ++i) {
    if (m.m[i]) p[i] = a.v[i];
  }
}
TENON_INLINE Mask first(int n) {
  const IVec::Raw lanes{0, 1, 2, 3, 4, 5, 6, 7};
  return {lanes < IVec(n).v};
}

TENON_INLINE Vec operator+(Vec a, Vec b) { return a.v + b.v; }
TENON_INLINE Vec operator-(Vec a, Vec b) { return a.v - b.v; }
TENON_INLINE Vec operator*(Vec a, Vec b) { return a.v * b.v; }
TENON_INLINE Vec operator/(Vec a, Vec b) { return a.v / b.v; }
// a*b + c and c - a*b
TENON_INLINE Vec fma(Vec a, Vec b, Vec c) { return a.v * b.v + c.v; }
TENON_INLINE Vec fnma(Vec a, Vec b, Vec c) { return c.v - a.v * b.v; }
TENON_INLINE Vec min(Vec a, Vec b) { return a.v < b.v ? a.v : b.v; }
TENON_INLINE Vec max(Vec a, Vec b) { return a.v > b.v ? a.v : b.v; }
TENON_INLINE Vec operator-(Vec a) { return -a.v; }

TENON_INLINE Mask operator==(Vec a, Vec b) { return {a.v == b.v}; }
TENON_INLINE Mask operator!=(Vec a, Vec b) { return {a.v != b.v}; }
TENON_INLINE Mask operator<(Vec a, Vec b) { return {a.v < b.v}; }
TENON_INLINE Mask operator<=(Vec a, Vec b) { return {a.v <= b.v}; }
TENON_INLINE Mask operator>(Vec a, Vec b) { return {a.v > b.v}; }
TENON_INLINE Mask operator>=(Vec a, Vec b) { return {a.v >= b.v}; }
TENON_INLINE Mask operator&(Mask a, Mask b) { return {a.m & b.m}; }
TENON_INLINE Mask operator|(Mask a, Mask b) { return {a.m | b.m}; }
TENON_INLINE Mask operator^(Mask a, Mask b) { return {a.m ^ b.m}; }
TENON_INLINE Mask operator~(Mask a) { return {~a.m}; }
TENON_INLINE bool any(Mask a) {
  int32_t found = 0;
  for (int i = 0; i < Vec::kWidth; ++i) found |= a.m[i];
  return found != 0;
}
// m ? a : b
TENON_INLINE Vec select(Mask m, Vec a, Vec b) { return m.m ? a.v : b.v; }

template <typename Fn>
TENON_INLINE Vec each_lane(Vec a, Fn fn) {
  for (int i = 0; i < Vec::kWidth; ++i) a.v[i] = fn(a.v[i]);
  return a;
}
TENON_INLINE Vec sqrt(Vec a) {
  return each_lane(a, [](float x) { return std::sqrt(x); });
}
TENON_INLINE Vec round(Vec a) {
  return each_lane(a, [](float x) { return std::nearbyint(x); });
}
TENON_INLINE Vec floor(Vec a) {
  return each_lane(a, [](float x) { return std::floor(x); });
}
TENON_INLINE Vec ceil(Vec a) {
  return each_lane(a, [](float x) { return std::ceil(x); });
}
TENON_INLINE Vec trunc(Vec a) {
  return each_lane(a, [](float x) { return std::trunc(x); });
}

TENON_INLINE float reduce_add(Vec a) {
  return ((a.v[0] + a.v[4]) + (a.v[2] + a.v[6])) + ((a.v[1] + a.v[5]) + (a.v[3] + a.v[7]));
}
TENON_INLINE float reduce_max(Vec a) {
  float most = a.v[0];
  for (int i = 1; i < Vec::kWidth; ++i) most = a.v[i] > most ? a.v[i] : most;
  return most;
}
TENON_INLINE float reduce_min(Vec a) {
  float least = a.v[0];
  for (int i = 1; i < Vec::kWidth; ++i) least = a.v[i] < least ? a.v[i] : least;
  return least;
}

TENON_INLINE IVec operator+(IVec a, IVec b) { return a.v + b.v; }
TENON_INLINE IVec operator-(IVec a, IVec b) { return a.v - b.v; }
TENON_INLINE IVec operator&(IVec a, IVec b) { return a.v & b.v; }
TENON_INLINE IVec operator|(IVec a, IVec b) { return a.v | b.v; }
template <int N>
TENON_INLINE IVec shift_left(IVec a) {
  using Unsigned = uint32_t __attribute__((vector_size(32)));
  return reinterpret_cast<IVec::Raw>(reinterpret_cast<Unsigned>(a.v) << N);
}
template <int N>
TENON_INLINE IVec shift_right(IVec a) {  // keeps the sign
  return a.v >> N;
}
TENON_INLINE IVec to_int(Vec a) {  // nearest; |a| below 2^31, NaN gives 0
  IVec n;
  const Vec whole = round(a);
  for (int i = 0; i < Vec::kWidth; ++i) {
    n.v[i] = std::fabs(whole.v[i]) < 2147483648.0F ? static_cast<int32_t>(whole.v[i]) : 0;
  }
  return n;
}
TENON_INLINE Vec to_float(IVec a) { return __builtin_convertvector(a.v, Vec::Raw); }
TENON_INLINE IVec bits(Vec a) { return reinterpret_cast<IVec::Raw>(a.v); }
TENON_INLINE Vec from_bits(IVec a) { return reinterpret_cast<Vec::Raw>(a.v); }
TENON_INLINE Vec abs(Vec a) { return from_bits(bits(a) & IVec(0x7fffffff)); }
// a * 2^n for whole n in [-252, 254], in two steps, right into the denormals and infinity.
TENON_INLINE Vec scale_by_power(Vec a, Vec n) {
  const IVec whole = to_int(n);
  const IVec half = shift_right<1>(whole);
  const Vec first = from_bits(shift_left<23>(half + IVec(127)));
  const Vec second = from_bits(shift_left<23>(whole - half + IVec(127)));
  return a * first * second;
}

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
