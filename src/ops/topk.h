#pragma once

#include "ops/op.h"

namespace tenon {

// The k largest or smallest elements along an axis, in order: output 0 the elements, output 1 their
// indices. Operand 1 is k (one integer). NaN counts as greater than all numbers, be it the largest
// or the smallest that are asked for; zeros of both signs are equal. Of equal elements the one of
// the lower index comes first, the one of the higher when `last_first`.
// (ONNX TopK, ArgMax, ArgMin; ITopKLayer)
struct TopK {
  int64_t axis = -1;
  bool largest = true;
  DataType indices = DataType::kI64;  // or kI32
  bool last_first = false;

  static constexpr std::string_view kName = "topk";
  static constexpr Traits kTraits{
      .min_inputs = 2, .max_inputs = 2, .outputs = 2, .shape_operands = 0b10};
  static constexpr auto fields =
      std::tuple{field<1>("axis", &TopK::axis), field<2>("largest", &TopK::largest),
                 field<3>("indices", &TopK::indices), field<4>("last_first", &TopK::last_first)};
  friend bool operator==(const TopK&, const TopK&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
