#pragma once

#include "ops/op.h"

namespace tenon {

enum class PoolKind : uint8_t { kMax, kAverage };
constexpr auto names(PoolKind) {
  return std::to_array<std::pair<PoolKind, std::string_view>>(
      {{PoolKind::kMax, "max"}, {PoolKind::kAverage, "average"}});
}

// Pooling over the spatial axes of x [N, C, D1..Dn]   (ONNX MaxPool, AveragePool; IPoolingLayer)
//   y [N, C, round((Di + pad_begin + pad_end - dilation*(ki-1) - 1) / stride) + 1]
// rounding down, or up when ceil_mode (a last window that would start in the end padding is
// dropped, as ONNX says since opset 19). An average divides by the number of elements in the
// window, those in the padding included when count_include_pad (never those beyond it). Padding is
// shorter than the window's reach; a dilated window that steps over all of the input yields -inf or
// an average of 0.
struct Pool {
  PoolKind kind = PoolKind::kMax;
  std::vector<int64_t> window;
  std::vector<int64_t> stride;
  std::vector<int64_t> pad_begin;
  std::vector<int64_t> pad_end;
  std::vector<int64_t> dilation;
  bool ceil_mode = false;
  bool count_include_pad = false;

  static constexpr std::string_view kName = "pool";
  static constexpr Traits kTraits{};
  static constexpr auto fields =
      std::tuple{field<1>("kind", &Pool::kind),
                 field<2>("window", &Pool::window),
                 field<3>("stride", &Pool::stride),
                 field<4>("pad_begin", &Pool::pad_begin),
                 field<5>("pad_end", &Pool::pad_end),
                 field<6>("dilation", &Pool::dilation),
                 field<7>("ceil_mode", &Pool::ceil_mode),
                 field<8>("count_include_pad", &Pool::count_include_pad)};
  friend bool operator==(const Pool&, const Pool&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon
