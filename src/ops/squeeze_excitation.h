#pragma once

#include "ops/op.h"
#include "ops/scalar_fn.h"

namespace tenon {

// A factor for every channel of an image, from the means of all its channels: squeeze and
// excitation (Hu et al. 2018, arXiv:1709.01507).
//   gate = gate_act(w2 x hidden_act(w1 x mean(x) + b1) + b2)
//   x    [N, C, D1..Dn]  n = 1 or more; the mean is over D1..Dn
//   w1   [R, C]
//   w2   [C, R]
//   b1   [R], optional
//   b2   [C], optional
//   y    x * gate, of the dims of x, when multiply; the gate itself, [N, C, 1..1], otherwise
struct SqueezeExcitation {
  Activation hidden_act;
  Activation gate_act;
  bool multiply = false;

  static constexpr std::string_view kName = "squeeze_excitation";
  static constexpr Traits kTraits{.min_inputs = 3, .max_inputs = 5};
  static constexpr auto fields = std::tuple{field<1>("hidden_act", &SqueezeExcitation::hidden_act),
                                            field<2>("gate_act", &SqueezeExcitation::gate_act),
                                            field<3>("multiply", &SqueezeExcitation::multiply)};
  friend bool operator==(const SqueezeExcitation&, const SqueezeExcitation&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
