#pragma once

#include <vector>

#include "base/tensor.h"

namespace tenon {

// FP32 numbers that rise by `step` from -1 on, seven times, then begin again.
inline Tensor ramp(const Dims& dims, float step) {
  std::vector<float> values;
  for (int64_t i = 0; i < dims.volume(); ++i) {
    values.push_back(step * static_cast<float>(i % 7) - 1);
  }
  return Tensor::f32(dims, values);
}

}  // namespace tenon
