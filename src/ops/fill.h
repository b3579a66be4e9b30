#pragma once

#include "ops/op.h"

namespace tenon {

// A tensor of the dims `shape` ([r] integers) filled with one value. (ONNX ConstantOfShape;
// IFillLayer)
struct Fill {
  DataType dtype = DataType::kF32;
  double value = 0;

  static constexpr std::string_view kName = "fill";
  static constexpr Traits kTraits{.shape_operands = 0b1};
  static constexpr auto fields =
      std::tuple{field<1>("dtype", &Fill::dtype), field<2>("value", &Fill::value)};
  friend bool operator==(const Fill&, const Fill&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
