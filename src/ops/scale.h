#pragma once

#include "ops/op.h"

namespace tenon {

// y = x * scale + shift along one axis: what batch normalisation is at inference.
//                                         (ONNX BatchNormalization; IScaleLayer with power 1)
//   x [d0..dn];  scale, shift [d_axis], or one element for the whole tensor
struct Scale {
  int64_t axis = 1;

  static constexpr std::string_view kName = "scale";
  static constexpr Traits kTraits{.min_inputs = 3, .max_inputs = 3, .elementwise = true};
  static constexpr auto fields = std::tuple{field<1>("axis", &Scale::axis)};
  friend bool operator==(const Scale&, const Scale&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
