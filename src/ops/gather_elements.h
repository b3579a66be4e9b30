#pragma once

#include "ops/op.h"

namespace tenon {

// y[.., i, ..] = x[.., indices[.., i, ..], ..] along one axis: an index for every element of y.
// Negative indices count from the end; one out of range throws in eval.
// (ONNX GatherElements; IGatherLayer, kELEMENT)
//   x        [d0..dn]
//   indices  [e0..en] integers, ei <= di on the other axes;  y has these dims
struct GatherElements {
  int64_t axis = 0;

  static constexpr std::string_view kName = "gather_elements";
  static constexpr Traits kTraits{.min_inputs = 2, .max_inputs = 2};
  static constexpr auto fields = std::tuple{field<1>("axis", &GatherElements::axis)};
  friend bool operator==(const GatherElements&, const GatherElements&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
