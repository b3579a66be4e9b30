#include "cpu/kernels/conv/direct.h"

#include <algorithm>

#include "cpu/cpu_stream.h"
#include "cpu/isa.h"
#include "cpu/kernels/conv/conv_plan.h"
#include "cpu/kernels/conv/direct_kernels.h"
#include "cpu/kernels/conv/second_pass.h"

namespace tenon {

namespace avx512 {
extern const DirectKernels kDirectKernels;
}
namespace avx2 {
extern const DirectKernels kDirectKernels;
}

namespace {

// A register tile's output channels, `blocks` blocks from `first_block` on, with the input blocks
// that they read: all of them, or those that hold the inputs of their groups.
struct ChannelTile {
  int64_t first_block = 0;
  int blocks = 0;
  int64_t first_input = 0;
  int input_blocks = 0;
  int last_channels = 0;   // read of the last input block
  int64_t weights_at = 0;  // in the packed blob, in floats
};

// How the output channels fall into tiles, and where each tile's weights lie.
struct ChannelTiling {
  std::vector<ChannelTile> tiles;
  int64_t packed_size = 0;  // of bias and weights, in floats
};

int64_t group_first_input(const ConvShape& s, int64_t output) {
  return output / s.group_outputs() * s.group_inputs();
}

ChannelTiling tile_channels(const ConvShape& s, int block, int most_blocks) {
  const int64_t all_blocks = ceil_div(s.k, block);
  ChannelTiling t{.packed_size = all_blocks * block};
  // Tiles wider than a group would multiply with the zeros between the groups.
  const bool narrow = s.groups > 1 && s.group_outputs() % (int64_t{most_blocks} * block) != 0;
  const int step = narrow ? 1 : most_blocks;
  for (int64_t b = 0; b < all_blocks; b += step) {
    ChannelTile tile{.first_block = b,
                     .blocks = static_cast<int>(std::min<int64_t>(step, all_blocks - b))};
    const int64_t last_output = std::min(s.k, (b + tile.blocks) * block) - 1;
    const int64_t from = group_first_input(s, b * block);
    const int64_t to = group_first_input(s, last_output) + s.group_inputs();
    tile.first_input = from / block;
    tile.input_blocks = static_cast<int>(ceil_div(to, block) - tile.first_input);
    tile.last_channels = static_cast<int>(ceil_div((to - 1) % block + 1, 4) * 4);
    tile.weights_at = t.packed_size;
    t.packed_size += tile.input_blocks * s.kh * s.kw * block * tile.blocks * block;
    t.tiles.push_back(tile);
  }
  return t;
}

// The weights of one tile as [input block][kh][kw][channel of the block][output of the tile];
// zeros where a channel does not exist or is another group's.
void pack_tile(const ConvShape& s, const ChannelTile& tile, int block, const float* weights,
               float* packed) {
  const int64_t outputs = int64_t{tile.blocks} * block;
  const int64_t taps = s.kh * s.kw;
  for (int64_t o = 0; o < outputs; ++o) {
    const int64_t k = tile.first_block * block + o;
    if (k >= s.k) break;
    const int64_t skipped = group_first_input(s, k) - tile.first_input * block;
    for (int64_t i = 0; i < s.group_inputs(); ++i) {
      const int64_t at = skipped + i;
      for (int64_t tap = 0; tap < taps; ++tap) {
        packed[((at / block * taps + tap) * block + at % block) * outputs + o] =
            weights[(k * s.group_inputs() + i) * taps + tap];
      }
    }
  }
}

struct DirectPlan {
  ConvShape shape;
  int block = 0;
  DirectGeometry geometry;
  std::vector<ChannelTile> channels;
  std::vector<RowPlan> rows;
  std::vector<ColumnPlan> columns;
  ConvBatchStrides batch;
  double cost = 0;  // in floating-point operations
};

DirectPlan plan_direct(const Problem& p, ConvShape s, const DirectKernels& kernels, int blocks) {
  if (s.pointwise()) {  // the pixels as one row
    s.w = s.ow = s.h * s.w;
    s.h = s.oh = 1;
  }
  const int64_t b = kernels.width;
  DirectPlan plan{.shape = s, .block = kernels.width};
  const ConvEpilogue epilogue = conv_epilogue(s, kernels.width);
  plan.geometry = {.x_block = s.h * s.w * b,
                   .x_row = s.dilation_h * s.w * b,
                   .x_tap = s.dilation_w * b,
                   .x_pixel = s.stride_w * b,
                   .y_block = s.oh * s.ow * b,
                   .kernel_height = static_cast<int>(s.kh),
                   .kernel_width = static_cast<int>(s.kw),
                   .width = static_cast<int>(s.w),
                   .stride = static_cast<int>(s.stride_w),
                   .dilation = static_cast<int>(s.dilation_w),
                   .low = epilogue.low,
                   .high = epilogue.high};
  plan.channels = tile_channels(s, kernels.width, blocks).tiles;
  plan.rows = plan_rows(s);
  plan.columns = plan_columns(s, kernels.pixels);
  plan.batch = conv_batch_strides(p);
  // A product with one pixel waits for its weights, not for arithmetic.
  plan.cost = std::max(flops_of(p), 8 * bytes_moved(p));
  return plan;
}

// Weights to fetch ahead, so many cache lines at each tap of each input block.
struct Fetch {
  const float* weights = nullptr;
  int lines = 0;
};

class DirectLaunch : public Launch {
 public:
  DirectLaunch(DirectPlan plan, const DirectKernels& kernels, const float* packed)
      : plan_(std::move(plan)),
        second_pass_(conv_epilogue(plan_.shape, plan_.block), plan_.shape, plan_.block),
        packed_(packed) {
    const ConvShape& s = plan_.shape;
    const auto& g = plan_.geometry;
    const bool pointwise = s.pointwise();
    table_ = pointwise ? kernels.pointwise
                       : kernels.windowed[g.stride == 1   ? 0
                                          : g.stride == 2 ? 1
                                                          : 2];
    tiles_ = static_cast<int64_t>(plan_.rows.size() * plan_.columns.size());
    // A span's input stays in the second-level cache while all output channels pass over it.
    constexpr int64_t kSpanBytes = 256 << 10;
    const int64_t tile_bytes =
        std::max<int64_t>(1, s.h * s.w * s.group_inputs() * 4 / std::max<int64_t>(tiles_, 1));
    span_ = std::clamp<int64_t>(kSpanBytes / tile_bytes, 1, std::max<int64_t>(tiles_, 1));
  }

