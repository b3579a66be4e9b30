#include "cuda/kernels/stem/strip_plan.h"

#include <algorithm>
#include <limits>

#include "base/rounding.h"
#include "ops/conv.h"
#include "ops/conv_pool.h"

namespace tenon {
namespace {

bool all_equal(const std::vector<int64_t>& list, int64_t value) {
  return std::all_of(list.begin(), list.end(), [&](int64_t v) { return v == value; });
}

std::string refusal_of_pooling(const Pool& pool) {
  if (pool.kind != PoolKind::kMax) return "no maximum";
  if (pool.window != std::vector<int64_t>{3, 3} || pool.stride != std::vector<int64_t>{2, 2}) {
    return "the pooling is not 3x3 with stride 2";
  }
  if (!all_equal(pool.dilation, 1)) return "dilated pooling";
  return {};
}

std::string refusal_of_convolution(const ConvGeometry& g) {
  if (g.groups != 1) return "grouped";
  if (g.has_residual) return "a residual";
  if (g.c > 4) return "more than four channels";
  if (g.k % 2 != 0) return "an odd number of filters";
  if (g.dilation_h != 1 || g.dilation_w != 1) return "dilated";
  if (std::max(g.stride_h, g.stride_w) > 2) return "a stride above 2";
  if (g.kh > kStripLines || StripDepth(g).cells(kStripTiles[0]) > kStripThreads) {
    return "the window is too large";
  }
  return {};
}

// The convolution of a ConvPool problem as a problem of its own.
Problem convolution_of(const Problem& problem, const ConvPool& op) {
  Problem conv{.op = op.conv, .inputs = problem.inputs, .outputs = problem.outputs};
  conv.outputs[0].dims = op.between(problem.inputs[0].dims, problem.inputs[1].dims);
  return conv;
}

int64_t filter_blocks(const ConvGeometry& g) { return ceil_div(g.k, kStripFilters); }

int64_t tiles(const StripShape& s, int64_t columns) {
  if (!s.pooled) return ceil_div(s.conv.ow, columns);
  // All but the first begin one result earlier, which is not theirs.
  return std::max<int64_t>(ceil_div(s.y_width - s.pool_left, columns / 2 - 1), 1);
}

// Rows of y a strip: few enough for the multiprocessors to be busy, many enough for the rows that
// neighbouring strips both need to matter little.
int choose_rows(const StripShape& s, int64_t tiles, int multiprocessors) {
  // In units of the products of a row when nothing else runs: before the first row, and the least
  // that a row takes.
  constexpr double kFirst = 4, kRow = 3;
  // Longer strips write to memory in too many places at a time.
  constexpr int64_t kMostWritten = 7;
  int best = 1;
  double least = std::numeric_limits<double>::infinity();
  for (int64_t rows = 1; rows <= (s.pooled ? s.y_height : kMostWritten); ++rows) {
    const int64_t blocks = s.conv.n * tiles * filter_blocks(s.conv) * ceil_div(s.y_height, rows);
    const int64_t each = ceil_div(blocks, multiprocessors), rest = each % kStripBlocks;
    const auto work = static_cast<double>(s.pooled ? 2 * rows + 1 : rows);
    double time = static_cast<double>(each / kStripBlocks) * (kFirst + work * kStripBlocks);
    if (rest > 0) time += kFirst + work * std::max(kRow, static_cast<double>(rest));
    if (time >= least) continue;
    least = time;
    best = static_cast<int>(rows);
  }
  return best;
}

}  // namespace

StripDepth::StripDepth(const ConvGeometry& g) : conv_(g) {
  lead_ = g.stride_w == 2 ? ceil_div(g.pad_left, 2) * 2 : g.pad_left;
  pairs_ = ceil_div(lead_ - g.pad_left + g.kw, 4);
  // Four groups of two rows are six lines of four (channel, row) pairs then, and not seven.
  paired_ = g.c == 3 && g.stride_h == 2 && g.stride_w == 2 && g.kh == 7 && pairs_ == 2;
  if (paired_) {
    lines_ = {0, 2, 4, 6, 1, 5};
  } else {
    for (int64_t row = 0; row < g.kh; ++row) lines_.push_back(row);
  }
}

int64_t StripDepth::groups() const { return ceil_div(conv_.kh, conv_.stride_h); }

int64_t StripDepth::cells(int64_t columns) const {
  return columns + (2 * pairs_ - 1) * (2 / conv_.stride_w);
}

std::optional<StripDepth::Tap> StripDepth::tap(int64_t step, int64_t depth) const {
  const int64_t line = lines_[static_cast<size_t>(step / pairs_)], word = depth % 8 / 2;
  const int64_t column = (step % pairs_ * 2 + depth / 8) * 2 + depth % 2 - (lead_ - conv_.pad_left);
  Tap tap{.channel = word, .row = line, .column = column};
  if (paired_ && line % 2 == 0) {
    if (word == 3) tap = {.channel = 0, .row = line + 1, .column = column};
  } else if (paired_) {
    tap = {.channel = 1 + word % 2, .row = line + word / 2 * 2, .column = column};
  }
  const bool inside =
      tap.channel < conv_.c && tap.row < conv_.kh && column >= 0 && column < conv_.kw;
  return inside ? std::optional(tap) : std::nullopt;
}

std::variant<StripShape, Refusal> strip_shape(const Problem& problem) {
  const auto* both = problem.op.as<ConvPool>();
  if (both != nullptr && problem.inputs[0].dims.rank() != 4) return Refusal{"not an image"};
  const auto geometry = conv_geometry(both != nullptr ? convolution_of(problem, *both) : problem);
  if (const auto* refusal = std::get_if<Refusal>(&geometry)) return *refusal;
  StripShape shape{.conv = std::get<ConvGeometry>(geometry), .pooled = both != nullptr};
  const ConvGeometry& g = shape.conv;
  const DataType type = problem.inputs[0].dtype;
  if (type != DataType::kF16 && type != DataType::kBF16) return Refusal{"neither FP16 nor BF16"};
  if (std::string reason = refusal_of_convolution(g); !reason.empty()) return Refusal{reason};
  if (!fits_32_bits(problem)) return Refusal{"a tensor has 2^31 elements or more"};
  shape.y_height = g.oh;
  shape.y_width = g.ow;
  if (both == nullptr && g.k % 8 != 0) return Refusal{"filters are no multiple of 8"};
  if (both == nullptr) return shape;
  const Pool& pool = both->pool;
  if (std::string reason = refusal_of_pooling(pool); !reason.empty()) return Refusal{reason};
  shape.y_height = problem.outputs[0].dims[2];
  shape.y_width = problem.outputs[0].dims[3];
  shape.pool_top = pool.pad_begin.empty() ? 0 : pool.pad_begin[0];
  shape.pool_left = pool.pad_begin.empty() ? 0 : pool.pad_begin[1];
  if (std::max(shape.pool_top, shape.pool_left) > 1) return Refusal{"padded by two"};
  return shape;
}

StripParams strip_params(const StripShape& s, int tile_columns, int multiprocessors) {
  const ConvGeometry& g = s.conv;
  const StripDepth depth(g);
  StripParams p;
  p.x_image = g.c * g.h * g.w;
  p.y_image = g.k * s.y_height * s.y_width;
  p.channels = static_cast<int>(g.c);
  p.height = static_cast<int>(g.h);
  p.width = static_cast<int>(g.w);
  p.plane = static_cast<int>(g.h * g.w);
  p.filters = static_cast<int>(g.k);
  p.conv_height = static_cast<int>(g.oh);
  p.conv_width = static_cast<int>(g.ow);
  p.y_height = static_cast<int>(s.y_height);
  p.y_width = static_cast<int>(s.y_width);
  p.stride_h = static_cast<int>(g.stride_h);
  p.stride_w = static_cast<int>(g.stride_w);
  p.pad_top = static_cast<int>(g.pad_top);
  p.lead = static_cast<int>(depth.lead());
  p.pool_top = static_cast<int>(s.pool_top);
  p.pool_left = static_cast<int>(s.pool_left);
  p.groups = static_cast<int>(depth.groups());
  p.paired = depth.paired();
  p.whole_words = g.stride_w == 2 && g.w % 2 == 0;
  p.cells = static_cast<int>(depth.cells(tile_columns));
  p.line_bytes = p.cells * 16;
  p.lines = static_cast<int>(std::ssize(depth.lines()));
  p.steps = static_cast<int>(depth.steps() / std::ssize(depth.lines()));
  p.leading_bytes = static_cast<uint32_t>(16 * (2 / g.stride_w));
  p.group_cells = static_cast<uint32_t>(p.stride_h * p.cells);
  p.ring_cells = p.group_cells * static_cast<uint32_t>(p.groups + 1);
  p.step_cells = p.leading_bytes * 2 / 16;
  for (int i = 0; i < p.lines; ++i) {
    p.line_cells[i] = static_cast<uint32_t>(depth.lines()[static_cast<size_t>(i)] * p.cells);
  }
  p.strip_rows = choose_rows(s, tiles(s, tile_columns), multiprocessors);
  p.by_filter_blocks = FastDivisor(filter_blocks(g));
  p.by_tiles = FastDivisor(tiles(s, tile_columns));
  p.by_strips = FastDivisor(ceil_div(s.y_height, p.strip_rows));
  p.act = activation_params(g.act);
  return p;
}

int64_t strip_blocks(const StripShape& s, const StripParams& p) {
  if (s.y_height * s.y_width == 0) return 0;
  return s.conv.n * p.by_strips.divisor * p.by_tiles.divisor * p.by_filter_blocks.divisor;
}

size_t strip_bias_place(const StripShape& s) {
  return static_cast<size_t>(filter_blocks(s.conv) * StripDepth(s.conv).steps() * kStripFilters) *
         16 * 2;
}

std::vector<std::byte> pack_strip(const Problem& problem, const StripShape& s) {
  const ConvGeometry& g = s.conv;
  const StripDepth depth(g);
  std::vector<std::byte> blob(
      strip_bias_place(s) + static_cast<size_t>(filter_blocks(g) * kStripFilters) * sizeof(float));
  auto* to = reinterpret_cast<uint16_t*>(blob.data());
  const auto words = words_of(*problem.inputs[1].constant);
  for (int64_t i = 0; i < depth.steps() * 16; ++i) {
    const auto tap = depth.tap(i / 16, i % 16);
    if (!tap) continue;
    for (int64_t f = 0; f < g.k; ++f) {
      const int64_t from = ((f * g.c + tap->channel) * g.kh + tap->row) * g.kw + tap->column;
      to[strip_weight_place(f, i / 16, i % 16, depth.steps())] = words[static_cast<size_t>(from)];
    }
  }
  if (!g.has_bias) return blob;
  auto* bias = reinterpret_cast<float*>(blob.data() + strip_bias_place(s));
  const TensorView values = problem.inputs[2].constant->view();
  for (int64_t f = 0; f < g.k; ++f) bias[f] = static_cast<float>(element(values, f));
  return blob;
}

}  // namespace tenon
