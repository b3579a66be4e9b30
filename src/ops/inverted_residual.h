#pragma once

#include "ops/conv.h"

namespace tenon {

// Three convolutions in a row of which the last one's result alone is wanted, as in an inverted
// residual block (Sandler et al. 2018):
//   y = projection(depthwise(expansion(x, w1, bias1), w2, bias2), w3, bias3, residual)
// with the operands of Conv. Without w1 there is no expansion: x is what the depthwise convolution
// reads. Builders make it of the three where a device is faster so.
struct InvertedResidual {
  Conv expansion;
  Conv depthwise;
  Conv projection;

  // The operands behind x.
  static constexpr size_t kWeights1 = 1, kBias1 = 2, kWeights2 = 3, kBias2 = 4, kWeights3 = 5,
                          kBias3 = 6, kResidual = 7;

  static constexpr std::string_view kName = "inverted_residual";
  static constexpr Traits kTraits{.min_inputs = 1, .max_inputs = 8};
  static constexpr auto fields = std::tuple{field<1>("expansion", &InvertedResidual::expansion),
                                            field<2>("depthwise", &InvertedResidual::depthwise),
                                            field<3>("projection", &InvertedResidual::projection)};
  friend bool operator==(const InvertedResidual&, const InvertedResidual&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
