#pragma once

#include "ops/op.h"

namespace tenon {

// The inputs one after another along an axis; other dims are equal. (ONNX Concat;
// IConcatenationLayer)
struct Concat {
  int64_t axis = 0;

  static constexpr std::string_view kName = "concat";
  static constexpr Traits kTraits{.min_inputs = 1, .max_inputs = -1};
  static constexpr auto fields = std::tuple{field<1>("axis", &Concat::axis)};
  friend bool operator==(const Concat&, const Concat&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
