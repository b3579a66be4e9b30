#pragma once

#include "ops/op.h"
#include "ops/scalar_fn.h"

namespace tenon {

// Transposed convolution: y = act(deconvolution(x, w) + bias)
//                                          (ONNX ConvTranspose; TensorRT IDeconvolutionLayer)
//   x     [N, C, D1..Dn]
//   w     [C, K/groups, k1..kn]
//   bias  [K], optional
//   y     [N, K, (Di - 1)*stride + dilation*(ki-1) + 1 + output_pad - pad_begin - pad_end]
// Empty lists stand for stride 1, no padding, dilation 1, no output padding on every axis.
struct Deconv {
  std::vector<int64_t> stride;
  std::vector<int64_t> pad_begin;
  std::vector<int64_t> pad_end;
  std::vector<int64_t> dilation;
  std::vector<int64_t> output_pad;
  int64_t groups = 1;
  Activation act;

  static constexpr std::string_view kName = "deconv";
  static constexpr Traits kTraits{.min_inputs = 2, .max_inputs = 3};
  static constexpr auto fields = std::tuple{field<1>("stride", &Deconv::stride),
                                            field<2>("pad_begin", &Deconv::pad_begin),
                                            field<3>("pad_end", &Deconv::pad_end),
                                            field<4>("dilation", &Deconv::dilation),
                                            field<5>("output_pad", &Deconv::output_pad),
                                            field<6>("groups", &Deconv::groups),
                                            field<7>("act", &Deconv::act)};
  friend bool operator==(const Deconv&, const Deconv&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
