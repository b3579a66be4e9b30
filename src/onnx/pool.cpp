// Pooling over spatial windows, and over everything.
#include "ops/pool.h"

#include "onnx/auto_pad.h"
#include "onnx/node_context.h"
#include "ops/binary.h"
#include "ops/identity.h"
#include "ops/reduce.h"
#include "ops/reshape.h"

namespace tenon {
namespace {

void import_pool(NodeContext& c) {
  const auto kernel = c.integers("kernel_shape");
  if (kernel.empty()) c.invalid("attribute kernel_shape is missing");
  SpatialWindow w = read_window(c, read_extents(c, "kernel_shape", kernel.size(), 1, 1));
  const bool max = c.op() == "MaxPool";
  c.refuse_outputs(1, "the positions of maxima are not computed");
  if (max) c.ignore("storage_order");  // of the positions
  c.result(Pool{.kind = max ? PoolKind::kMax : PoolKind::kAverage,
                .window = std::move(w.kernel),
                .stride = std::move(w.stride),
                .pad_begin = std::move(w.pad_begin),
                .pad_end = std::move(w.pad_end),
                .dilation = std::move(w.dilation),
                .ceil_mode = c.flag("ceil_mode", false) && read_auto_pad(c) == "NOTSET",
                .count_include_pad = !max && c.flag("count_include_pad", false)},
           {c.input(0)});
}

void import_global(NodeContext& c, ReduceKind kind) {
  Reduce reduce{.kind = kind};
  for (int64_t i = 2; i < c.rank(0); ++i) reduce.axes.push_back(i);
  if (reduce.axes.empty()) {
    c.result(Identity{}, {c.input(0)});
  } else {
    c.result(std::move(reduce), {c.input(0)});
  }
}

void import_global_average(NodeContext& c) { import_global(c, ReduceKind::kMean); }
void import_global_max(NodeContext& c) { import_global(c, ReduceKind::kMax); }

void import_global_lp(NodeContext& c) {
  const int64_t p = c.integer("p", 2);
  if (p != 1 && p != 2) {
    c.unsupported(ImportFault::kUnsupportedAttribute, "attribute p is {}, 1 or 2 supported", p);
  }
  import_global(c, p == 1 ? ReduceKind::kL1 : ReduceKind::kL2);
}

// y = x / (bias + alpha / size * sum of x^2 over `size` channels around)^beta. The sum is an
// average pooling over the channels, which stand as a spatial axis for that.
void import_lrn(NodeContext& c) {
  const int64_t size = c.integer("size");
  const auto rank = c.rank(0);
  if (size < 1 || rank < 3 || rank > 4) {
    c.unsupported(ImportFault::kUnsupportedShape, "size {} over a tensor of rank {}", size, rank);
  }
  const auto scalar = [&](std::string_view part, double v) {
    return c.add_scalar(part, c.dtype(0), v);
  };
  const ValueId x = c.input(0);
  const ValueId square = c.add("square", Binary{BinaryFn::kMul}, {x, x});
  const ValueId planes = c.add("planes", Unsqueeze{{1}}, {square});
  Pool pool{.kind = PoolKind::kAverage, .count_include_pad = true};
  const auto spatial = static_cast<size_t>(rank - 1);
  pool.window.assign(spatial, 1);
  pool.pad_begin.assign(spatial, 0);
  pool.pad_end.assign(spatial, 0);
  pool.window[0] = size;
  pool.pad_begin[0] = (size - 1) / 2;
  pool.pad_end[0] = size - 1 - pool.pad_begin[0];
  const ValueId pooled = c.add("mean", std::move(pool), {planes});
  const ValueId mean = c.add("channels", Squeeze{{1}}, {pooled});
  const ValueId alpha = scalar("alpha", c.number("alpha", 1e-4F));
  const ValueId scaled = c.add("scaled", Binary{BinaryFn::kMul}, {mean, alpha});
  const ValueId bias = scalar("bias", c.number("bias", 1));
  const ValueId sum = c.add("sum", Binary{BinaryFn::kAdd}, {scaled, bias});
  const ValueId beta = scalar("beta", c.number("beta", 0.75F));
  const ValueId divisor = c.add("divisor", Binary{BinaryFn::kPow}, {sum, beta});
  c.result(Binary{BinaryFn::kDiv}, {x, divisor});
}

constexpr Importer kImporters[] = {
    {"AveragePool", 7, kNoEnd, import_pool},
    {"GlobalAveragePool", 1, kNoEnd, import_global_average},
    {"GlobalLpPool", 2, kNoEnd, import_global_lp},
    {"GlobalMaxPool", 1, kNoEnd, import_global_max},
    {"LRN", 1, kNoEnd, import_lrn},
    {"MaxPool", 1, kNoEnd, import_pool},
};

}  // namespace

std::span<const Importer> pool_importers() { return kImporters; }

}  // namespace tenon
