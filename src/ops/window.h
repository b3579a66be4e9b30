#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ops/infer_checks.h"

namespace tenon {

// The lists of a sliding window, complete and checked, one number a spatial axis.
struct Window {
  std::vector<int64_t> stride;
  std::vector<int64_t> pad_begin;
  std::vector<int64_t> pad_end;
  std::vector<int64_t> dilation;
};

// Of an op with attributes stride, pad_begin, pad_end and dilation over an input of rank 3 to 5
// ([N, C, D1..Dn]). Throws Error for a wrong rank, length or range.
template <typename T>
Window window_of(const T& op, const InferContext& c) {
  const int spatial = c.rank(0) - 2;
  if (spatial < 1 || spatial > 3) {
    c.error("input 0 is {}, but one to three spatial axes behind two are needed",
            to_string(c.input(0).type));
  }
  return {spatial_list(c, op.stride, spatial, 1, 1, "stride"),
          spatial_list(c, op.pad_begin, spatial, 0, 0, "pad_begin"),
          spatial_list(c, op.pad_end, spatial, 0, 0, "pad_end"),
          spatial_list(c, op.dilation, spatial, 1, 1, "dilation")};
}

// How far the last tap of a window lies behind the first, plus one. A constant extent below 1 is an
// Error.
Dim window_reach(const InferContext& c, const Dim& extent, int64_t dilation);

// Where a window of `kernel` taps may start on spatial axis i of an input of extent d: the number
// of whole strides that fit behind the first window, before rounding. Throws Error when the window
// is larger than the padded input.
Dim window_room(const InferContext& c, const Window& w, size_t i, const Dim& d, const Dim& kernel);

// A window over exactly three spatial axes for evaluation: missing ones are put in front with
// extent 1.
struct Window3 {
  int64_t in[3] = {1, 1, 1};
  int64_t out[3] = {1, 1, 1};
  int64_t kernel[3] = {1, 1, 1};
  int64_t stride[3] = {1, 1, 1};
  int64_t pad[3] = {0, 0, 0};  // before the axis
  int64_t dilation[3] = {1, 1, 1};

  int64_t in_volume() const { return in[0] * in[1] * in[2]; }
  int64_t out_volume() const { return out[0] * out[1] * out[2]; }
  int64_t kernel_volume() const { return kernel[0] * kernel[1] * kernel[2]; }
};

// x and y are [N, C, D1..Dn]; empty lists stand for stride 1, no padding, dilation 1.
Window3 window3(const Dims& x, const Dims& y, std::span<const int64_t> kernel,
                std::span<const int64_t> stride, std::span<const int64_t> pad,
                std::span<const int64_t> dilation);

// The output places o in [first, last) for which o*stride + offset lies in [0, extent).
struct Span1 {
  int64_t first;
  int64_t last;
};
Span1 places_inside(int64_t offset, int64_t stride, int64_t extent, int64_t places);

}  // namespace tenon
