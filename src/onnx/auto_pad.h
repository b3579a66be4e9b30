#pragma once

#include <vector>

#include "onnx/node_context.h"

namespace tenon {

// The window of a convolution or pooling over n spatial axes, as ONNX describes it: attributes
// strides, dilations, pads and auto_pad, each list of n (pads: 2n) entries or left out.
struct SpatialWindow {
  std::vector<int64_t> kernel;
  std::vector<int64_t> stride;
  std::vector<int64_t> dilation;
  std::vector<int64_t> pad_begin;
  std::vector<int64_t> pad_end;
};

// Reads and checks the window; works the padding out where auto_pad asks for it, which needs the
// spatial dims of input 0 to be known.
SpatialWindow read_window(const NodeContext& c, std::vector<int64_t> kernel);

// The value of auto_pad, one of NOTSET, SAME_UPPER, SAME_LOWER, VALID.
std::string read_auto_pad(const NodeContext& c);

// A list attribute of `n` entries, at least `minimum` each; `otherwise` n times when left out.
std::vector<int64_t> read_extents(const NodeContext& c, std::string_view name, size_t n,
                                  int64_t otherwise, int64_t minimum);

}  // namespace tenon
