#include "cpu/kernels/movement/movement_tactics.h"

#include <algorithm>
#include <cstring>

#include "cpu/launch.h"
#include "cpu/offers.h"
#include "device/iteration.h"
#include "device/packed_constants.h"
#include "ops/concat.h"

namespace tenon {
namespace {

int axis_of(const Problem& problem) {
  const int64_t axis = problem.op.as<Concat>()->axis;
  return static_cast<int>(axis < 0 ? axis + problem.outputs[0].dims.rank() : axis);
}

// Where an input goes: `images` images of `rows` rows of `bytes` bytes that lie together.
struct Part {
  size_t input = 0;
  const char* fixed = nullptr;  // of a constant
  int64_t rows = 1;
  int64_t bytes = 0;
  int64_t in_image = 0;  // bytes from image to image
  int64_t out_image = 0;
  int64_t out_row = 0;
  int64_t out_offset = 0;
  int64_t pieces = 1;       // of a row, of at most kPiece bytes
  int64_t first_piece = 0;  // of the whole concatenation
};

constexpr int64_t kPiece = 32 << 10;

struct Copies {
  std::vector<Part> parts;
  int64_t images = 1;
  int64_t pieces = 0;
};

// The axes in memory of the part of the loop within an image: rows, then what lies together.
Copies copies_of(const Problem& problem, std::span<const std::byte> packed) {
  const OperandDesc& out = problem.outputs[0];
  const int axis = axis_of(problem);
  const bool channels_last = out.layout == Layout::kChannelsLast;
  const int place = !channels_last || axis == 0 ? axis : axis == 1 ? out.dims.rank() - 1 : axis - 1;
  const auto element = static_cast<int64_t>(bytes_of(out.dtype, 1));
  const auto volume = [](const std::vector<int64_t>& extents, int from, int to) {
    int64_t v = 1;
    for (int i = from; i < to; ++i) v *= extents[static_cast<size_t>(i)];
    return v;
  };
  const auto extents_out = stored_extents(out.dims, out.layout);
  const auto axes = static_cast<int>(extents_out.size());
  Copies copies{.images = place == 0 ? 1 : extents_out[0]};
  int64_t offset = 0;
  for (size_t i = 0; i < problem.inputs.size(); ++i) {
    const OperandDesc& d = problem.inputs[i];
    const auto extents = stored_extents(d.dims, out.layout);
    Part part{.input = i, .fixed = static_cast<const char*>(packed_constant(problem, packed, i))};
    part.bytes = volume(extents, place == 0 ? 1 : place, axes) * element;
    part.in_image = d.stride0() * element;
    part.out_image = out.stride0() * element;
    part.out_offset = offset;
    if (place == 0) {
      // Each row is an image of this input; the strides of images are those of rows here.
      part.rows = extents[0];
      part.out_row = part.out_image;
      offset += part.rows * part.out_row;
    } else {
      part.rows = volume(extents, 1, place);
      part.out_row = volume(extents_out, place, axes) * element;
      offset += part.bytes;
    }
    part.pieces = (part.bytes + kPiece - 1) / kPiece;
    part.first_piece = copies.pieces;
    copies.pieces += copies.images * part.rows * part.pieces;
    copies.parts.push_back(part);
  }
  return copies;
}

void copy_piece(const Part& part, bool along_images, int64_t index, const LaunchArgs& args) {
  const int64_t at = index % part.pieces * kPiece;
  const int64_t row = index / part.pieces % part.rows;
  const int64_t image = index / part.pieces / part.rows;
  const char* in = part.fixed ? part.fixed : input<char>(args, part.input);
  in += along_images ? row * part.in_image : image * part.in_image + row * part.bytes;
  char* out = output<char>(args) + image * part.out_image + row * part.out_row + part.out_offset;
  std::memcpy(out + at, in + at, static_cast<size_t>(std::min(kPiece, part.bytes - at)));
}

class ConcatCopies final : public Tactic {
 public:
  std::string_view name() const override { return "concat_copies"; }
  bool strided() const override { return true; }

  Offer offer(const Problem& problem) const override {
    const OperandDesc& out = problem.outputs.at(0);
    if (bits_of(out.dtype) < 8) return Refusal{"moves no elements smaller than a byte"};
    std::vector<LayoutOffer> offers;
    const bool tensors = std::all_of(problem.inputs.begin(), problem.inputs.end(), is_tensor);
    if (tensors && has_channels(out.dims) && all_f32(problem)) {
      for (const Layout layout : blocked_layouts()) {
        if (on_blocks(problem, block_of(layout))) {
          offers.push_back(uniform_offer(problem, layout));
        }
      }
      offers.push_back(uniform_offer(problem, Layout::kChannelsLast));
    }
    offers.push_back(uniform_offer(problem, Layout::kLinear));
    return offers;
  }
  double estimate(const Problem& problem) const override { return memory_seconds(problem); }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const Copies copies = copies_of(problem, packed);
    const bool along_images = axis_of(problem) == 0;
    int64_t bytes = 1;
    for (const Part& part : copies.parts) bytes = std::max(bytes, part.bytes);
    const int64_t grain = std::max<int64_t>(1, kPiece / bytes);
    return make_launch([=](const LaunchArgs& args) {
      pool_of(args).run(copies.pieces, grain, [&](int64_t begin, int64_t end, int) {
        size_t part = copies.parts.size() - 1;
        while (copies.parts[part].first_piece > begin) --part;
        for (int64_t i = begin; i < end; ++i) {
          while (part + 1 < copies.parts.size() && copies.parts[part + 1].first_piece <= i) ++part;
          copy_piece(copies.parts[part], along_images, i - copies.parts[part].first_piece, args);
        }
      });
    });
  }

 private:
  // Along the channels every input but the last must fill its blocks.
  static bool on_blocks(const Problem& problem, int block) {
    if (axis_of(problem) != 1) return true;
    for (size_t i = 0; i + 1 < problem.inputs.size(); ++i) {
      if (problem.inputs[i].dims[1] % block != 0) return false;
    }
    return true;
  }
};

}  // namespace

std::span<const Tactic* const> concat_tactics() {
  static const ConcatCopies copies;
  static const Tactic* const table[] = {&copies};
  return table;
}

}  // namespace tenon
