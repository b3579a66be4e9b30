#include "cpu/kernels/squeeze/squeeze_kernels.h"
#include "cpu/kernels/vec_math.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {
namespace {

constexpr int kChains = 4;  // sums side by side, so that one need not wait for another

TENON_INLINE int part(int64_t left) { return static_cast<int>(left < kWidth ? left : kWidth); }

float sum_together(const float* x, int64_t n) {
  Vec sums[kChains];
  for (Vec& sum : sums) sum = Vec(0.0F);
  int64_t i = 0;
  for (; i + kChains * kWidth <= n; i += kChains * kWidth) {
    for (int c = 0; c < kChains; ++c) sums[c] += load(x + i + c * kWidth);
  }
  for (; i < n; i += kWidth) sums[0] += load_part(x + i, part(n - i));
  return reduce_add((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

void sum(const float* x, int64_t pixels, int block, float* sums) {
  if (block == 1) {
    *sums = sum_together(x, pixels);
    return;
  }
  for (int lane = 0; lane < block; lane += kWidth) {
    const Mask lanes = first(part(block - lane));
    Vec chains[kChains];
    for (Vec& chain : chains) chain = Vec(0.0F);
    int64_t i = 0;
    for (; i + kChains <= pixels; i += kChains) {
      for (int c = 0; c < kChains; ++c) chains[c] += load(x + (i + c) * block + lane, lanes);
    }
    for (; i < pixels; ++i) chains[0] += load(x + i * block + lane, lanes);
    store(sums + lane, (chains[0] + chains[1]) + (chains[2] + chains[3]), lanes);
  }
}

void rows(const SqueezeLayer& l, const float* from, float* to) {
  for (int64_t r = 0; r < l.rows; ++r) {
    Vec total(0.0F), second(0.0F);
    const float* w = l.weights + r * l.pitch;
    int64_t i = 0;
    for (; i + 2 * kWidth <= l.pitch; i += 2 * kWidth) {
      total = fma(load(w + i), load(from + i), total);
      second = fma(load(w + i + kWidth), load(from + i + kWidth), second);
    }
    for (; i < l.pitch; i += kWidth) total = fma(load(w + i), load(from + i), total);
    to[r] = reduce_add(total + second) + l.bias[r];
  }
  for (int64_t r = 0; r < l.rows; r += kWidth) {
    const int n = part(l.rows - r);
    store_part(to + r, activate(load_part(to + r, n), l.act), n);
  }
}

void columns(const SqueezeLayer& l, const float* from, float* to) {
  for (int64_t i = 0; i < l.pitch; i += kWidth) {
    Vec total = load(l.bias + i), second(0.0F);
    const float* w = l.weights + i;
    int64_t r = 0;
    for (; r + 2 <= l.rows; r += 2) {
      total = fma(load(w + r * l.pitch), Vec(from[r]), total);
      second = fma(load(w + (r + 1) * l.pitch), Vec(from[r + 1]), second);
    }
    if (r < l.rows) total = fma(load(w + r * l.pitch), Vec(from[r]), total);
    store(to + i, activate(total + second, l.act));
  }
}

void scale(const float* x, const float* gates, int64_t pixels, int block, float* y) {
  if (block == 1) {
    for (int64_t i = 0; i < pixels; i += kWidth) {
      const int n = part(pixels - i);
      store_part(y + i, load_part(x + i, n) * Vec(*gates), n);
    }
    return;
  }
  for (int lane = 0; lane < block; lane += kWidth) {
    const Mask lanes = first(part(block - lane));
    const Vec gate = load(gates + lane, lanes);
    for (int64_t i = 0; i < pixels; ++i) {
      const int64_t at = i * block + lane;
      store(y + at, load(x + at, lanes) * gate, lanes);
    }
  }
}

}  // namespace

extern const SqueezeKernels kSqueezeKernels{sum, rows, columns, scale};

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
