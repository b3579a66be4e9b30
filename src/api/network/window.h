#pragma once

#include <NvInfer.h>

#include <string_view>
#include <vector>

#include "base/dim.h"

namespace tenon::api {

// A sliding window as the public layers state it: stride, padding and dilation with one number a
// spatial axis, and how padding is found.
struct WindowSettings {
  std::vector<int64_t> stride;
  std::vector<int64_t> pre;
  std::vector<int64_t> post;
  std::vector<int64_t> dilation;
  nvinfer1::PaddingMode mode = nvinfer1::PaddingMode::kEXPLICIT_ROUND_DOWN;

  // The defaults for a number of spatial axes.
  static WindowSettings plain(size_t axes);
};

struct WindowPadding {
  std::vector<int64_t> begin;
  std::vector<int64_t> end;
};

// The padding that gives a window over `spatial` dims the extents of its padding mode. Where
// `rounds_itself`, rounding up is left to the op. Throws Error when it depends on a dim that is not
// known.
WindowPadding padding_of(const WindowSettings& settings, const std::vector<int64_t>& window,
                         const Shape& spatial, bool rounds_itself);

// What a transposed convolution cuts from its output, and what it adds to it where the padding mode
// asks for more than there is.
struct WindowCut {
  std::vector<int64_t> begin;
  std::vector<int64_t> end;
  std::vector<int64_t> added;
};
WindowCut cut_of(const WindowSettings& settings, const std::vector<int64_t>& window);

}  // namespace tenon::api
