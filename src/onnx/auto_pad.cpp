#include "onnx/auto_pad.h"

#include <algorithm>

namespace tenon {

// Far above any real network: keeps the arithmetic on extents free of overflow.
constexpr int64_t kMaxExtent = int64_t{1} << 31;

std::vector<int64_t> read_extents(const NodeContext& c, std::string_view name, size_t n,
                                  int64_t otherwise, int64_t minimum) {
  auto values = c.integers(name);
  if (values.empty()) values.assign(n, otherwise);
  if (values.size() != n)
    c.invalid("attribute {} has {} entries, {} expected", name, values.size(), n);
  for (const int64_t v : values) {
    if (v < minimum || v > kMaxExtent) c.invalid("attribute {} has the entry {}", name, v);
  }
  return values;
}

std::string read_auto_pad(const NodeContext& c) {
  const std::string mode = c.text("auto_pad", "NOTSET");
  if (mode != "NOTSET" && mode != "SAME_UPPER" && mode != "SAME_LOWER" && mode != "VALID") {
    c.invalid("attribute auto_pad is '{}'", mode);
  }
  return mode;
}

// y has ceil(x / stride) elements; the odd element of padding goes to the end (upper) or begin.
static void pad_same(const NodeContext& c, SpatialWindow& w, bool upper) {
  for (size_t i = 0; i < w.kernel.size(); ++i) {
    const Dim& extent = c.dims(0)[i + 2];
    if (!extent.is_constant()) {
      c.unsupported(ImportFault::kUnsupportedDynamic,
                    "auto_pad needs spatial axis {} to be known, it is {}", i, extent.to_string());
    }
    const int64_t reach = (w.kernel[i] - 1) * w.dilation[i] + 1;
    const int64_t outputs = (extent.value() + w.stride[i] - 1) / w.stride[i];
    const int64_t total =
        std::max<int64_t>((outputs - 1) * w.stride[i] + reach - extent.value(), 0);
    w.pad_begin[i] = upper ? total / 2 : total - total / 2;
    w.pad_end[i] = total - w.pad_begin[i];
  }
}

SpatialWindow read_window(const NodeContext& c, std::vector<int64_t> kernel) {
  const size_t n = kernel.size();
  if (n == 0 || static_cast<size_t>(c.rank(0)) != n + 2) {
    c.invalid("input 0 has rank {}, the kernel {} spatial axes", c.rank(0), n);
  }
  SpatialWindow w{.kernel = std::move(kernel)};
  w.stride = read_extents(c, "strides", n, 1, 1);
  w.dilation = read_extents(c, "dilations", n, 1, 1);
  const std::string mode = read_auto_pad(c);
  const auto pads = read_extents(c, "pads", 2 * n, 0, 0);
  w.pad_begin.assign(n, 0);
  w.pad_end.assign(n, 0);
  if (mode == "NOTSET") {
    w.pad_begin.assign(pads.begin(), pads.begin() + static_cast<ptrdiff_t>(n));
    w.pad_end.assign(pads.begin() + static_cast<ptrdiff_t>(n), pads.end());
  } else if (mode != "VALID") {
    pad_same(c, w, mode == "SAME_UPPER");
  }
  return w;
}

}  // namespace tenon
