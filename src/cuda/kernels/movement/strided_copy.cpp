#include "cuda/kernels/movement/strided_copy.h"

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/kernels/movement/alignment.h"
#include "cuda/kernels/movement/transpose_kernels.h"
#include "device/iteration.h"
#include "device/launch.h"
#include "device/packed_constants.h"

namespace tenon {
namespace {

constexpr int64_t kMaxCount = INT32_MAX;

// The loop with its innermost axis in units of `inner_unit` elements. in_scale and out_scale are the
// elements that each side counts its distances in.
CopyLoop loop_of(const IterationSpace& space, int64_t inner_unit, int64_t in_scale,
                 int64_t out_scale) {
  CopyLoop loop;
  TENON_CHECK(space.extents.size() <= kMaxLoopAxes);
  loop.axes = static_cast<int>(space.extents.size());
  int64_t count = 1;
  for (size_t a = 0; a < space.extents.size(); ++a) {
    const bool inner = a + 1 == space.extents.size();
    const int64_t unit = inner ? inner_unit : 1;
    const int64_t extent = space.extents[a] / unit;
    count *= extent;
    if (count > kMaxCount) fail("a copy of more than {} units in one step", kMaxCount);
    loop.extent[a] = FastDivisor(static_cast<uint32_t>(extent));
    loop.in_stride[a] = space.strides[0][a] * unit / in_scale;
    loop.out_stride[a] = space.strides[1][a] * unit / out_scale;
  }
  loop.count = static_cast<uint32_t>(count);
  return loop;
}

struct Source {
  int64_t offset_bytes = 0;
  const void* fixed = nullptr;
  const void* at(const LaunchArgs& args) const {
    return static_cast<const std::byte*>(fixed ? fixed : args.inputs[0]) + offset_bytes;
  }
};

// Runs that both sides have in memory, in the largest units that strides and pointers allow.
class RunsLaunch final : public Launch {
 public:
  RunsLaunch(const IterationSpace& space, int element, Source source) : source_(source) {
    std::vector<int64_t> multiples = {space.extents.back()};
    for (size_t a = 0; a + 1 < space.extents.size(); ++a) {
      multiples.push_back(space.strides[0][a]);
      multiples.push_back(space.strides[1][a]);
    }
    for (int unit = std::min(common_unit(multiples), 16 / element); unit >= 1; unit /= 2) {
      loops_.push_back(loop_of(space, unit, unit, unit));
      units_.push_back(unit * element);
    }
    in_place_ = space.strides[0] == space.strides[1] && source.fixed == nullptr;
  }

  void run(const LaunchArgs& args) const override {
    const void* in = source_.at(args);
    if (in_place_ && in == args.outputs[0]) return;
    const int aligned = common_unit(address_bits(in) | address_bits(args.outputs[0]));
    size_t i = 0;
    while (i + 1 < units_.size() && units_[i] > aligned) ++i;
    launch_copy(in, args.outputs[0], loops_[i], units_[i], stream_of(args));
    check_launch("copy_units");
  }

 private:
  Source source_;
  std::vector<CopyLoop> loops_;  // by unit, the largest first
  std::vector<int> units_;       // bytes
  bool in_place_ = false;
};

// The same element all along the innermost axis.
class SplatLaunch final : public Launch {
 public:
  SplatLaunch(const IterationSpace& space, int element, Source source)
      : element_(element), source_(source), elements_(loop_of(space, 1, 1, 1)) {
    std::vector<int64_t> multiples = {space.extents.back()};
    for (size_t a = 0; a + 1 < space.extents.size(); ++a) {
      multiples.push_back(space.strides[1][a]);
    }
    const int unit = 16 / element;
    if (common_unit(multiples) >= unit) units_ = loop_of(space, unit, 1, unit);
  }

  void run(const LaunchArgs& args) const override {
    const void* in = source_.at(args);
    if (units_ && address_bits(args.outputs[0]) % 16 == 0) {
      launch_splat(in, args.outputs[0], *units_, element_, stream_of(args));
    } else {
      launch_copy(in, args.outputs[0], elements_, element_, stream_of(args));
    }
    check_launch("splat_units");
  }

 private:
  int element_;
  Source source_;
  CopyLoop elements_;
  std::optional<CopyLoop> units_;
};

std::optional<Move> move_of(DataType from, DataType to) {
  using enum DataType;
  if (from == to) {
    switch (bits_of(from)) {
      case 8: return Move::kBytes1;
      case 16: return Move::kBytes2;
      case 32: return Move::kBytes4;
      case 64: return Move::kBytes8;
      default: return std::nullopt;
    }
  }
  if (from == kF32 && to == kF16) return Move::kF32ToF16;
  if (from == kF32 && to == kBF16) return Move::kF32ToBF16;
  if (from == kF16 && to == kF32) return Move::kF16ToF32;
  if (from == kF16 && to == kBF16) return Move::kF16ToBF16;
  if (from == kBF16 && to == kF32) return Move::kBF16ToF32;
  if (from == kBF16 && to == kF16) return Move::kBF16ToF16;
  return std::nullopt;
}

// A transposition of the axis that lies together in the input, `columns`, with the innermost one.
class TransposeLaunch final : public Launch {
 public:
  // `columns` may be the innermost axis itself: there is one row then.
  TransposeLaunch(const StridedCopy& copy, const IterationSpace& space, size_t columns,
                  Source source)
      : move_(*move_of(copy.from, copy.to)),
        element_in_(static_cast<int>(bytes_of(copy.from, 1))),
        element_out_(static_cast<int>(bytes_of(copy.to, 1))),
        source_(source) {
    const size_t inner = space.extents.size() - 1;
    const bool one_row = columns == inner;
    const int64_t rows = one_row ? 1 : space.extents[inner];
    if (space.volume() > kMaxCount) fail("a transposition of more than {} elements", kMaxCount);
    work_.rows = static_cast<uint32_t>(rows);
    work_.columns = static_cast<uint32_t>(space.extents[columns]);
    work_.in_row = one_row ? 0 : space.strides[0][inner];
    work_.out_column = space.strides[1][columns];
    IterationSpace batch;
    batch.strides.resize(2);
    for (size_t a = 0; a < inner; ++a) {
      if (a == columns) continue;
      batch.extents.push_back(space.extents[a]);
      for (size_t side : {0, 1}) batch.strides[side].push_back(space.strides[side][a]);
    }
    if (batch.extents.empty()) {
      batch.extents.push_back(1);
      for (size_t side : {0, 1}) batch.strides[side].push_back(0);
    }
    work_.batch = loop_of(batch, 1, 1, 1);
    std::vector<int64_t> in = batch.strides[0], out = batch.strides[1];
    in.insert(in.end(), {work_.in_row, space.extents[columns]});
    out.insert(out.end(), {work_.out_column, rows});
    in_vector_ = common_unit(in);
    out_vector_ = common_unit(out);
  }

