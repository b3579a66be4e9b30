#include "cpu/kernels/movement/strided_copy.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/error.h"
#include "cpu/kernels/movement/transpose_kernels.h"
#include "cpu/launch.h"

namespace tenon {
namespace {

constexpr int64_t kGrainBytes = 32 << 10;

template <typename T>
void copy_elements(const void* in, int64_t in_stride, void* out, int64_t out_stride, int64_t n) {
  const T* from = static_cast<const T*>(in);
  T* to = static_cast<T*>(out);
  if (in_stride == 0 && out_stride == 1) {
    std::fill_n(to, n, *from);
    return;
  }
  for (int64_t i = 0; i < n; ++i) to[i * out_stride] = from[i * in_stride];
}

using ElementCopy = void (*)(const void*, int64_t, void*, int64_t, int64_t);
ElementCopy element_copy(size_t bytes) {
  switch (bytes) {
    case 1: return copy_elements<uint8_t>;
    case 2: return copy_elements<uint16_t>;
    case 4: return copy_elements<uint32_t>;
    case 8: return copy_elements<uint64_t>;
    default: fail(ErrorCode::kUnsupported, "elements of {} bytes cannot be copied", bytes);
  }
}

// Loops over rows of the innermost axis, split into stretches.
std::unique_ptr<Launch> bind_rows(const IterationSpace& space, const StridedCopy& copy) {
  const int64_t length = space.extents.back();
  const int64_t in_step = space.strides[0].back();
  const int64_t out_step = space.strides[1].back();
  const auto element = static_cast<int64_t>(copy.element);
  const int64_t step = std::max<int64_t>(1, std::min(length, kGrainBytes / element));
  const int64_t stretches = (length + step - 1) / step;
  const int64_t items = space.rows() * stretches;
  const int64_t grain = std::max<int64_t>(1, kGrainBytes / (step * element));
  const bool runs = in_step == 1 && out_step == 1;
  const ElementCopy move = element_copy(copy.element);
  return make_launch([=](const LaunchArgs& args) {
    const char* in = (copy.fixed ? static_cast<const char*>(copy.fixed) : input<char>(args, 0)) +
                     copy.in_offset * element;
    char* out = output<char>(args);
    pool_of(args).run(items, grain, [&](int64_t begin, int64_t end, int) {
      constexpr int64_t kRows = 64;
      int64_t from[kRows];
      int64_t to[kRows];
      for (int64_t i = begin; i < end;) {
        // Rows are looked up some at a time.
        const int64_t first = i / stretches;
        const int64_t rows = std::min(kRows, (end - 1) / stretches - first + 1);
        row_offsets(space.extents, space.strides[0], first, rows, from);
        row_offsets(space.extents, space.strides[1], first, rows, to);
        for (; i < end && i / stretches < first + rows; ++i) {
          const int64_t at = i % stretches * step;
          const int64_t n = std::min(step, length - at);
          const char* p = in + (from[i / stretches - first] + at * in_step) * element;
          char* q = out + (to[i / stretches - first] + at * out_step) * element;
          if (runs) {
            std::memcpy(q, p, static_cast<size_t>(n * element));
          } else {
            move(p, in_step, q, out_step, n);
          }
        }
      }
    });
  });
}

// The axis along which the input's elements lie together, when it is not the output's last.
std::optional<size_t> transposed_axis(const IterationSpace& space) {
  if (space.strides[1].back() != 1 || space.strides[0].back() <= 1) return std::nullopt;
  for (size_t i = 0; i + 1 < space.extents.size(); ++i) {
    if (space.strides[0][i] == 1) return i;
  }
  return std::nullopt;
}

// Blocks of columns (the output's last axis) by rows (the input's), for each of the other axes'
// places.
std::unique_ptr<Launch> bind_blocks(const IterationSpace& space, size_t row_axis,
                                    const StridedCopy& copy) {
  constexpr int64_t kBlockColumns = 64;
  constexpr int64_t kBlockRows = 128;
  const int64_t columns = space.extents.back();
  const int64_t rows = space.extents[row_axis];
  const int64_t in_step = space.strides[0].back();
  const int64_t out_step = space.strides[1][row_axis];
  LoopAxes in_axes;
  LoopAxes out_axes;
  for (size_t i = 0; i + 1 < space.extents.size(); ++i) {
    if (i == row_axis) continue;
    in_axes.add(space.extents[i], space.strides[0][i]);
    out_axes.add(space.extents[i], space.strides[1][i]);
  }
  const int64_t across = (columns + kBlockColumns - 1) / kBlockColumns;
  const int64_t down = (rows + kBlockRows - 1) / kBlockRows;
  const int64_t items = in_axes.volume() * across * down;
  const int64_t block = std::min(columns, kBlockColumns) * std::min(rows, kBlockRows) * 4;
  const int64_t grain = std::max<int64_t>(1, kGrainBytes / std::max<int64_t>(block, 1));
  return make_launch([=](const LaunchArgs& args) {
    const auto* source = static_cast<const float*>(copy.fixed ? copy.fixed : args.inputs[0]);
    pool_of(args).run(items, grain, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t place = i / (across * down);
        const int64_t column = i % across * kBlockColumns;
        const int64_t row = i / across % down * kBlockRows;
        const float* in = source + copy.in_offset + in_axes.offset(place) + column * in_step + row;
        float* out = output(args) + out_axes.offset(place) + row * out_step + column;
        transpose_kernels().transpose(in, in_step, out, out_step,
                                      std::min(kBlockColumns, columns - column),
                                      std::min(kBlockRows, rows - row));
      }
    });
  });
}

}  // namespace

std::unique_ptr<Launch> bind_strided_copy(const StridedCopy& copy) {
  IterationSpace space{copy.extents, {copy.in_strides, copy.out_strides}};
  if (space.volume() == 0) return make_launch([](const LaunchArgs&) {});
  space = merged(space);
  if (copy.element == sizeof(float)) {
    if (const auto axis = transposed_axis(space)) return bind_blocks(space, *axis, copy);
  }
  return bind_rows(space, copy);
}

}  // namespace tenon
