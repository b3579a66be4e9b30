// Compiled once for each instruction set, like the kernels: Vec and its functions applied to
// arrays.
#include <cstdint>

#include "cpu/kernels/vec_math.h"
#include "vec_math_test_kernel.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {

extern const VecMathKernels kVecMathKernels{
    kWidth,
    [](const Activation& act, const float* in, float* out, int n) {
      for (int i = 0; i < n; i += kWidth) {
        const int count = n - i < kWidth ? n - i : kWidth;
        store_part(out + i, activate(load_part(in + i, count), act), count);
      }
    },
    [](const float* in, float* out) {
      const Vec x = load(in);
      out[0] = reduce_add(x);
      out[1] = reduce_max(x);
      out[2] = reduce_min(x);
    }};

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