  void run(const LaunchArgs& args) const override {
    const void* in = source_.at(args);
    void* out = args.outputs[0];
    const cudaStream_t stream = stream_of(args);
    if (work_.rows <= kFewLines && work_.out_column == work_.rows) {
      launch_interleave(in, out, work_, move_, stream);
    } else if (work_.columns <= kFewLines && work_.in_row == work_.columns) {
      launch_deinterleave(in, out, work_, move_, stream);
    } else {
      launch_transpose(
          in, out, work_, move_, std::min(in_vector_, common_unit(address_bits(in)) / element_in_),
          std::min(out_vector_, common_unit(address_bits(out)) / element_out_), stream);
    }
    check_launch("transpose");
  }

 private:
  Move move_;
  int element_in_;
  int element_out_;
  Source source_;
  TransposeWork work_;
  int in_vector_ = 1;
  int out_vector_ = 1;
};

// The axis other than the innermost along which the input's elements lie together, where tiles of
// it and of the innermost one are worth it.
std::optional<size_t> transposed_axis(const IterationSpace& space) {
  const size_t inner = space.extents.size() - 1;
  if (space.strides[1][inner] != 1) return std::nullopt;
  constexpr int64_t kWorth = 8;
  for (size_t a = 0; a < inner; ++a) {
    if (space.strides[0][a] != 1) continue;
    const int64_t rows = space.extents[inner];
    const int64_t columns = space.extents[a];
    const bool few_rows = rows <= kFewLines && space.strides[1][a] == rows;
    const bool few_columns = columns <= kFewLines && space.strides[0][inner] == columns;
    if (few_rows || few_columns || (rows >= kWorth && columns >= kWorth)) return a;
  }
  return std::nullopt;
}

// Of a conversion: any axis will do.
size_t columns_of(const IterationSpace& space) {
  for (size_t a = 0; a < space.extents.size(); ++a) {
    if (space.strides[0][a] == 1) return a;
  }
  fail(ErrorCode::kUnsupported, "a conversion of elements that lie apart");
}

}  // namespace

bool converts_while_moving(DataType from, DataType to) {
  return from != to && move_of(from, to).has_value();
}

StridedCopy copy_to_output(const Problem& problem, std::span<const std::byte> packed,
                           std::span<const int64_t> in_strides) {
  const OperandDesc& out = problem.outputs[0];
  const std::vector<int64_t> out_strides = axis_strides(out);
  StridedCopy copy{.from = problem.inputs[0].dtype, .to = out.dtype};
  for (const int axis : memory_order(out.dims.rank(), out.layout)) {
    const auto a = static_cast<size_t>(axis);
    copy.add(out.dims[axis], in_strides[a], out_strides[a]);
  }
  copy.fixed = packed_constant(problem, packed, 0);
  return copy;
}

std::unique_ptr<Launch> bind_strided_copy(const StridedCopy& copy) {
  IterationSpace space{copy.extents, {copy.in_strides, copy.out_strides}};
  if (space.volume() == 0) return make_launch([](const LaunchArgs&) {});
  space = merged(space);
  const auto element = static_cast<int>(bytes_of(copy.from, 1));
  const Source source{copy.in_offset * element, copy.fixed};
  if (copy.from != copy.to) {
    TENON_CHECK(converts_while_moving(copy.from, copy.to));
    return std::make_unique<TransposeLaunch>(copy, space, columns_of(space), source);
  }
  const int64_t in_inner = space.strides[0].back();
  const int64_t out_inner = space.strides[1].back();
  if (in_inner == 1 && out_inner == 1) {
    return std::make_unique<RunsLaunch>(space, element, source);
  }
  if (in_inner == 0 && out_inner == 1) {
    return std::make_unique<SplatLaunch>(space, element, source);
  }
  if (const auto columns = transposed_axis(space)) {
    return std::make_unique<TransposeLaunch>(copy, space, *columns, source);
  }
  const CopyLoop elements = loop_of(space, 1, 1, 1);
  return make_launch([=](const LaunchArgs& args) {
    launch_copy(source.at(args), args.outputs[0], elements, element, stream_of(args));
    check_launch("copy_units");
  });
}

}  // namespace tenon
