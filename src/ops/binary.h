#pragma once

#include "ops/op.h"
#include "ops/scalar_fn.h"

namespace tenon {

// y = fn(a, b) with multidirectional broadcasting; comparisons yield bool. (IElementWiseLayer)
// On integer tensors of known contents it computes the contents: shape arithmetic.
struct Binary {
  BinaryFn fn = BinaryFn::kAdd;

  static constexpr std::string_view kName = "binary";
  static constexpr Traits kTraits{.min_inputs = 2, .max_inputs = 2, .elementwise = true};
  static constexpr auto fields = std::tuple{field<1>("fn", &Binary::fn)};
  friend bool operator==(const Binary&, const Binary&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
