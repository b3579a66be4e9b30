#pragma once

#include "ops/op.h"

namespace tenon {

// y = x with axis replaced by the dims of indices: y[..,i..,..] = x[.., indices[i..], ..]. Negative
// indices count from the end; one out of range throws in eval. (ONNX Gather; IGatherLayer)
struct Gather {
  int64_t axis = 0;

  static constexpr std::string_view kName = "gather";
  static constexpr Traits kTraits{.min_inputs = 2, .max_inputs = 2};
  static constexpr auto fields = std::tuple{field<1>("axis", &Gather::axis)};
  friend bool operator==(const Gather&, const Gather&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
