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

}  // namespace tenon
