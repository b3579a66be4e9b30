#include "ops/window.h"

#include <algorithm>

namespace tenon {

Dim window_reach(const InferContext& c, const Dim& extent, int64_t dilation) {
  if (extent.is_constant() && extent.value() < 1) {
    c.error("the window has an extent of {}", extent.value());
  }
  return (extent - 1) * dilation + 1;
}

Dim window_room(const InferContext& c, const Window& w, size_t i, const Dim& d, const Dim& kernel) {
  const Dim padded = d + w.pad_begin[i] + w.pad_end[i];
  const Dim reach = window_reach(c, kernel, w.dilation[i]);
  const Dim room = padded - reach;
  if (room.is_constant() && room.value() < 0) {
    c.error("a window of {} is larger than the padded input of {} on spatial axis {}",
            reach.to_string(), padded.to_string(), i);
  }
  return room;
}

Window3 window3(const Dims& x, const Dims& y, std::span<const int64_t> kernel,
                std::span<const int64_t> stride, std::span<const int64_t> pad,
                std::span<const int64_t> dilation) {
  Window3 w;
  const int spatial = x.rank() - 2;
  for (int i = 0; i < spatial; ++i) {
    const int to = 3 - spatial + i;
    const auto from = static_cast<size_t>(i);
    w.in[to] = x[i + 2];
    w.out[to] = y[i + 2];
    w.kernel[to] = kernel[from];
    if (!stride.empty()) w.stride[to] = stride[from];
    if (!pad.empty()) w.pad[to] = pad[from];
    if (!dilation.empty()) w.dilation[to] = dilation[from];
  }
  return w;
}

Span1 places_inside(int64_t offset, int64_t stride, int64_t extent, int64_t places) {
  const int64_t first = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
  const int64_t last = offset >= extent ? 0 : (extent - offset + stride - 1) / stride;
  return {std::min(first, places), std::clamp<int64_t>(last, std::min(first, places), places)};
}

}  // namespace tenon
