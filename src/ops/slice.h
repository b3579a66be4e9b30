#pragma once

#include "ops/op.h"

namespace tenon {

// y[i] = x[start + i*step] on each listed axis.                (ONNX Slice; ISliceLayer)
// Operands 1..4 (integers, [k]): starts, ends, axes (optional: 0..k-1), steps (optional: 1).
// Negative starts and ends count from the end of the axis; both are clamped as in ONNX.
struct Slice {
  static constexpr std::string_view kName = "slice";
  static constexpr Traits kTraits{.min_inputs = 3, .max_inputs = 5, .shape_operands = 0b11110};
  static constexpr std::tuple<> fields{};
  friend bool operator==(const Slice&, const Slice&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
