#pragma once

#include "ops/op.h"

namespace tenon {

enum class ReduceKind : uint8_t {
  kSum,
  kProd,
  kMax,
  kMin,
  kMean,
  kSumSquare,
  kL1,
  kL2,
  kLogSumExp
};
constexpr auto names(ReduceKind) {
  using enum ReduceKind;
  return std::to_array<std::pair<ReduceKind, std::string_view>>({{kSum, "sum"},
                                                                 {kProd, "prod"},
                                                                 {kMax, "max"},
                                                                 {kMin, "min"},
                                                                 {kMean, "mean"},
                                                                 {kSumSquare, "sum_square"},
                                                                 {kL1, "l1"},
                                                                 {kL2, "l2"},
                                                                 {kLogSumExp, "log_sum_exp"}});
}

// Reduction of x over `axes` (negative ones count from the end; empty: all axes). Reduced axes stay
// with extent 1 when keep_dims. (ONNX Reduce*, GlobalAveragePool, GlobalMaxPool; IReduceLayer)
struct Reduce {
  ReduceKind kind = ReduceKind::kSum;
  std::vector<int64_t> axes;
  bool keep_dims = true;

  static constexpr std::string_view kName = "reduce";
  static constexpr Traits kTraits{.reduction = true};
  static constexpr auto fields =
      std::tuple{field<1>("kind", &Reduce::kind), field<2>("axes", &Reduce::axes),
                 field<3>("keep_dims", &Reduce::keep_dims)};
  friend bool operator==(const Reduce&, const Reduce&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
