#include "cpu/kernels/pointwise/pointwise_launch.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "cpu/cpu_stream.h"
#include "device/iteration.h"
#include "device/packed_constants.h"
#include "device/pointwise_program.h"

namespace tenon {

namespace {

// A constant in another layout, its padding channels zero.
std::vector<float> laid_out(const float* linear, const Dims& dims, Layout layout) {
  std::vector<float> stored(static_cast<size_t>(stored_volume(dims, layout)));
  const std::vector<int64_t> to =
      broadcast_strides(dims, dims, layout, dense_batch_stride(dims, layout));
  const int block = block_of(layout);
  Dims index;
  for (int axis = 0; axis < dims.rank(); ++axis) index.push_back(0);
  for (int64_t i = 0; i < dims.volume(); ++i) {
    int64_t offset = index[0] * to[0];
    if (layout == Layout::kChannelsLast) {
      offset += index[1] * to.back();
      for (int a = 2; a < dims.rank(); ++a) offset += index[a] * to[static_cast<size_t>(a - 1)];
    } else {
      offset += index[1] / block * to[1] + index[1] % block * to.back();
      for (int a = 2; a < dims.rank(); ++a) offset += index[a] * to[static_cast<size_t>(a)];
    }
    stored[static_cast<size_t>(offset)] = linear[i];
    for (int a = dims.rank(); a-- > 0;) {
      if (++index[a] < dims[a]) break;
      index[a] = 0;
    }
  }
  return stored;
}

struct Operand {
  const void* fixed = nullptr;  // a constant's elements
  std::vector<float> storage;   // where they are when they had to be laid out anew
  std::vector<int64_t> strides;
  bool is_bool = false;
  bool flat = false;    // lies like the output
  bool single = false;  // one element
  int64_t pattern = 0;  // elements that repeat along a row, 0 where they do not
};

// A thread's tiles of values, and what lies in those of repeating operands.
struct Scratch {
  alignas(64) std::array<float, kMaxPointwiseSlots * kPointwiseTile> tiles;
  std::array<const float*, kMaxPointwiseSlots> pattern{};
};

// The piece of the output computed at a time: some columns of one row, or several whole rows.
struct Tile {
  int64_t row = 0;
  int64_t rows = 1;
  int64_t column = 0;
  int64_t columns = 0;
  int64_t elements() const { return rows * columns; }
};

class PointwiseLaunch final : public Launch {
 public:
  PointwiseLaunch(const Problem& problem, std::span<const std::byte> packed,
                  const PointwiseKernels& kernels)
      : kernels_(kernels),
        executor_(program_of(problem.op), static_cast<int>(problem.inputs.size()), kernels) {
    TENON_CHECK(executor_.executable() &&
                static_cast<size_t>(executor_.values()) <= kMaxPointwiseValues);
    const OperandDesc& out = problem.outputs[0];
    empty_ = out.dims.volume() == 0;
    if (empty_) return;
    bind_operands(problem, packed);
    bind_loop(problem);
    bind_padding(problem);
  }

  void run(const LaunchArgs& args) const override {
    if (empty_) return;
    const int64_t grain = std::max<int64_t>(1, kGrainElements / (tile_rows_ * tile_columns_));
    pool_of(args).run(tiles_, grain, [&](int64_t begin, int64_t end, int) {
      Scratch scratch;
      for (int64_t t = begin; t < end; ++t) run_tile(args, tile(t), scratch);
    });
    if (padded_lanes_ != 0) clear_padding(args);
  }

 private:
  static constexpr int64_t kGrainElements = 4096;
  static constexpr int64_t kRepeats = -1;