  void run(const LaunchArgs& args) const override {
    const ConvPointers at = conv_pointers(args, plan_.shape.has_residual);
    const int64_t units = plan_.shape.n * tiles_ * channel_tiles();
    ThreadPool& pool = pool_of(args);
    const int64_t slices = conv_slices(units, plan_.cost, pool.threads());
    pool.run(slices, 1, [&](int64_t begin, int64_t end, int) {
      run_units(at, begin * units / slices, end * units / slices);
    });
  }

 private:
  int64_t channel_tiles() const { return static_cast<int64_t>(plan_.channels.size()); }

  // Units are numbered over images, spans of register tiles, channel tiles and the register tiles
  // of the span, the last fastest.
  void run_units(const ConvPointers& at, int64_t unit, int64_t end) const {
    const int64_t image_units = tiles_ * channel_tiles();
    while (unit < end) {
      const int64_t n = unit / image_units;
      const int64_t in_image = unit % image_units;
      const int64_t first = in_image / (span_ * channel_tiles()) * span_;
      const int64_t size = std::min(span_, tiles_ - first);
      const int64_t in_span = in_image - first * channel_tiles();
      const ChannelTile& channels = plan_.channels[static_cast<size_t>(in_span / size)];
      const int64_t offset = in_span % size;
      const int64_t count = std::min(size - offset, end - unit);
      const ConvPointers image = plan_.batch.image(at, n);
      for (int64_t i = offset; i < offset + count; ++i) {
        run_tile(image, channels, first + i, fetch_at(in_span / size, size, i));
      }
      unit += count;
    }
  }

  // What register tile `i` of the `size` tiles of a span fetches of the next channel tile's
  // weights. With many tiles weights are used so often that waiting for them once does not matter.
  Fetch fetch_at(int64_t channel_tile, int64_t size, int64_t i) const {
    constexpr int64_t kFewTiles = 16;
    const int64_t taps = plan_.shape.kh * plan_.shape.kw;
    if (taps == 1 || size > kFewTiles || channel_tile + 1 >= channel_tiles()) return {};
    const ChannelTile& c = plan_.channels[static_cast<size_t>(channel_tile + 1)];
    const int64_t steps = c.input_blocks * taps;
    const int64_t step_lines = int64_t{plan_.block} * plan_.block * c.blocks / kLineFloats;
    const int64_t lines = ceil_div(step_lines, size);
    if (i * lines >= step_lines) return {};
    return {packed_ + c.weights_at + i * lines * steps * kLineFloats, static_cast<int>(lines)};
  }

