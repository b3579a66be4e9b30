#pragma once

#include "ops/op.h"

namespace tenon {

// A tensor known at build time. (ONNX Constant and initializers; IConstantLayer)
struct Constant {
  Tensor value;

  static constexpr std::string_view kName = "constant";
  static constexpr Traits kTraits{.min_inputs = 0, .max_inputs = 0};
  static constexpr auto fields = std::tuple{field<1>("value", &Constant::value)};
  friend bool operator==(const Constant&, const Constant&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