  void bind_operands(const Problem& problem, std::span<const std::byte> packed) {
    const OperandDesc& out = problem.outputs[0];
    space_.extents = stored_extents(out.dims, out.layout);
    for (size_t i = 0; i < problem.inputs.size(); ++i) {
      const OperandDesc& d = problem.inputs[i];
      const Dims dims = pointwise_operand_dims(problem, i);
      Operand operand;
      operand.is_bool = d.dtype == DataType::kBool;
      operand.single = dims.volume() == 1;
      // Only an operand of the output's rank has a batch axis to be strided along; one of a lower
      // rank is strided along its own first axis.
      const int first = dims.rank() - d.dims.rank();
      const bool own_axes = !d.is_constant && right_aligned(d.dims, dims.rank()) == dims;
      int64_t stride0 = dense_batch_stride(dims, out.layout);
      if (d.is_constant) {
        operand.fixed = packed_constant(problem, packed, i);
        if (out.layout != Layout::kLinear && !operand.single) {
          operand.storage = laid_out(static_cast<const float*>(operand.fixed), dims, out.layout);
          operand.fixed = operand.storage.data();
        }
      } else if (own_axes && first == 0) {
        stride0 = d.stride0();
      }
      if (operand.single) {
        space_.strides.emplace_back(space_.extents.size(), 0);
      } else {
        space_.strides.push_back(broadcast_strides(dims, out.dims, out.layout, stride0));
        if (own_axes && first > 0 && d.dims.rank() > 0 && d.dims[0] != 1) {
          space_.strides.back()[static_cast<size_t>(first)] = d.stride0();
        }
      }
      operands_.push_back(std::move(operand));
    }
    space_.strides.push_back(broadcast_strides(out.dims, out.dims, out.layout, out.stride0()));
    out_.is_bool = out.dtype == DataType::kBool;
  }

  void bind_loop(const Problem& problem) {
    space_ = merged(space_);
    const auto odd = [](const auto& strides) { return strides.back() > 1; };
    if (std::any_of(space_.strides.begin(), space_.strides.end(), odd)) {
      space_.extents.push_back(1);
      for (auto& strides : space_.strides) strides.push_back(1);
    }
    const int64_t pattern = fold_pattern();
    out_.strides = space_.strides.back();
    out_.flat = is_flat(out_.strides);
    for (size_t i = 0; i < operands_.size(); ++i) {
      operands_[i].strides = space_.strides[i];
      operands_[i].flat = is_flat(operands_[i].strides) && problem.inputs[i].dims.volume() > 1;
      if (operands_[i].strides.back() == kRepeats) operands_[i].pattern = pattern;
    }
    const int64_t length = space_.extents.back();
    rows_ = space_.rows();
    tile_columns_ = std::min(length, kPointwiseTile / pattern * pattern);
    tile_rows_ = length <= kPointwiseTile / 2 ? kPointwiseTile / length : 1;
    tiles_per_row_ = (length + tile_columns_ - 1) / tile_columns_;
    tiles_ = (rows_ + tile_rows_ - 1) / tile_rows_ * tiles_per_row_;
  }

  // Where the last axis is short and every operand either goes on over the last two, or stands
  // still, or repeats the last one, those two become one long axis. Returns how many elements
  // repeat on it, 1 where nothing was done; the operands concerned have the stride kRepeats then.
  int64_t fold_pattern() {
    constexpr int64_t kLongest = 64;
    const size_t axes = space_.extents.size();
    const int64_t length = space_.extents.back();
    if (axes < 2 || length < 2 || length > kLongest) return 1;
    const auto repeats = [&](const auto& s) { return s[axes - 1] == 1 && s[axes - 2] == 0; };
    for (size_t i = 0; i < space_.strides.size(); ++i) {
      const auto& s = space_.strides[i];
      const bool still = s[axes - 1] == 0 && s[axes - 2] == 0;
      const bool goes_on = s[axes - 1] == 1 && s[axes - 2] == length;
      const bool is_bool = i < operands_.size() && operands_[i].is_bool;
      if (!still && !goes_on && (!repeats(s) || is_bool)) return 1;
    }
    for (auto& s : space_.strides) {
      const int64_t step = repeats(s) ? kRepeats : s.back();
      s.pop_back();
      s.back() = step;
    }
    space_.extents.pop_back();
    space_.extents.back() *= length;
    return length;
  }

