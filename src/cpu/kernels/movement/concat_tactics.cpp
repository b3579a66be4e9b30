#include "cpu/kernels/movement/movement_tactics.h"

#include <algorithm>
#include <cstring>

#include "cpu/launch.h"
#include "cpu/offers.h"
#include "device/concat_inputs.h"
#include "device/packed_constants.h"

namespace tenon {
namespace {

constexpr int64_t kPiece = 32 << 10;

// An input in pieces of its rows, of at most kPiece bytes.
struct Part : ConcatInput {
  int64_t pieces = 1;       // of a row
  int64_t first_piece = 0;  // of the whole concatenation
};

struct Copies {
  std::vector<Part> parts;
  int64_t pieces = 0;
};

Copies copies_of(const Problem& problem, std::span<const std::byte> packed) {
  Copies copies;
  for (const ConcatInput& input : concat_inputs(problem, packed)) {
    Part part{input, (input.bytes + kPiece - 1) / kPiece, copies.pieces};
    copies.pieces += part.images * part.rows * part.pieces;
    copies.parts.push_back(part);
  }
  return copies;
}

void copy_piece(const Part& part, int64_t index, const LaunchArgs& args) {
  const int64_t at = index % part.pieces * kPiece;
  const int64_t row = index / part.pieces % part.rows;
  const int64_t image = index / part.pieces / part.rows;
  const auto* in = static_cast<const char*>(part.fixed ? part.fixed : args.inputs[part.input]);
  in += image * part.in_image + row * part.in_row;
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
    int64_t bytes = 1;
    for (const Part& part : copies.parts) bytes = std::max(bytes, part.bytes);
    const int64_t grain = std::max<int64_t>(1, kPiece / bytes);
    return make_launch([=](const LaunchArgs& args) {
      pool_of(args).run(copies.pieces, grain, [&](int64_t begin, int64_t end, int) {
        size_t part = copies.parts.size() - 1;
        while (copies.parts[part].first_piece > begin) --part;
        for (int64_t i = begin; i < end; ++i) {
          while (part + 1 < copies.parts.size() && copies.parts[part + 1].first_piece <= i) ++part;
          copy_piece(copies.parts[part], i - copies.parts[part].first_piece, args);
        }
      });
    });
  }

 private:
  // Along the channels every input but the last must fill its blocks.
  static bool on_blocks(const Problem& problem, int block) {
    if (concat_axis(problem) != 1) return true;
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
