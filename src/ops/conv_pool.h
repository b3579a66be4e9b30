#pragma once

#include "ops/conv.h"
#include "ops/pool.h"

namespace tenon {

// A convolution and the pooling of what it gives, which nobody else wants:
//   y = pool(conv(x, w, bias))
// with the operands of Conv; the convolution's result is rounded to the operands' type. Builders
// make it of the two where a device is faster so.
struct ConvPool {
  Conv conv;
  Pool pool;

  static constexpr std::string_view kName = "conv_pool";
  static constexpr Traits kTraits{.min_inputs = 2, .max_inputs = 3};
  static constexpr auto fields =
      std::tuple{field<1>("conv", &ConvPool::conv), field<2>("pool", &ConvPool::pool)};
  friend bool operator==(const ConvPool&, const ConvPool&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
  // Of what the convolution gives.
  Dims between(const Dims& x, const Dims& weights) const;
};

}  // namespace tenon
