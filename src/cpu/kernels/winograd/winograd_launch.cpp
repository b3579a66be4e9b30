#include "cpu/kernels/winograd/winograd_launch.h"

#include <algorithm>
#include <limits>

#include "base/rounding.h"
#include "cpu/cpu_stream.h"
#include "cpu/kernels/winograd/work_sharing.h"
#include "ops/conv.h"

namespace tenon {
namespace {

constexpr int kChunkVectors = 2;

// A stride of at least n floats that is an odd number of cache lines, so that the same place of
// all points does not fall into the same cache set.
int64_t spread(int64_t n) { return (ceil_div(n, 16) | 1) * 16; }

// The i-th of n nearly equal parts of [0, count).
TileRange part_of(int64_t count, int64_t i, int64_t n) {
  const int64_t begin = count * i / n;
  return {begin, count * (i + 1) / n - begin};
}

class WinogradLaunch : public Launch {
 public:
  WinogradLaunch(const WinogradShape& shape, const WinogradKernels& kernels,
                 const WinogradBlocking& blocking, const Activation& act, const float* packed)
      : shape_(shape),
        kernels_(kernels),
        blocking_(blocking),
        act_(act),
        filters_(packed),
        points_((kernels.out_side + 2) * (kernels.out_side + 2)),
        lanes_(kernels.lanes),
        channel_blocks_(ceil_div(shape.channels, lanes_)),
        filter_blocks_(ceil_div(shape.filters, lanes_)),
        chunks_(ceil_div(filter_blocks_, kChunkVectors)),
        bias_(packed + shape.channels * 9 * filter_blocks_ * lanes_) {
    const int64_t most_tiles = ceil_div(shape.tiles(), blocking.tile_blocks);
    if (blocking.order == WinogradOrder::kTilesOuter) {
      input_stride_ = spread(channel_blocks_ * most_tiles * lanes_);
      products_stride_ = spread(most_tiles * kChunkVectors * lanes_);
      slot_ = points_ * (input_stride_ + products_stride_);
      shared_ = points_ * weight_stride(shape.channels) * chunks_;
    } else {
      input_stride_ = spread(channel_blocks_ * most_tiles * lanes_);
      products_stride_ = spread(ceil_div(most_tiles, blocking.parts) * kChunkVectors * lanes_);
      slot_ = points_ * (weight_stride(blocking.channel_step) + products_stride_);
      shared_ = points_ * input_stride_;
    }
  }

  size_t workspace_bytes() const override {
    return static_cast<size_t>(shared_ + slot_ * blocking_.slots) * sizeof(float);
  }

  void run(const LaunchArgs& args) const override {
    if (blocking_.order == WinogradOrder::kTilesOuter) {
      run_tiles_outer(args);
    } else {
      run_filters_outer(args);
    }
  }

 private:
  int64_t weight_stride(int64_t channels) const {
    return spread(channels * kChunkVectors * lanes_);
  }
  int vectors(int64_t chunk) const {
    return static_cast<int>(std::min<int64_t>(kChunkVectors, filter_blocks_ - chunk * 2));
  }
  TileRange tile_block(int64_t i) const {
    return part_of(shape_.tiles(), i, blocking_.tile_blocks);
  }
  const float* filters(int64_t chunk, int64_t channel) const {
    return filters_ +
           (chunk * kChunkVectors * shape_.channels + channel * vectors(chunk)) * 9 * lanes_;
  }
  float* shared(const LaunchArgs& args) const { return static_cast<float*>(args.workspace); }
  float* scratch(const LaunchArgs& args, int slot) const {
    return shared(args) + shared_ + slot * slot_;
  }
  OutputTask output_task(const LaunchArgs& args, int64_t chunk) const;
  void run_tiles_outer(const LaunchArgs& args) const;
  void run_filters_outer(const LaunchArgs& args) const;
  void transform_all_weights(const LaunchArgs& args) const;
  void transform_inputs(const LaunchArgs& args, TileRange tiles) const;
  void filter_chunk(const LaunchArgs& args, int64_t chunk, TileRange tiles, TransformedInput v,
                    float* scratch) const;

