#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "cpu/kernels/movement/movement_tactics.h"
#include "cpu/launch.h"
#include "cpu/offers.h"
#include "device/iteration.h"
#include "device/packed_constants.h"
#include "ops/fill.h"
#include "ops/pad.h"

namespace tenon {
namespace {

// One element as 8 bytes of a repeated pattern, for types of 1, 2, 4 and 8 bytes.
struct Pattern {
  std::array<std::byte, 8> bytes{};
  size_t element = 1;
};

Pattern pattern_of(DataType dtype, double value) {
  Pattern pattern{.element = bytes_of(dtype, 1)};
  set_element({dtype, Dims{}, pattern.bytes.data()}, 0, value);
  for (size_t i = pattern.element; i < pattern.bytes.size(); ++i) {
    pattern.bytes[i] = pattern.bytes[i % pattern.element];
  }
  return pattern;
}

void fill_pattern(char* to, const Pattern& pattern, int64_t elements) {
  auto bytes = static_cast<size_t>(elements) * pattern.element;
  for (; bytes >= 8; bytes -= 8, to += 8) std::memcpy(to, pattern.bytes.data(), 8);
  std::memcpy(to, pattern.bytes.data(), bytes);
}

// A constant pad as runs: on the innermost axis that is padded, what lies below it is one run.
struct PadLoops {
  std::vector<int64_t> outer_extents;  // of the output, a unit axis at the end
  std::vector<int64_t> outer_begin;    // the pad before each
  std::vector<int64_t> outer_in;       // the input's extents
  std::vector<int64_t> in_strides;
  int64_t run = 1;        // elements of a step on the padded axis
  int64_t before = 0;     // steps of padding before the axis (negative: cropped)
  int64_t in_extent = 1;  // of the axis
  int64_t out_extent = 1;
  int64_t rows() const {
    int64_t rows = 1;
    for (const int64_t e : outer_extents) rows *= e;
    return rows;
  }
};

PadLoops loops_of(const Problem& problem, const std::vector<int64_t>& pads) {
  const Dims& x = problem.inputs[0].dims;
  const Dims& y = problem.outputs[0].dims;
  const int rank = x.rank();
  PadLoops l;
  int axis = rank - 1;
  for (; axis > 0; --axis) {
    const auto i = static_cast<size_t>(axis);
    if (pads[i] != 0 || pads[i + static_cast<size_t>(rank)] != 0) break;
    l.run *= x[axis];
  }
  if (rank == 0) return l;
  l.before = pads[static_cast<size_t>(axis)];
  l.in_extent = x[axis];
  l.out_extent = y[axis];
  // A negative end crops: places at or beyond the end are padding to nobody.
  l.in_extent += std::min<int64_t>(0, pads[static_cast<size_t>(axis + rank)]);
  int64_t stride = x[axis] * l.run;
  for (int i = axis; i-- > 0;) {
    l.outer_extents.insert(l.outer_extents.begin(), y[i]);
    l.outer_begin.insert(l.outer_begin.begin(), pads[static_cast<size_t>(i)]);
    l.outer_in.insert(l.outer_in.begin(),
                      x[i] + std::min<int64_t>(0, pads[static_cast<size_t>(i + rank)]));
    l.in_strides.insert(l.in_strides.begin(), stride);
    stride *= x[i];
  }
  return l;
}

// The offset of the input's row behind output row `row`; -1 when it is all padding.
int64_t source_of(const PadLoops& l, int64_t row) {
  int64_t offset = 0;
  for (size_t i = l.outer_extents.size(); i-- > 0;) {
    const int64_t place = row % l.outer_extents[i] - l.outer_begin[i];
    row /= l.outer_extents[i];
    if (place < 0 || place >= l.outer_in[i]) return -1;
    offset += place * l.in_strides[i];
  }
  return offset;
}

void pad_row(const PadLoops& l, const Pattern& pattern, const char* in, char* out, int64_t row) {
  const int64_t source = source_of(l, row);
  const int64_t left = source < 0 ? l.out_extent : std::clamp<int64_t>(l.before, 0, l.out_extent);
  const int64_t from = std::max<int64_t>(0, -l.before);
  const int64_t kept = std::clamp<int64_t>(l.in_extent - from, 0, l.out_extent - left);
  const auto element = static_cast<int64_t>(pattern.element);
  fill_pattern(out, pattern, left * l.run);
  if (kept > 0) {
    std::memcpy(out + left * l.run * element, in + (source + from * l.run) * element,
                static_cast<size_t>(kept * l.run * element));
  }
  fill_pattern(out + (left + kept) * l.run * element, pattern,
               (l.out_extent - left - kept) * l.run);
}

class PadRuns final : public Tactic {
 public:
  std::string_view name() const override { return "pad_runs"; }
  Offer offer(const Problem& problem) const override {
    if (problem.op.as<Pad>()->mode != PadMode::kConstant) return Refusal{"pads by a constant only"};
    if (bits_of(problem.inputs.at(0).dtype) < 8) {
      return Refusal{"moves no elements smaller than a byte"};
    }
    return linear_offer(problem);
  }
  double estimate(const Problem& problem) const override { return memory_seconds(problem); }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const PadLoops l = loops_of(problem, shape_elements(problem, packed, 1));
    const Pattern pattern =
        pattern_of(problem.outputs[0].dtype, static_cast<double>(problem.op.as<Pad>()->value));
    const auto* fixed = static_cast<const char*>(packed_constant(problem, packed, 0));
    const int64_t bytes = l.out_extent * l.run * static_cast<int64_t>(pattern.element);
    const int64_t rows = problem.outputs[0].dims.volume() == 0 ? 0 : l.rows();
    const int64_t grain = std::max<int64_t>(1, (16 << 10) / std::max<int64_t>(bytes, 1));
    return make_launch([=](const LaunchArgs& args) {
      const char* in = fixed ? fixed : input<char>(args, 0);
      pool_of(args).run(rows, grain, [&](int64_t begin, int64_t end, int) {
        for (int64_t row = begin; row < end; ++row) {
          pad_row(l, pattern, in, output<char>(args) + row * bytes, row);
        }
      });
    });
  }
};

class FillRuns final : public Tactic {
 public:
  std::string_view name() const override { return "fill_runs"; }
  Offer offer(const Problem& problem) const override {
    if (bits_of(problem.outputs.at(0).dtype) < 8) {
      return Refusal{"moves no elements smaller than a byte"};
    }
    return linear_offer(problem);
  }
  double estimate(const Problem& problem) const override { return memory_seconds(problem); }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed&) const override {
    const Fill& op = *problem.op.as<Fill>();
    const Pattern pattern = pattern_of(op.dtype, op.value);
    constexpr int64_t kPiece = 8192;
    const int64_t elements = problem.outputs[0].dims.volume();
    const int64_t pieces = (elements + kPiece - 1) / kPiece;
    return make_launch([=](const LaunchArgs& args) {
      pool_of(args).run(pieces, 1, [&](int64_t begin, int64_t end, int) {
        const int64_t from = begin * kPiece;
        const int64_t n = std::min(end * kPiece, elements) - from;
        fill_pattern(output<char>(args) + from * static_cast<int64_t>(pattern.element), pattern, n);
      });
    });
  }
};

}  // namespace

std::span<const Tactic* const> pad_tactics() {
  static const PadRuns runs;
  static const Tactic* const table[] = {&runs};
  return table;
}

std::span<const Tactic* const> fill_tactics() {
  static const FillRuns runs;
  static const Tactic* const table[] = {&runs};
  return table;
}

}  // namespace tenon
