#pragma once

namespace tenon {

// x * P(X < x) for a normal X: GELU by the error function (Hendrycks and Gimpel 2016). With
// a = |x| and t = 1 / (1 + 0.3 a), P(X < -a) exp(a^2 / 2) / t is this polynomial in t to 1.5e-7,
// fitted by Remez exchange for a < 14. Exact in its small values, too, unlike 1 + erf(x / sqrt(2)).
// scalar_source.cpp has the same for kernels compiled at build time, which include nothing.
__device__ inline float gelu_erf(float x) {
  const float a = fminf(fabsf(x), 16.0F);
  float t;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(t) : "f"(fmaf(0.3F, a, 1.0F)));
  float p = fmaf(0.03567474931F, t, -0.1572029849F);
  p = fmaf(p, t, 0.2063533511F);
  p = fmaf(p, t, -0.05368351668F);
  p = fmaf(p, t, 0.1285615684F);
  p = fmaf(p, t, 0.09991350683F);
  p = fmaf(p, t, 0.1207539541F);
  p = fmaf(p, t, 0.1196292989F);
  float e;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(e) : "f"(a * a * -0.72134752044F));
  return fmaf(-a * t, p * e, x < 0 ? 0 : x);
}

// The same for results that are stored in 16 bits: P(X < -a) = 2^q(a), where q is this polynomial to
// 7.4e-5 for a < 6.5, so that of results in FP16 one in a hundred is rounded to the neighbour of
// what it should be. Beyond, x P(X < x) is below 3e-10. NaN stays NaN.
__device__ inline float gelu_erf_narrow(float x) {
  const float a = fminf(fabsf(x), 6.5F);
  float q = fmaf(2.00857558e-05F, a, -0.000561504741F);
  q = fmaf(q, a, 0.00688061165F);
  q = fmaf(q, a, -0.0502725393F);
  q = fmaf(q, a, -0.462453991F);
  q = fmaf(q, a, -1.14962137F);
  q = fmaf(q, a, -1.00010633F);
  float tail, positive;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(tail) : "f"(q));
  asm("max.NaN.f32 %0, %1, 0f00000000;" : "=f"(positive) : "f"(x));
  return fmaf(-a, tail, positive);
}

}  // namespace tenon
