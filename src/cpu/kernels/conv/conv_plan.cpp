#include "cpu/kernels/conv/conv_plan.h"

#include <algorithm>

namespace tenon {

std::vector<RowPlan> plan_rows(const ConvShape& s) {
  std::vector<RowPlan> rows;
  for (int64_t oh = 0; oh < s.oh; ++oh) {
    const int64_t top = oh * s.stride_h - s.pad_top;
    const int64_t begin = std::min(s.kh, top >= 0 ? 0 : ceil_div(-top, s.dilation_h));
    const int64_t end = top >= s.h ? 0 : std::min(s.kh, ceil_div(s.h - top, s.dilation_h));
    rows.push_back(
        {begin, static_cast<int>(std::max<int64_t>(end - begin, 0)), top + begin * s.dilation_h});
  }
  return rows;
}

std::vector<ColumnPlan> plan_columns(const ConvShape& s, int most_pixels) {
  std::vector<ColumnPlan> columns;
  const int64_t count = ceil_div(s.ow, most_pixels);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t first = s.ow * i / count;
    const int64_t pixels = s.ow * (i + 1) / count - first;
    const int64_t column = first * s.stride_w - s.pad_left;
    const int64_t last = column + (pixels - 1) * s.stride_w + (s.kw - 1) * s.dilation_w;
    columns.push_back(
        {first, static_cast<int>(pixels), static_cast<int>(column), column < 0 || last >= s.w});
  }
  return columns;
}

ConvPointers conv_pointers(const LaunchArgs& args, bool has_residual) {
  return {static_cast<const float*>(args.inputs[0]),
          has_residual ? static_cast<const float*>(args.inputs[kResidualInput]) : nullptr,
          static_cast<float*>(args.outputs[0])};
}

ConvBatchStrides conv_batch_strides(const Problem& p) {
  const bool residual = p.inputs.size() > kResidualInput && p.inputs[kResidualInput].present;
  return {p.inputs[0].stride0(), p.outputs[0].stride0(),
          residual ? p.inputs[kResidualInput].stride0() : 0};
}

int64_t conv_slices(int64_t units, double flops, int threads) {
  constexpr double kLeastFlops = 2e5;  // some microseconds
  const auto worthwhile = static_cast<int64_t>(flops / kLeastFlops) + 1;
  return std::min({units, int64_t{threads} * 4, worthwhile});
}

}  // namespace tenon
