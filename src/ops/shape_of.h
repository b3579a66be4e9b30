#pragma once

#include "ops/op.h"

namespace tenon {

// The dims of x from axis `start` up to `end` (exclusive; negative count from the end), as i64.
//                                                                    (ONNX Shape; IShapeLayer)
struct ShapeOf {
  int64_t start = 0;
  std::optional<int64_t> end;

  static constexpr std::string_view kName = "shape";
  static constexpr Traits kTraits{.shape_operands = 0b1};
  static constexpr auto fields =
      std::tuple{field<1>("start", &ShapeOf::start), field<2>("end", &ShapeOf::end)};
  friend bool operator==(const ShapeOf&, const ShapeOf&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
