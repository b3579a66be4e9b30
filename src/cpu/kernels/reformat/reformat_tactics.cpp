#include "cpu/kernels/reformat/reformat_tactics.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/error.h"
#include "base/rounding.h"
#include "cpu/kernels/movement/transpose_kernels.h"
#include "cpu/launch.h"
#include "cpu/offers.h"
#include "device/packed_constants.h"

namespace tenon {
namespace {

// A tensor as [batch][channels][positions] in some layout.
struct Side {
  Layout layout = Layout::kLinear;
  int64_t batch_stride = 0;
};

struct Conversion {
  Side in;
  Side out;
  int64_t batch = 0;
  int64_t channels = 0;
  int64_t positions = 1;
};

Conversion conversion_of(const Problem& problem) {
  const OperandDesc& in = problem.inputs[0];
  const OperandDesc& out = problem.outputs[0];
  Conversion c{{in.layout, in.stride0()}, {out.layout, out.stride0()}, in.dims[0], in.dims[1], 1};
  for (int axis = 2; axis < in.dims.rank(); ++axis) c.positions *= in.dims[axis];
  return c;
}

// Elements from the first of an image to channel c, position p, and from one position (channel) to
// the next within a block of channels.
int64_t offset(const Conversion& c, Layout layout, int64_t channel, int64_t position) {
  if (layout == Layout::kLinear) return channel * c.positions + position;
  if (layout == Layout::kChannelsLast) return position * c.channels + channel;
  const int block = block_of(layout);
  return (channel / block * c.positions + position) * block + channel % block;
}
int64_t position_stride(const Conversion& c, Layout layout) {
  if (layout == Layout::kLinear) return 1;
  return layout == Layout::kChannelsLast ? c.channels : block_of(layout);
}

// Channels and positions [.., +n) of one image; the channels fit into one block of both sides.
struct Piece {
  int64_t channel;
  int64_t channels;
  int64_t position;
  int64_t positions;
};

void convert(const Conversion& c, const Piece& piece, const float* in, float* out) {
  const TransposeKernels& kernels = transpose_kernels();
  const Layout from = c.in.layout;
  const Layout to = c.out.layout;
  in += offset(c, from, piece.channel, piece.position);
  out += offset(c, to, piece.channel, piece.position);
  const int64_t in_step = position_stride(c, from);
  const int64_t out_step = position_stride(c, to);
  // Lanes after the last channel, up to the end of its block.
  const bool last = piece.channel + piece.channels == c.channels;
  const int64_t block = block_of(to);
  const int64_t filled = piece.channel % block + piece.channels;
  const int64_t padding = last && block > 1 ? round_up(filled, block) - filled : 0;
  if (from == Layout::kLinear) {
    kernels.transpose(in, c.positions, out, out_step, piece.channels, piece.positions);
    for (int64_t p = 0; padding != 0 && p < piece.positions; ++p) {
      std::fill_n(out + p * out_step + piece.channels, padding, 0.0F);
    }
  } else if (to == Layout::kLinear) {
    kernels.transpose(in, in_step, out, c.positions, piece.positions, piece.channels);
  } else {
    kernels.copy_rows(in, in_step, out, out_step, piece.positions, piece.channels,
                      piece.channels + padding);
  }
}

// From one layout to another: blocks of channels by stretches of positions are moved, transposed
// where channels lie apart on one side and together on the other.
std::unique_ptr<Launch> bind_conversion(const Problem& problem) {
  const Conversion c = conversion_of(problem);
  constexpr int64_t kPositions = 512;
  int64_t step = std::max(block_of(c.in.layout), block_of(c.out.layout));
  if (block_of(c.in.layout) > 1 && block_of(c.out.layout) > 1) {
    step = std::min(block_of(c.in.layout), block_of(c.out.layout));
  }
  if (step == 1) step = 32;
  const int64_t blocks = (c.channels + step - 1) / step;
  const int64_t stretches = (c.positions + kPositions - 1) / kPositions;
  const int64_t pieces = c.batch * blocks * stretches;
  return make_launch([=](const LaunchArgs& args) {
    pool_of(args).run(pieces, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t image = i / (blocks * stretches);
        const int64_t channel = i / stretches % blocks * step;
        const int64_t position = i % stretches * kPositions;
        const Piece piece{channel, std::min(step, c.channels - channel), position,
                          std::min(kPositions, c.positions - position)};
        convert(c, piece, input(args, 0) + image * c.in.batch_stride,
                output(args) + image * c.out.batch_stride);
      }
    });
  });
}