  // What the padding channels hold after the loop is not zero in general.
  void bind_padding(const Problem& problem) {
    const OperandDesc& out = problem.outputs[0];
    const int block = block_of(out.layout);
    if (block == 1 || out.dims[1] % block == 0) return;
    bool zero = executor_.at_zero() == 0;
    for (size_t i = 0; i < operands_.size(); ++i) {
      zero = zero && !operands_[i].single && pointwise_operand_dims(problem, i)[1] == out.dims[1];
    }
    if (zero) return;
    padded_lanes_ = block - static_cast<int>(out.dims[1] % block);
    block_ = block;
    batch_ = out.dims[0];
    batch_stride_ = out.stride0();
    positions_ = 1;
    for (int a = 2; a < out.dims.rank(); ++a) positions_ *= out.dims[a];
    last_block_ = out.dims[1] / block * positions_ * block;
  }

  void clear_padding(const LaunchArgs& args) const {
    auto* out = static_cast<float*>(args.outputs[0]);
    pool_of(args).run(batch_ * positions_, kGrainElements, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        float* lanes = out + i / positions_ * batch_stride_ + last_block_ + i % positions_ * block_;
        std::fill(lanes + block_ - padded_lanes_, lanes + block_, 0.0F);
      }
    });
  }

  bool is_flat(const std::vector<int64_t>& strides) const {
    int64_t expected = 1;
    for (size_t i = strides.size(); i-- > 0;) {
      if (strides[i] != expected) return false;
      expected *= space_.extents[i];
    }
    return true;
  }

  Tile tile(int64_t index) const {
    if (tile_rows_ > 1) {
      const int64_t row = index * tile_rows_;
      return {row, std::min(tile_rows_, rows_ - row), 0, tile_columns_};
    }
    const int64_t column = index % tiles_per_row_ * tile_columns_;
    return {index / tiles_per_row_, 1, column,
            std::min(tile_columns_, space_.extents.back() - column)};
  }

  void run_tile(const LaunchArgs& args, const Tile& tile, Scratch& scratch) const {
    std::array<TileValue, kMaxPointwiseValues> values;
    for (size_t i = 0; i < operands_.size(); ++i) {
      const void* data = operands_[i].fixed ? operands_[i].fixed : args.inputs[i];
      float* own = scratch.tiles.data() + static_cast<int64_t>(i) * kPointwiseTile;
      if (operands_[i].pattern != 0) {
        values[i] = load_pattern(operands_[i], data, tile, own, scratch.pattern[i]);
      } else {
        values[i] = load(operands_[i], data, tile, own);
      }
    }
    const int64_t n = tile.elements();
    if (out_.flat && !out_.is_bool) {
      float* out = static_cast<float*>(args.outputs[0]) + flat_offset(tile);
      executor_.run(values.data(), scratch.tiles.data(), out, n);
      return;
    }
    alignas(64) std::array<float, kPointwiseTile> result;
    executor_.run(values.data(), scratch.tiles.data(), result.data(), n);
    store(args.outputs[0], tile, result.data());
  }

  int64_t flat_offset(const Tile& tile) const {
    return tile.row * space_.extents.back() + tile.column;
  }

  TileValue load(const Operand& operand, const void* data, const Tile& tile, float* scratch) const {
    if (operand.is_bool)
      return load_bool(operand, static_cast<const uint8_t*>(data), tile, scratch);
    const auto* base = static_cast<const float*>(data);
    if (operand.single) return {base, true};
    if (operand.flat) return {base + flat_offset(tile), false};
    std::array<int64_t, kPointwiseTile> offsets;
    row_offsets(space_.extents, operand.strides, tile.row, tile.rows, offsets.data());
    const int64_t stride = operand.strides.back();
    if (tile.rows == 1) return {base + offsets[0] + tile.column * stride, stride == 0};
    const int64_t step = offsets[1] - offsets[0];
    bool even = step == (stride == 0 ? 0 : tile.columns);
    for (int64_t r = 2; even && r < tile.rows; ++r) even = offsets[r] - offsets[r - 1] == step;
    if (even) return {base + offsets[0], stride == 0};
    kernels_.gather_rows(scratch, base, offsets.data(), tile.rows, tile.columns, stride);
    return {scratch, false};
  }

