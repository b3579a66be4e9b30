#pragma once

#include "ops/op.h"

namespace tenon {

enum class PadMode : uint8_t { kConstant, kReflect, kEdge, kWrap };
constexpr auto names(PadMode) {
  using enum PadMode;
  return std::to_array<std::pair<PadMode, std::string_view>>(
      {{kConstant, "constant"}, {kReflect, "reflect"}, {kEdge, "edge"}, {kWrap, "wrap"}});
}

// x with elements added before and after each axis.            (ONNX Pad; IPaddingLayer,
// ISliceLayer)
//   x [d0..dn];  pads [2*(n+1)] integers: all begins, then all ends; negative ones crop,
//   before the others take their values from what is left
struct Pad {
  PadMode mode = PadMode::kConstant;
  float value = 0;  // of kConstant

  static constexpr std::string_view kName = "pad";
  static constexpr Traits kTraits{.min_inputs = 2, .max_inputs = 2, .shape_operands = 0b10};
  static constexpr auto fields =
      std::tuple{field<1>("mode", &Pad::mode), field<2>("value", &Pad::value)};
  friend bool operator==(const Pad&, const Pad&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
