#pragma once

#include "ops/op.h"

namespace tenon {

// y = condition ? a : b with broadcasting over the three.          (ONNX Where; ISelectLayer)
struct Select {
  static constexpr std::string_view kName = "select";
  static constexpr Traits kTraits{.min_inputs = 3, .max_inputs = 3, .elementwise = true};
  static constexpr std::tuple<> fields{};
  friend bool operator==(const Select&, const Select&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
