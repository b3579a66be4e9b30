#pragma once

#include "ops/op.h"

namespace tenon {

// exp(x - max) / sum(exp(x - max)) along one axis, or its logarithm. (ONNX Softmax and LogSoftmax
// since opset 13; ISoftMaxLayer)
struct Softmax {
  int64_t axis = -1;
  bool log = false;

  static constexpr std::string_view kName = "softmax";
  static constexpr Traits kTraits{.reduction = true};
  static constexpr auto fields =
      std::tuple{field<1>("axis", &Softmax::axis), field<2>("log", &Softmax::log)};
  friend bool operator==(const Softmax&, const Softmax&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
