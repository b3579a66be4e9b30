#pragma once

#include <cstdint>

#include "ops/scalar_fn.h"

namespace tenon {

// In place over y[pixels][B]: the activation (none where it merely clamps: the kernels have done
// that), and zeros in the channels from `lanes` on. B is 16 and 8.
namespace avx512 {
void second_pass(float* y, int64_t pixels, const Activation& act, int lanes);
}
namespace avx2 {
void second_pass(float* y, int64_t pixels, const Activation& act, int lanes);
}

}  // namespace tenon
