#include "cpu/kernels/conv/second_pass_kernels.h"

#include "cpu/kernels/vec_math.h"

#if !defined(TENON_KERNEL_GENERIC)

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {

void second_pass(float* y, int64_t pixels, const Activation& act, int lanes) {
  const auto pass = [&](auto&& function) {
    for (int64_t p = 0; p < pixels; ++p) {
      float* at = y + p * kWidth;
      store(at, select(first(lanes), function(load(at)), Vec(0.0F)));
    }
  };
  switch (act.fn) {
    case UnaryFn::kIdentity:
    case UnaryFn::kRelu:
    case UnaryFn::kClip: pass([](Vec v) { return v; }); return;
    default: break;
  }
  const bool done = visit_vectorised(act.fn, [&](auto fn) {
    pass([&](Vec v) { return activate<decltype(fn)::value>(v, act.alpha, act.beta); });
  });
  if (!done) pass([&](Vec v) { return apply_lanes(act.fn, v, act.alpha, act.beta); });
}

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"

#endif
