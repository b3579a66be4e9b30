#pragma once

#include "ops/conv.h"

namespace tenon {

// A convolution and one that reads what it gives, where both results are wanted:
//   y = first(x, w1, bias1, residual)      z = second(y, w2, bias2)
// with the operands of Conv. Builders make it of two convolutions where a device is faster so.
struct ConvPair {
  Conv first;
  Conv second;

  static constexpr size_t kSecondWeights = 4;  // the operand

  static constexpr std::string_view kName = "conv_pair";
  static constexpr Traits kTraits{.min_inputs = 2, .max_inputs = 6, .outputs = 2};
  static constexpr auto fields =
      std::tuple{field<1>("first", &ConvPair::first), field<2>("second", &ConvPair::second)};
  friend bool operator==(const ConvPair&, const ConvPair&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
