#include "api/network/window.h"

#include <algorithm>

#include "base/error.h"

namespace tenon::api {

using nvinfer1::PaddingMode;

WindowSettings WindowSettings::plain(size_t axes) {
  return {.stride = std::vector<int64_t>(axes, 1),
          .pre = std::vector<int64_t>(axes, 0),
          .post = std::vector<int64_t>(axes, 0),
          .dilation = std::vector<int64_t>(axes, 1)};
}

static bool is_same(PaddingMode mode) {
  return mode == PaddingMode::kSAME_UPPER || mode == PaddingMode::kSAME_LOWER;
}

// d modulo the stride, which is known for constant dims and for multiples of the stride.
static int64_t remainder(const Dim& d, int64_t stride, size_t axis) {
  const Dim rest = mod(d, stride);
  if (!rest.is_constant()) {
    fail(
        "the padding mode needs spatial dim {} to be known or a multiple of the stride {}, but it "
        "depends on {}",
        axis, stride, d.to_string());
  }
  return rest.value();
}

WindowPadding padding_of(const WindowSettings& settings, const std::vector<int64_t>& window,
                         const Shape& spatial, bool rounds_itself) {
  WindowPadding padding{settings.pre, settings.post};
  for (size_t i = 0; i < window.size(); ++i) {
    const int64_t stride = settings.stride.at(i);
    const int64_t reach = settings.dilation.at(i) * (window[i] - 1) + 1;
    if (is_same(settings.mode)) {
      // ceil(d / stride) windows reach (ceil(d / stride) - 1) * stride + reach elements.
      const int64_t rest = remainder(spatial.at(i), stride, i);
      const int64_t total = std::max<int64_t>(reach - (rest == 0 ? stride : rest), 0);
      const int64_t less = total / 2;
      const bool upper = settings.mode == PaddingMode::kSAME_UPPER;
      padding.begin[i] = upper ? less : total - less;
      padding.end[i] = total - padding.begin[i];
    } else if (settings.mode == PaddingMode::kEXPLICIT_ROUND_UP && !rounds_itself && stride > 1) {
      const Dim room = spatial.at(i) + settings.pre[i] + settings.post[i] - reach;
      const int64_t rest = remainder(room, stride, i);
      if (rest != 0) padding.end[i] += stride - rest;
    }
  }
  return padding;
}

WindowCut cut_of(const WindowSettings& settings, const std::vector<int64_t>& window) {
  WindowCut cut{settings.pre, settings.post, std::vector<int64_t>(window.size(), 0)};
  if (!is_same(settings.mode)) return cut;
  for (size_t i = 0; i < window.size(); ++i) {
    // The output without a cut has (d - 1) * stride + reach elements, d * stride are wanted.
    const int64_t reach = settings.dilation.at(i) * (window[i] - 1) + 1;
    const int64_t total = reach - settings.stride.at(i);
    cut.added[i] = std::max<int64_t>(-total, 0);
    const int64_t less = std::max<int64_t>(total, 0) / 2;
    const bool upper = settings.mode == PaddingMode::kSAME_UPPER;
    cut.begin[i] = upper ? less : std::max<int64_t>(total, 0) - less;
    cut.end[i] = std::max<int64_t>(total, 0) - cut.begin[i];
  }
  return cut;
}

}  // namespace tenon::api
