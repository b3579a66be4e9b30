#pragma once

#include "ops/conv.h"

namespace tenon {

// A convolution and one of single channels behind it, where only the last result is wanted, as at
// the beginning of an inverted residual block (Sandler et al. 2018):
//   y = depthwise(expansion(x, w1, bias1), w2, bias2)
// with the operands of Conv. What lies between the two is rounded to the element type, too.
// Builders make it of two convolutions where a device is faster so.
struct ConvDepthwise {
  Conv expansion;
  Conv depthwise;

  static constexpr size_t kSecondWeights = 3;  // the operand

  static constexpr std::string_view kName = "conv_depthwise";
  static constexpr Traits kTraits{.min_inputs = 2, .max_inputs = 5};
  static constexpr auto fields = std::tuple{field<1>("expansion", &ConvDepthwise::expansion),
                                            field<2>("depthwise", &ConvDepthwise::depthwise)};
  friend bool operator==(const ConvDepthwise&, const ConvDepthwise&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;

  // What the expansion makes of x and its weights.
  Dims expanded(const Dims& x, const Dims& weights) const;
};

}  // namespace tenon
