// Convolutions.
#include "ops/conv.h"

#include <algorithm>

#include "onnx/auto_pad.h"
#include "onnx/node_context.h"
#include "ops/deconv.h"

namespace tenon {
namespace {

// The spatial extents of the weights, input 1: [.., .., k1..kn]. kernel_shape only repeats them.
std::vector<int64_t> kernel_of(const NodeContext& c) {
  const Shape& weights = c.dims(1);
  if (weights.size() < 3)
    c.invalid("the weights have rank {}, at least 3 expected", weights.size());
  std::vector<int64_t> kernel;
  for (size_t i = 2; i < weights.size(); ++i) {
    if (!weights[i].is_constant() || weights[i].value() < 1) {
      c.unsupported(ImportFault::kUnsupportedDynamic, "the kernel's extents are {}",
                    to_string(weights));
    }
    kernel.push_back(weights[i].value());
  }
  const auto stated = c.integers("kernel_shape");
  if (!stated.empty() && stated != kernel) {
    c.invalid("attribute kernel_shape is [{}], but the weights are {}", fmt::join(stated, ","),
              to_string(weights));
  }
  return kernel;
}

// Checks `groups` against the channels of x and the axis `channel_axis` of the weights.
int64_t groups_of(const NodeContext& c) {
  const int64_t groups = c.integer("group", 1);
  if (groups < 1) c.invalid("attribute group is {}", groups);
  const auto divides = [&](const Dim& channels) {
    return !channels.is_constant() || channels.value() % groups == 0;
  };
  if (!divides(c.dims(0).at(1))) {
    c.invalid("group {} does not divide the {} channels of input 0", groups,
              c.dims(0)[1].to_string());
  }
  if (!divides(c.dims(1).at(0))) {
    c.invalid("group {} does not divide dim 0 of the weights {}", groups, to_string(c.dims(1)));
  }
  return groups;
}

std::vector<ValueId> operands(const NodeContext& c) {
  std::vector<ValueId> values{c.input(0), c.input(1)};
  if (c.has_input(2)) values.push_back(c.input(2));
  return values;
}

void import_conv(NodeContext& c) {
  SpatialWindow w = read_window(c, kernel_of(c));
  c.result(Conv{.stride = std::move(w.stride),
                .pad_begin = std::move(w.pad_begin),
                .pad_end = std::move(w.pad_end),
                .dilation = std::move(w.dilation),
                .groups = groups_of(c)},
           operands(c));
}

// The output's spatial extents that output_shape or auto_pad ask for decide the padding:
// total = stride * (in - 1) + output_padding + reach - out.
void pad_for_output(const NodeContext& c, Deconv& d, const std::vector<int64_t>& kernel,
                    const std::vector<int64_t>& output, bool upper) {
  for (size_t i = 0; i < kernel.size(); ++i) {
    const int64_t reach = (kernel[i] - 1) * d.dilation[i] + 1;
    const Dim in = c.dims(0)[i + 2];
    const Dim out = output.empty() ? in * Dim(d.stride[i]) : Dim(output[i]);
    const Dim needed = Dim(d.stride[i]) * (in - 1) + Dim(d.output_pad[i] + reach) - out;
    if (!needed.is_constant()) {
      c.unsupported(ImportFault::kUnsupportedDynamic,
                    "output_shape needs spatial axis {} to be known, it is {}", i, in.to_string());
    }
    const int64_t total = std::max<int64_t>(needed.value(), 0);
    // An output longer than all products reach: the rest is filled with the bias alone.
    d.output_pad[i] += std::max<int64_t>(-needed.value(), 0);
    d.pad_begin[i] = upper ? total / 2 : total - total / 2;
    d.pad_end[i] = total - d.pad_begin[i];
  }
}

void import_conv_transpose(NodeContext& c) {
  const auto kernel = kernel_of(c);
  const size_t n = kernel.size();
  if (static_cast<size_t>(c.rank(0)) != n + 2) {
    c.invalid("input 0 has rank {}, the kernel {} spatial axes", c.rank(0), n);
  }
  Deconv d{.stride = read_extents(c, "strides", n, 1, 1),
           .dilation = read_extents(c, "dilations", n, 1, 1),
           .output_pad = read_extents(c, "output_padding", n, 0, 0),
           .groups = groups_of(c)};
  const auto pads = read_extents(c, "pads", 2 * n, 0, 0);
  d.pad_begin.assign(pads.begin(), pads.begin() + static_cast<ptrdiff_t>(n));
  d.pad_end.assign(pads.begin() + static_cast<ptrdiff_t>(n), pads.end());
  const std::string mode = read_auto_pad(c);
  auto output = c.integers("output_shape");
  // Some exporters list the batch and channel extents as well.
  if (output.size() == n + 2) output.erase(output.begin(), output.begin() + 2);
  if (!output.empty() && output.size() != n) {
    c.invalid("attribute output_shape has {} entries, {} expected", output.size(), n);
  }
  if (!output.empty() || mode == "SAME_UPPER" || mode == "SAME_LOWER") {
    pad_for_output(c, d, kernel, output, mode == "SAME_UPPER");
  } else if (mode == "VALID") {
    d.pad_begin.assign(n, 0);
    d.pad_end.assign(n, 0);
  }
  c.result(std::move(d), operands(c));
}

constexpr Importer kImporters[] = {
    {"Conv", 1, kNoEnd, import_conv},
    {"ConvTranspose", 1, kNoEnd, import_conv_transpose},
};

}  // namespace

std::span<const Importer> conv_importers() { return kImporters; }

}  // namespace tenon
