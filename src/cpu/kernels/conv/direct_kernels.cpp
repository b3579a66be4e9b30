#include "cpu/kernels/conv/direct_kernels.h"

#include <algorithm>

#include "cpu/kernels/conv/register_tile.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {
extern const DirectKernels kDirectKernels;

#if defined(TENON_KERNEL_GENERIC)
const DirectKernels kDirectKernels{};
#else
namespace {

constexpr int kUnroll = 4;

// Fetches the next so many lines into the second-level cache; returns where to go on.
TENON_INLINE const float* prefetch(const float* next, int lines) {
  for (int i = 0; i < lines; ++i) {
    __builtin_prefetch(next, 0, 2);
    next += kLineFloats;
  }
  return next;
}

template <int kBlocks, int kPixels>
void pointwise(const DirectGeometry& g, const DirectTile& t) {
  RegisterTile<kBlocks, kPixels, chains_for(kBlocks * kPixels)> tile;
  tile.start(t.bias);
  const float* x = t.x;
  const float* w = t.w;
  for (int i = 1; i < t.input_blocks; ++i) {
    tile.template multiply<kUnroll>(x, kWidth, w, kWidth);
    x += g.x_block;
    w += kWidth * kBlocks * kWidth;
  }
  tile.template multiply<kUnroll>(x, kWidth, w, t.last_channels);
  tile.finish(t.y, t.residual, g.y_block, g.low, g.high);
}

// The pixels [from, to) of a tile whose tap at `column` (of pixel 0) lies inside of the image.
struct PixelRange {
  int from, to;
};
TENON_INLINE PixelRange valid_pixels(int column, int stride, int width, int pixels) {
  const int from = column >= 0 ? 0 : (-column + stride - 1) / stride;
  const int to = column >= width ? 0 : (width - column + stride - 1) / stride;
  return {from, to < pixels ? to : pixels};
}

// kStride is 0 where it is not known at compile time.
template <int kBlocks, int kPixels, int kStride>
void windowed(const DirectGeometry& g, const DirectTile& t) {
  RegisterTile<kBlocks, kPixels, chains_for(kBlocks * kPixels)> tile;
  tile.start(t.bias);
  const int64_t pixel = kStride == 0 ? g.x_pixel : kStride * kWidth;
  const int stride = kStride == 0 ? g.stride : kStride;
  constexpr int64_t kTap = kWidth * kBlocks * kWidth;
  const float* w_block = t.w;
  const float* next = t.next;
  for (int i = 0; i < t.input_blocks; ++i) {
    const int channels = i + 1 < t.input_blocks ? kWidth : t.last_channels;
    const float* x_row = t.x + i * g.x_block;
    const float* w = w_block;
    for (int r = 0; r < t.kernel_rows; ++r) {
      int column = t.column;
      const float* x = x_row;
      for (int k = 0; k < g.kernel_width; ++k) {
        next = prefetch(next, t.next_lines);
        const PixelRange valid =
            t.edge ? valid_pixels(column, stride, g.width, kPixels) : PixelRange{0, kPixels};
        if (valid.from == 0 && valid.to == kPixels) {
          tile.template multiply<kUnroll>(x, pixel, w, channels);
        } else if (valid.from == 1 && valid.to == kPixels) {
          tile.template multiply<kUnroll, std::min(1, kPixels)>(x, pixel, w, channels);
        } else if (valid.from == 0 && valid.to == kPixels - 1) {
          tile.template multiply<kUnroll, 0, std::max(0, kPixels - 1)>(x, pixel, w, channels);
        } else {
          tile.multiply_range(x, pixel, w, channels, valid.from, valid.to);
        }
        column += g.dilation;
        x += g.x_tap;
        w += kTap;
      }
      x_row += g.x_row;
    }
    w_block += kTap * g.kernel_height * g.kernel_width;
  }
  tile.finish(t.y, t.residual, g.y_block, g.low, g.high);
}

constexpr int kPixels = kWidth == 16 ? kDirectMaxPixels : 6;

template <int kBlocks, int... P>
constexpr void fill(DirectKernels& k, std::integer_sequence<int, P...>) {
  ((k.pointwise[kBlocks - 1][P] = pointwise<kBlocks, P + 1>), ...);
  ((k.windowed[0][kBlocks - 1][P] = windowed<kBlocks, P + 1, 1>), ...);
  ((k.windowed[1][kBlocks - 1][P] = windowed<kBlocks, P + 1, 2>), ...);
  ((k.windowed[2][kBlocks - 1][P] = windowed<kBlocks, P + 1, 0>), ...);
}

}  // namespace

constinit const DirectKernels kDirectKernels = [] {
  DirectKernels k{};
  k.width = kWidth;
  k.pixels = kPixels;
  fill<1>(k, std::make_integer_sequence<int, kPixels>());
  fill<2>(k, std::make_integer_sequence<int, kPixels>());
  return k;
}();
#endif

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