// Images of `bytes` bytes, as they are.
std::unique_ptr<Launch> bind_copy(const OperandDesc& in, const OperandDesc& out,
                                  const void* constant) {
  const int64_t element_bits = bits_of(in.dtype);
  int64_t batch = in.dims.rank() > 0 ? in.dims[0] : 1;
  int64_t in_bytes = in.stride0() * element_bits / 8;
  int64_t out_bytes = out.stride0() * element_bits / 8;
  int64_t bytes = batch == 0 ? 0 : static_cast<int64_t>(in.bytes()) / batch;
  if (in.batch_stride == 0 && out.batch_stride == 0) {
    bytes = static_cast<int64_t>(in.bytes());
    batch = 1;
  }
  constexpr int64_t kPiece = 64 << 10;
  const int64_t pieces = (bytes + kPiece - 1) / kPiece;
  return make_launch([=](const LaunchArgs& args) {
    const auto* from = static_cast<const char*>(constant ? constant : args.inputs[0]);
    auto* to = output<char>(args);
    if (from == to) return;
    pool_of(args).run(batch * pieces, 2, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t at = i % pieces * kPiece;
        std::memcpy(to + i / pieces * out_bytes + at, from + i / pieces * in_bytes + at,
                    static_cast<size_t>(std::min(kPiece, bytes - at)));
      }
    });
  });
}

class ReformatPieces final : public Tactic {
 public:
  std::string_view name() const override { return "reformat_pieces"; }
  bool strided() const override { return true; }

  Offer offer(const Problem& problem) const override {
    using enum Layout;
    const OperandDesc& in = problem.inputs.at(0);
    if (in.dtype != problem.outputs.at(0).dtype) return Refusal{"converts no element types"};
    if (bits_of(in.dtype) < 8) return Refusal{"moves no elements smaller than a byte"};
    std::vector<LayoutOffer> offers;
    for (const Layout from : {kLinear, kBlocked16, kBlocked8, kChannelsLast}) {
      for (const Layout to : {kLinear, kBlocked16, kBlocked8, kChannelsLast}) {
        const bool same = from == to;
        const bool movable = all_f32(problem) && has_channels(in.dims) && is_tensor(in);
        if ((same && from == kLinear) || movable) offers.push_back({{from}, {to}});
      }
    }
    return offers;
  }
  int in_place_input(const Problem& problem) const override {
    const bool same = problem.inputs[0].layout == problem.outputs[0].layout;
    return same && is_tensor(problem.inputs[0]) ? 0 : -1;
  }
  double estimate(const Problem& problem) const override { return memory_seconds(problem); }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const OperandDesc& in = problem.inputs[0];
    const OperandDesc& out = problem.outputs[0];
    if (in.layout == out.layout) return bind_copy(in, out, packed_constant(problem, packed, 0));
    return bind_conversion(problem);
  }
};

class ViewCopy final : public Tactic {
 public:
  std::string_view name() const override { return "view_copy"; }
  Offer offer(const Problem& problem) const override {
    if (bits_of(problem.inputs.at(0).dtype) < 8) {
      return Refusal{"moves no elements smaller than a byte"};
    }
    return linear_offer(problem);
  }
  int in_place_input(const Problem& problem) const override {
    return is_tensor(problem.inputs[0]) ? 0 : -1;
  }
  double estimate(const Problem& problem) const override { return memory_seconds(problem); }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return bind_copy(problem.inputs[0], problem.outputs[0], packed_constant(problem, packed, 0));
  }
};

}  // namespace

std::span<const Tactic* const> reformat_tactics() {
  static const ReformatPieces pieces;
  static const Tactic* const table[] = {&pieces};
  return table;
}

std::span<const Tactic* const> view_tactics() {
  static const ViewCopy copy;
  static const Tactic* const table[] = {&copy};
  return table;
}

}  // namespace tenon
