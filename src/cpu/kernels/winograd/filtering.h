#pragma once

// The one-dimensional transforms of F(m, 3), for kernel files (see kernels/vec.h).

#include "cpu/kernels/vec.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {

// With n(p) = the product of p - q over all points q but p, interpolation (Toom-Cook) gives
//
//   input     V_p = P . d, where P has the coefficients of the product of x - q over all q but p,
//             V_infinity likewise over all q
//   weights   U_p = (g0 + g1 p + g2 p^2) / n(p),  U_infinity = g2
//   output    y_i = the sum of p^i M_p over all p, plus M_infinity for i = m - 1
//
// Points are 0, pairs of +p and -p, and infinity: a pair shares the even and the odd part of its
// polynomials. The pairs are those with the least rounding error of the ones tried.

// The sum and difference that the points +p and -p yield.
inline void pair(float p, Vec even, Vec odd, Vec& plus, Vec& minus) {
  plus = fma(Vec(p), odd, even);
  minus = fnma(Vec(p), odd, even);
}

// U at the points +p and -p, scaled by s = 1 / n(p), which the two have in common.
inline void weight_pair(float p, float s, const Vec* g, Vec& plus, Vec& minus) {
  const Vec even = fma(Vec(s * p * p), g[2], Vec(s) * g[0]);
  pair(s * p, even, g[1], plus, minus);
}

// Points 0, 1, -1, infinity.
struct F2 {
  static constexpr int kOut = 2;
  static constexpr int kTile = 4;
  static void input(const Vec* d, Vec* v) {
    v[0] = d[0] - d[2];  // negated, as is U_0
    v[1] = d[2] + d[1];
    v[2] = d[2] - d[1];
    v[3] = d[3] - d[1];
  }
  static void weights(const Vec* g, Vec* u) {
    u[0] = g[0];
    weight_pair(1, 0.5F, g, u[1], u[2]);
    u[3] = g[2];
  }
  static void output(const Vec* m, Vec* y) {
    y[0] = m[0] + (m[1] + m[2]);
    y[1] = m[3] + (m[1] - m[2]);
  }
};

// Points 0, +-a, +-b, infinity.
struct F4 {
  static constexpr int kOut = 4;
  static constexpr int kTile = 6;
  static constexpr float kA = 0.70710678F, kB = 1.41421356F;
  static constexpr float kA2 = 0.5F, kB2 = 2;
  static void input(const Vec* d, Vec* v) {
    const Vec a2 = Vec(kA2), b2 = Vec(kB2), sum = Vec(kA2 + kB2);
    v[0] = fnma(sum, d[2], d[4] + d[0]);  // a^2 b^2 is 1
    v[5] = fnma(sum, d[3], d[5] + d[1]);
    pair(kA, fnma(b2, d[2], d[4]), fnma(b2, d[1], d[3]), v[1], v[2]);
    pair(kB, fnma(a2, d[2], d[4]), fnma(a2, d[1], d[3]), v[3], v[4]);
  }
  static void weights(const Vec* g, Vec* u) {
    u[0] = g[0];
    weight_pair(kA, 1 / (2 * kA2 * (kA2 - kB2)), g, u[1], u[2]);
    weight_pair(kB, 1 / (2 * kB2 * (kB2 - kA2)), g, u[3], u[4]);
    u[5] = g[2];
  }
  static void output(const Vec* m, Vec* y) {
    const Vec sa = m[1] + m[2], da = m[1] - m[2];
    const Vec sb = m[3] + m[4], db = m[3] - m[4];
    y[0] = m[0] + sa + sb;
    y[1] = fma(Vec(kA), da, Vec(kB) * db);
    y[2] = fma(Vec(kA2), sa, Vec(kB2) * sb);
    y[3] = fma(Vec(kA * kA2), da, fma(Vec(kB * kB2), db, m[5]));
  }
};

// Points 0, +-a, +-b, +-c, infinity.
struct F6 {
  static constexpr int kOut = 6;
  static constexpr int kTile = 8;
  static constexpr float kA = 0.5F, kB = 1, kC = 2;
  static constexpr float kA2 = kA * kA, kB2 = kB * kB, kC2 = kC * kC;
  static void input(const Vec* d, Vec* v) {
    const Vec one = Vec(kA2 + kB2 + kC2);
    const Vec two = Vec(kA2 * kB2 + kA2 * kC2 + kB2 * kC2);
    const Vec three = Vec(kA2 * kB2 * kC2);
    v[0] = fnma(three, d[0], fma(two, d[2], fnma(one, d[4], d[6])));
    v[7] = fnma(three, d[1], fma(two, d[3], fnma(one, d[5], d[7])));
    input_pair(kA, kB2, kC2, d, v[1], v[2]);
    input_pair(kB, kA2, kC2, d, v[3], v[4]);
    input_pair(kC, kA2, kB2, d, v[5], v[6]);
  }
  static void weights(const Vec* g, Vec* u) {
    u[0] = Vec(-1 / (kA2 * kB2 * kC2)) * g[0];
    weight_pair(kA, 1 / (2 * kA2 * (kA2 - kB2) * (kA2 - kC2)), g, u[1], u[2]);
    weight_pair(kB, 1 / (2 * kB2 * (kB2 - kA2) * (kB2 - kC2)), g, u[3], u[4]);
    weight_pair(kC, 1 / (2 * kC2 * (kC2 - kA2) * (kC2 - kB2)), g, u[5], u[6]);
    u[7] = g[2];
  }
  static void output(const Vec* m, Vec* y) {
    const Vec sa = m[1] + m[2], da = m[1] - m[2];
    const Vec sb = m[3] + m[4], db = m[3] - m[4];
    const Vec sc = m[5] + m[6], dc = m[5] - m[6];
    y[0] = m[0] + sa + (sb + sc);
    y[1] = weighted(kA, da, kB, db, Vec(kC) * dc);
    y[2] = weighted(kA2, sa, kB2, sb, Vec(kC2) * sc);
    y[3] = weighted(kA * kA2, da, kB * kB2, db, Vec(kC * kC2) * dc);
    y[4] = weighted(kA2 * kA2, sa, kB2 * kB2, sb, Vec(kC2 * kC2) * sc);
    y[5] = weighted(kA2 * kA2 * kA, da, kB2 * kB2 * kB, db, fma(Vec(kC2 * kC2 * kC), dc, m[7]));
  }

 private:
  // x (x +- p)(x^2 - q)(x^2 - r) . d
  static void input_pair(float p, float q, float r, const Vec* d, Vec& plus, Vec& minus) {
    const Vec sum = Vec(q + r), product = Vec(q * r);
    const Vec even = fma(product, d[2], fnma(sum, d[4], d[6]));
    const Vec odd = fma(product, d[1], fnma(sum, d[3], d[5]));
    pair(p, even, odd, plus, minus);
  }
  static Vec weighted(float a, Vec x, float b, Vec y, Vec rest) {
    return fma(Vec(a), x, fma(Vec(b), y, rest));
  }
};

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