  void run_tile(const ConvPointers& image, const ChannelTile& c, int64_t tile,
                const Fetch& fetch) const {
    const auto columns = static_cast<int64_t>(plan_.columns.size());
    const int64_t oh = tile / columns;
    const RowPlan& row = plan_.rows[static_cast<size_t>(oh)];
    const ColumnPlan& column = plan_.columns[static_cast<size_t>(tile % columns)];
    const DirectGeometry& g = plan_.geometry;
    const int64_t b = plan_.block;
    const int64_t y_at = c.first_block * g.y_block + (oh * plan_.shape.ow + column.first_pixel) * b;
    const int64_t x_at =
        c.first_input * g.x_block + (row.input_row * plan_.shape.w + column.column) * b;
    const int64_t w_row = plan_.shape.kw * b * c.blocks * b;
    const DirectTile t{.x = image.x + x_at,
                       .w = packed_ + c.weights_at + row.first_kernel_row * w_row,
                       .bias = packed_ + c.first_block * b,
                       .residual = image.residual ? image.residual + y_at : nullptr,
                       .y = image.y + y_at,
                       .input_blocks = c.input_blocks,
                       .last_channels = c.last_channels,
                       .kernel_rows = row.kernel_rows,
                       .column = column.column,
                       .edge = column.edge,
                       .next = fetch.weights,
                       .next_lines = fetch.lines};
    table_[c.blocks - 1][column.pixels - 1](g, t);
    for (int i = 0; i < c.blocks; ++i) {
      second_pass_.run(t.y + i * g.y_block, c.first_block + i, column.pixels);
    }
  }

  DirectPlan plan_;
  SecondPass second_pass_;
  const float* packed_;
  const DirectKernel (*table_)[kDirectMaxPixels] = nullptr;
  int64_t tiles_ = 0;  // register tiles of one image, for one channel tile
  int64_t span_ = 0;   // register tiles that all channels pass over before the next ones
};

class DirectConv : public Tactic {
 public:
  DirectConv(std::string_view name, Isa isa, Layout layout, const DirectKernels& kernels,
             int blocks)
      : name_(name), isa_(isa), layout_(layout), kernels_(kernels), blocks_(blocks) {}

  std::string_view name() const override { return name_; }

  Offer offer(const Problem& problem) const override {
    if (isa() < isa_) return Refusal{fmt::format("the processor has no {}", name_of(isa_))};
    const auto shape = conv_shape(problem);
    if (const auto* refusal = std::get_if<Refusal>(&shape)) return *refusal;
    return conv_offer(problem, layout_, layout_);
  }

  bool strided() const override { return true; }
  int in_place_input(const Problem& problem) const override { return conv_in_place(problem); }

  double estimate(const Problem& problem) const override {
    const auto s = std::get<ConvShape>(conv_shape(problem));
    const ChannelTiling t = tile_channels(s, kernels_.width, blocks_);
    // What is multiplied over what has to be: padding channels and zeros between groups count.
    double done = 0;
    for (const ChannelTile& c : t.tiles) {
      done += (int64_t{c.input_blocks - 1} * kernels_.width + c.last_channels) *
              static_cast<double>(c.blocks * kernels_.width);
    }
    return conv_estimate(
        problem, 0.85 * static_cast<double>(s.k * s.group_inputs()) / done * kernels_.width / 16);
  }

  std::vector<std::byte> pack(const Problem& problem) const override {
    const auto s = std::get<ConvShape>(conv_shape(problem));
    const ChannelTiling tiling = tile_channels(s, kernels_.width, blocks_);
    std::vector<std::byte> blob(static_cast<size_t>(tiling.packed_size) * sizeof(float));
    auto* packed = reinterpret_cast<float*>(blob.data());
    if (s.has_bias) {
      const auto bias = problem.inputs[2].constant->as<float>();
      std::copy(bias.begin(), bias.end(), packed);
    }
    const float* weights = problem.inputs[1].constant->as<float>().data();
    for (const ChannelTile& tile : tiling.tiles) {
      pack_tile(s, tile, kernels_.width, weights, packed + tile.weights_at);
    }
    return blob;
  }

  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const auto s = std::get<ConvShape>(conv_shape(problem));
    TENON_CHECK(packed.constants.size() ==
                static_cast<size_t>(tile_channels(s, kernels_.width, blocks_).packed_size) *
                    sizeof(float));
    return std::make_unique<DirectLaunch>(plan_direct(problem, s, kernels_, blocks_), kernels_,
                                          reinterpret_cast<const float*>(packed.constants.data()));
  }

 private:
  std::string_view name_;
  Isa isa_;
  Layout layout_;
  const DirectKernels& kernels_;
  int blocks_;  // output-channel blocks a register tile
};

}  // namespace

std::span<const Tactic* const> direct_conv_tactics() {
  static const DirectConv blocked16{"conv_blocked16_avx512", Isa::kAvx512, Layout::kBlocked16,
                                    avx512::kDirectKernels, 2};
  static const DirectConv blocked8{"conv_blocked8_avx2", Isa::kAvx2, Layout::kBlocked8,
                                   avx2::kDirectKernels, 2};
  static const Tactic* const all[] = {&blocked16, &blocked8};
  return all;
}

}  // namespace tenon