  WinogradShape shape_;
  const WinogradKernels& kernels_;
  WinogradBlocking blocking_;
  Activation act_;
  const float* filters_;
  int points_;
  int lanes_;
  int64_t channel_blocks_;
  int64_t filter_blocks_;
  int64_t chunks_;
  const float* bias_;
  int64_t input_stride_ = 0;     // of a point in V
  int64_t products_stride_ = 0;  // of a point in M
  int64_t slot_ = 0;             // floats of one slot's scratch memory
  int64_t shared_ = 0;           // floats that all slots work on
};

OutputTask WinogradLaunch::output_task(const LaunchArgs& args, int64_t chunk) const {
  const int64_t first = chunk * kChunkVectors;
  const int64_t offset = first * lanes_ * shape_.out_height * shape_.out_width;
  const auto* residual =
      args.inputs.size() > 3 ? static_cast<const float*>(args.inputs[3]) : nullptr;
  OutputTask task;
  task.bias = bias_ + first * lanes_;
  task.residual = residual ? residual + offset : nullptr;
  task.y = static_cast<float*>(args.outputs[0]) + offset;
  task.vectors = vectors(chunk);
  task.last_lanes = static_cast<int>(
      std::min<int64_t>(lanes_, shape_.filters - (first + task.vectors - 1) * lanes_));
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  task.act = act_;
  task.clamps =
      act_.fn == UnaryFn::kIdentity || act_.fn == UnaryFn::kRelu || act_.fn == UnaryFn::kClip;
  task.low = act_.fn == UnaryFn::kClip ? act_.alpha : act_.fn == UnaryFn::kRelu ? 0 : -kInfinity;
  task.high = act_.fn == UnaryFn::kClip ? act_.beta : kInfinity;
  return task;
}

void WinogradLaunch::transform_all_weights(const LaunchArgs& args) const {
  constexpr int64_t kStep = 32;
  const int64_t pieces = ceil_div(shape_.channels, kStep);
  share(pool_of(args), blocking_.slots, chunks_ * pieces, [&](int64_t item, int) {
    const int64_t chunk = item / pieces;
    const int64_t channel = item % pieces * kStep;
    const int64_t stride = weight_stride(shape_.channels);
    float* u = shared(args) + chunk * points_ * stride + channel * vectors(chunk) * lanes_;
    kernels_.transform_weights(filters(chunk, channel), std::min(kStep, shape_.channels - channel),
                               {u, stride, vectors(chunk)});
  });
}

void WinogradLaunch::run_tiles_outer(const LaunchArgs& args) const {
  transform_all_weights(args);
  const auto* x = static_cast<const float*>(args.inputs[0]);
  share(pool_of(args), blocking_.slots, blocking_.tile_blocks, [&](int64_t item, int slot) {
    const TileRange tiles = tile_block(item);
    const TransformedInput v{scratch(args, slot), input_stride_, tiles.count * lanes_};
    const Products m{v.data + points_ * input_stride_, products_stride_};
    kernels_.transform_input(shape_, x, tiles, 0, channel_blocks_, v);
    const int64_t stride = weight_stride(shape_.channels);
    for (int64_t chunk = 0; chunk < chunks_; ++chunk) {
      const TransformedWeights u{shared(args) + chunk * points_ * stride, stride, vectors(chunk)};
      kernels_.multiply(v, u, shape_.channels, tiles.count, m, false);
      kernels_.transform_output(shape_, m, tiles, output_task(args, chunk));
    }
  });
}

void WinogradLaunch::transform_inputs(const LaunchArgs& args, TileRange tiles) const {
  const auto* x = static_cast<const float*>(args.inputs[0]);
  const int64_t pieces = std::min(tiles.count, ceil_div(4 * blocking_.slots, channel_blocks_));
  share(pool_of(args), blocking_.slots, channel_blocks_ * pieces, [&](int64_t item, int) {
    const int64_t block = item / pieces;
    const TileRange piece = part_of(tiles.count, item % pieces, pieces);
    const TransformedInput v{shared(args) + piece.begin * lanes_, input_stride_,
                             tiles.count * lanes_};
    kernels_.transform_input(shape_, x, {tiles.begin + piece.begin, piece.count}, block, block + 1,
                             v);
  });
}

void WinogradLaunch::run_filters_outer(const LaunchArgs& args) const {
  for (int64_t i = 0; i < blocking_.tile_blocks; ++i) {
    const TileRange tiles = tile_block(i);
    const int64_t parts = std::min(blocking_.parts, tiles.count);
    transform_inputs(args, tiles);
    share(pool_of(args), blocking_.slots, chunks_ * parts, [&](int64_t item, int slot) {
      const TileRange part = part_of(tiles.count, item % parts, parts);
      const TransformedInput v{shared(args) + part.begin * lanes_, input_stride_,
                               tiles.count * lanes_};
      filter_chunk(args, item / parts, {tiles.begin + part.begin, part.count}, v,
                   scratch(args, slot));
    });
  }
}

// Takes a chunk of filters through tiles whose V begins at channel 0 of v.
void WinogradLaunch::filter_chunk(const LaunchArgs& args, int64_t chunk, TileRange tiles,
                                  TransformedInput v, float* scratch) const {
  const int64_t step = blocking_.channel_step;
  const TransformedWeights u{scratch, weight_stride(step), vectors(chunk)};
  const Products m{u.data + points_ * u.point_stride, products_stride_};
  for (int64_t channel = 0; channel < shape_.channels; channel += step) {
    const int64_t channels = std::min(step, shape_.channels - channel);
    kernels_.transform_weights(filters(chunk, channel), channels, u);
    kernels_.multiply(v, u, channels, tiles.count, m, channel > 0);
    v.data += step / lanes_ * v.block_stride;
  }
  kernels_.transform_output(shape_, m, tiles, output_task(args, chunk));
}

int64_t attribute(const std::vector<int64_t>& values, size_t axis, int64_t absent) {
  return axis < values.size() ? values[axis] : absent;
}

}  // namespace

WinogradShape winograd_shape(const Problem& problem, int m) {
  const auto& conv = *problem.op.as<Conv>();
  const OperandDesc& x = problem.inputs[0];
  const OperandDesc& y = problem.outputs[0];
  WinogradShape s;
  s.batch = x.dims[0];
  s.channels = x.dims[1];
  s.height = x.dims[2];
  s.width = x.dims[3];
  s.filters = y.dims[1];
  s.out_height = y.dims[2];
  s.out_width = y.dims[3];
  s.pad_top = attribute(conv.pad_begin, 0, 0);
  s.pad_left = attribute(conv.pad_begin, 1, 0);
  s.tiles_y = ceil_div(s.out_height, m);
  s.tiles_x = ceil_div(s.out_width, m);
  s.in_stride = x.stride0();
  s.out_stride = y.stride0();
  const bool residual = problem.inputs.size() > 3 && problem.inputs[3].present;
  s.residual_stride = residual ? problem.inputs[3].stride0() : 0;
  return s;
}

WinogradBlocking choose_blocking(const WinogradShape& shape, const WinogradKernels& kernels,
                                 int threads) {
  constexpr int64_t kFewTiles = 64;
  constexpr int64_t kTilesABlock = 128;            // with weights transformed on the way
  constexpr int64_t kTransformedBytes = 12 << 20;  // of all weights, that the last cache keeps
  constexpr int64_t kBlockBytes = 384 << 10;       // of V and M, in the second cache
  constexpr int64_t kChannelStep = 64;
  const int64_t tiles = std::max<int64_t>(shape.tiles(), 1);
  const int64_t point_bytes = (kernels.out_side + 2) * (kernels.out_side + 2) * 4;
  const int64_t chunk = kChunkVectors * kernels.lanes;
  const int64_t chunks = ceil_div(shape.filters, chunk);
  WinogradBlocking b;
  b.slots = threads;
  if (tiles > kFewTiles && point_bytes * shape.channels * chunks * chunk <= kTransformedBytes) {
    b.order = WinogradOrder::kTilesOuter;
    const int64_t most =
        std::clamp<int64_t>(kBlockBytes / (point_bytes * (shape.channels + chunk)), 14, 112);
    b.tile_blocks = ceil_div(ceil_div(tiles, most), threads) * threads;
    return b;
  }
  b.order = WinogradOrder::kFiltersOuter;
  b.tile_blocks = ceil_div(tiles, kTilesABlock);
  b.channel_step = std::min(kChannelStep, ceil_div(shape.channels, kernels.lanes) * kernels.lanes);
  if (chunks % threads != 0 && chunks < 4 * threads) {
    b.parts = std::min<int64_t>(threads, ceil_div(tiles, b.tile_blocks * 8));
  }
  return b;
}

std::vector<std::byte> pack_winograd(const Problem& problem, int lanes) {
  const Tensor& weights = *problem.inputs[1].constant;
  const int64_t filters = weights.dims()[0], channels = weights.dims()[1];
  const int64_t blocks = ceil_div(filters, lanes);
  std::vector<std::byte> bytes(static_cast<size_t>((channels * 9 + 1) * blocks * lanes) *
                               sizeof(float));
  auto* to = reinterpret_cast<float*>(bytes.data());
  const float* from = weights.as<float>().data();
  for (int64_t k = 0; k < filters; ++k) {
    const int64_t chunk = k / (kChunkVectors * lanes);
    const int64_t vectors = std::min<int64_t>(kChunkVectors, blocks - chunk * kChunkVectors);
    float* base = to + chunk * kChunkVectors * lanes * channels * 9 + k % (kChunkVectors * lanes);
    for (int64_t i = 0; i < channels * 9; ++i)
      base[i * vectors * lanes] = from[k * channels * 9 + i];
  }
  if (problem.inputs.size() > 2 && problem.inputs[2].present) {
    const auto bias = problem.inputs[2].constant->as<float>();
    std::copy(bias.begin(), bias.end(), to + channels * 9 * blocks * lanes);
  }
  return bytes;
}

std::unique_ptr<Launch> bind_winograd(const Problem& problem, std::span<const std::byte> packed,
                                      const WinogradKernels& kernels,
                                      const WinogradBlocking& blocking) {
  return std::make_unique<WinogradLaunch>(winograd_shape(problem, kernels.out_side), kernels,
                                          blocking, problem.op.as<Conv>()->act,
                                          reinterpret_cast<const float*>(packed.data()));
}

}  // namespace tenon
