#pragma once

#include "ops/op.h"

namespace tenon {

// y = (x - mean) / sqrt(variance + epsilon) * scale + bias  (ONNX LayerNormalization,
// InstanceNormalization, GroupNormalization; INormalizationLayer)
// Mean and (population) variance are taken over `axes`, accumulated in FP32 or wider. With
// groups > 1 axis 1 of x is split into groups, normalised over a group's channels and `axes`.
//   x      [d0..dn]
//   scale, bias  optional; broadcast to x from the right, or per channel [C] when groups > 1
struct Normalization {
  std::vector<int64_t> axes{-1};
  float epsilon = 1e-5F;
  int64_t groups = 1;
  bool rms = false;  // no mean: x / sqrt(mean(x^2) + epsilon) * scale

  static constexpr std::string_view kName = "normalization";
  static constexpr Traits kTraits{.min_inputs = 1, .max_inputs = 3, .reduction = true};
  static constexpr auto fields = std::tuple{
      field<1>("axes", &Normalization::axes), field<2>("epsilon", &Normalization::epsilon),
      field<3>("groups", &Normalization::groups), field<4>("rms", &Normalization::rms)};
  friend bool operator==(const Normalization&, const Normalization&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
