#pragma once

#include "ops/op.h"
#include "ops/scalar_fn.h"

namespace tenon {

// y[i] = fn(x[i])                                       (IActivationLayer, IUnaryLayer)
struct Unary {
  UnaryFn fn = UnaryFn::kIdentity;
  float alpha = 0;
  float beta = 0;

  static constexpr std::string_view kName = "unary";
  static constexpr Traits kTraits{.elementwise = true};
  static constexpr auto fields = std::tuple{
      field<1>("fn", &Unary::fn), field<2>("alpha", &Unary::alpha), field<3>("beta", &Unary::beta)};
  friend bool operator==(const Unary&, const Unary&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
