#pragma once

#include "ops/op.h"

namespace tenon {

// x broadcast against `shape` ([r] integers), as ONNX Expand does: a 1 in `shape` keeps x's dim.
struct Expand {
  static constexpr std::string_view kName = "expand";
  static constexpr Traits kTraits{.min_inputs = 2, .max_inputs = 2, .shape_operands = 0b10};
  static constexpr std::tuple<> fields{};
  friend bool operator==(const Expand&, const Expand&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