  // Tiles begin at a whole number of patterns, so one tile full of them serves until the row ends.
  TileValue load_pattern(const Operand& operand, const void* data, const Tile& tile, float* own,
                         const float*& filled) const {
    std::array<int64_t, kPointwiseTile> offsets;
    row_offsets(space_.extents, operand.strides, tile.row, tile.rows, offsets.data());
    const auto* base = static_cast<const float*>(data);
    if (tile.rows == 1 && filled == base + offsets[0]) return {own, false};
    const int64_t repeats =
        tile.rows == 1 ? tile_columns_ / operand.pattern : tile.columns / operand.pattern;
    float* to = own;
    for (int64_t r = 0; r < tile.rows; ++r, to += repeats * operand.pattern) {
      const float* from = base + offsets[static_cast<size_t>(r)];
      for (int64_t i = 0; i < repeats; ++i) {
        std::copy_n(from, operand.pattern, to + i * operand.pattern);
      }
    }
    filled = tile.rows == 1 ? base + offsets[0] : nullptr;
    return {own, false};
  }

  TileValue load_bool(const Operand& operand, const uint8_t* base, const Tile& tile,
                      float* scratch) const {
    const int64_t n = tile.elements();
    if (operand.single || operand.flat) {
      kernels_.from_bool(scratch, operand.single ? base : base + flat_offset(tile),
                         operand.single ? 1 : n);
      return {scratch, operand.single};
    }
    std::array<int64_t, kPointwiseTile> offsets;
    row_offsets(space_.extents, operand.strides, tile.row, tile.rows, offsets.data());
    const int64_t stride = operand.strides.back();
    float* to = scratch;
    for (int64_t r = 0; r < tile.rows; ++r) {
      const uint8_t* from = base + offsets[static_cast<size_t>(r)] + tile.column * stride;
      for (int64_t c = 0; c < tile.columns; ++c) *to++ = from[c * stride] != 0 ? 1.0F : 0.0F;
    }
    return {scratch, false};
  }

  void store(void* data, const Tile& tile, const float* result) const {
    std::array<int64_t, kPointwiseTile> offsets;
    row_offsets(space_.extents, out_.strides, tile.row, tile.rows, offsets.data());
    for (int64_t r = 0; r < tile.rows; ++r) {
      const int64_t at = offsets[static_cast<size_t>(r)] + tile.column;
      const float* row = result + r * tile.columns;
      if (out_.is_bool) {
        kernels_.to_bool(static_cast<uint8_t*>(data) + at, row, tile.columns);
      } else {
        std::copy_n(row, tile.columns, static_cast<float*>(data) + at);
      }
    }
  }

  const PointwiseKernels& kernels_;
  PointwiseExecutor executor_;
  IterationSpace space_;
  std::vector<Operand> operands_;
  Operand out_;
  bool empty_ = false;
  int64_t rows_ = 0;
  int64_t tiles_ = 0;
  int64_t tiles_per_row_ = 0;
  int64_t tile_rows_ = 0;
  int64_t tile_columns_ = 0;
  // Of a blocked output whose last block is not full.
  int padded_lanes_ = 0;
  int block_ = 0;
  int64_t batch_ = 0;
  int64_t batch_stride_ = 0;
  int64_t positions_ = 0;
  int64_t last_block_ = 0;
};

}  // namespace

std::unique_ptr<Launch> bind_pointwise(const Problem& problem, std::span<const std::byte> packed,
                                       const PointwiseKernels& kernels) {
  return std::make_unique<PointwiseLaunch>(problem, packed, kernels);
}

}  // namespace tenon
