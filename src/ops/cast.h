#pragma once

#include "ops/op.h"

namespace tenon {

// Conversion to another element type; floats are truncated towards zero and saturated when cast to
// integers.                                                            (ONNX Cast; ICastLayer)
struct Cast {
  DataType to = DataType::kF32;

  static constexpr std::string_view kName = "cast";
  static constexpr Traits kTraits{.elementwise = true};
  static constexpr auto fields = std::tuple{field<1>("to", &Cast::to)};
  friend bool operator==(const Cast&, const Cast&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
