#pragma once

#include "ops/op.h"

namespace tenon {

// y[i] = start + i * step for i in 0 .. n-1. Input 0 is n: one integer, not negative. In integer
// types start and step are whole numbers. (ONNX Range; IFillLayer, kLINSPACE)
struct Iota {
  DataType dtype = DataType::kI64;
  double start = 0;
  double step = 1;

  static constexpr std::string_view kName = "iota";
  static constexpr Traits kTraits{.shape_operands = 0b1};
  static constexpr auto fields =
      std::tuple{field<1>("dtype", &Iota::dtype), field<2>("start", &Iota::start),
                 field<3>("step", &Iota::step)};
  friend bool operator==(const Iota&, const Iota&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
