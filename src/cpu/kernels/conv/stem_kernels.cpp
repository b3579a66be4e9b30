#include "cpu/kernels/conv/stem_kernels.h"

#include "cpu/kernels/conv/register_tile.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {
extern const StemKernels kStemKernels;

#if defined(TENON_KERNEL_GENERIC)
const StemKernels kStemKernels{};
#else
namespace {

// kStride and kTaps are 0 where they are not known at compile time. A loop over a kernel
// row would be left after few steps, which the processor predicts badly.
template <int kBlocks, int kPixels, int kStride, int kTaps>
void stem(const StemTile& t) {
  RegisterTile<kBlocks, kPixels, 1> tile;
  tile.start(t.bias);
  const int64_t pixel = kStride == 0 ? t.stride : kStride;
  const float* w = t.w;
  for (int c = 0; c < t.channels; ++c) {
    const float* x = t.x + c * t.x_channel;
    for (int r = 0; r < t.kernel_height; ++r) {
      if constexpr (kTaps == 0) tile.template multiply<1>(x, pixel, w, t.kernel_width);
      if constexpr (kTaps != 0) tile.template multiply<kTaps>(x, pixel, w, kTaps);
      x += t.x_row;
      w += t.kernel_width * kBlocks * kWidth;
    }
  }
  tile.finish(t.y, t.residual, t.y_block, t.low, t.high);
}

constexpr int kPixels = kWidth == 16 ? kStemMaxPixels : 6;

template <int kBlocks, int... P>
constexpr void fill(StemKernels& k, std::integer_sequence<int, P...>) {
  ((k.any[kBlocks - 1][P] = stem<kBlocks, P + 1, 0, 0>), ...);
  ((k.three[0][kBlocks - 1][P] = stem<kBlocks, P + 1, 1, 3>), ...);
  ((k.three[1][kBlocks - 1][P] = stem<kBlocks, P + 1, 2, 3>), ...);
  ((k.seven[kBlocks - 1][P] = stem<kBlocks, P + 1, 2, 7>), ...);
}

}  // namespace

constinit const StemKernels kStemKernels = [] {
  StemKernels k{};
  k.width = kWidth;
  k.pixels = kPixels;
  fill<1>(k, std::make_integer_sequence<int, kPixels>());
  fill<2>(k, std::make_integer_sequence<int, kPixels>());
  return k;
}();
#endif

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
