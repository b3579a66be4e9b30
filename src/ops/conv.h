#pragma once

#include "ops/op.h"
#include "ops/scalar_fn.h"

namespace tenon {

// y = act(convolution(x, w) + bias + residual)          (ONNX Conv; TensorRT IConvolutionLayer)
//   x         [N, C, D1..Dn]  n = 1, 2 or 3 spatial axes
//   w         [K, C/groups, k1..kn]
//   bias      [K], optional
//   residual  the dims of y, optional: a skip connection added before the activation
//   y         [N, K, (Di + pad_begin + pad_end - dilation*(ki-1) - 1) / stride + 1]
// Empty lists stand for stride 1, no padding and dilation 1 on every axis.
struct Conv {
  std::vector<int64_t> stride;
  std::vector<int64_t> pad_begin;
  std::vector<int64_t> pad_end;
  std::vector<int64_t> dilation;
  int64_t groups = 1;
  Activation act;

  static constexpr std::string_view kName = "conv";
  static constexpr Traits kTraits{.min_inputs = 2, .max_inputs = 4};
  static constexpr auto fields =
      std::tuple{field<1>("stride", &Conv::stride),   field<2>("pad_begin", &Conv::pad_begin),
                 field<3>("pad_end", &Conv::pad_end), field<4>("dilation", &Conv::dilation),
                 field<5>("groups", &Conv::groups),   field<6>("act", &Conv::act)};
  friend bool operator==(const Conv&, const Conv&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
