#include <algorithm>

#include "cuda/dependent_launch.h"
#include "cuda/kernels/dnn/fold_kernels.h"

namespace tenon {
namespace {

constexpr int kThreads = 256;
constexpr int64_t kMostBlocks = 132 * 32;

template <typename T>
struct alignas(16) Pack {
  static constexpr int kCount = 16 / sizeof(T);
  T at[kCount];
};

// A thread writes 16 bytes: some channels of one pixel of y.
template <typename T>
__global__ void __launch_bounds__(kThreads) fold(FoldParams p) {
  follow_producers();
  constexpr int kCount = Pack<T>::kCount;
  const int packs = p.folded_channels / kCount;
  const int64_t total = p.images * p.folded_height * p.folded_width * packs;
  const int64_t step = static_cast<int64_t>(gridDim.x) * kThreads;
  const auto* x = static_cast<const T*>(p.x);
  for (int64_t at = blockIdx.x * static_cast<int64_t>(kThreads) + threadIdx.x; at < total;
       at += step) {
    const int64_t pixel = at / packs;
    const int first = static_cast<int>(at - pixel * packs) * kCount;
    const auto plane = static_cast<int64_t>(p.folded_height) * p.folded_width;
    const int64_t image = pixel / plane;
    const int within = static_cast<int>(pixel - image * plane);
    const int u = within / p.folded_width;
    const int v = within - u * p.folded_width;
    int tap = first / p.channels;
    int c = first - tap * p.channels;
    int i = tap / p.stride;
    int j = tap - i * p.stride;
    Pack<T> pack;
#pragma unroll
    for (int k = 0; k < kCount; ++k) {
      const int row = u * p.stride + i - p.pad_top;
      const int column = v * p.stride + j - p.pad_left;
      const bool inside = i < p.stride &&
                          static_cast<unsigned>(row) < static_cast<unsigned>(p.height) &&
                          static_cast<unsigned>(column) < static_cast<unsigned>(p.width);
      pack.at[k] =
          inside ? x[image * p.x_image + c * p.x_channel + row * p.x_row + column * p.x_column]
                 : T(0);
      if (++c == p.channels) {
        c = 0;
        if (++j == p.stride) {
          j = 0;
          ++i;
        }
      }
    }
    static_cast<Pack<T>*>(p.y)[at] = pack;
  }
}

}  // namespace

void launch_fold(const FoldParams& p, cudaStream_t stream) {
  const int count = 16 / p.element_bytes;
  const int64_t packs = p.images * p.folded_height * p.folded_width * (p.folded_channels / count);
  if (packs == 0) return;
  const auto blocks =
      static_cast<unsigned>(std::min((packs + kThreads - 1) / kThreads, kMostBlocks));
  if (p.element_bytes == 2) {
    launch_dependent(fold<uint16_t>, blocks, kThreads, 0, stream, p);
  } else {
    launch_dependent(fold<uint32_t>, blocks, kThreads, 0, stream, p);
  }
}

}  // namespace tenon
