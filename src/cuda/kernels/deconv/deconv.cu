#include "cuda/kernels/deconv/deconv_params.h"
#include "cuda/kernels/igemm/narrow.cuh"

namespace tenon {
namespace {

constexpr int kThreads = 128;

// The filter is the innermost number in channels last, the column otherwise, as in memory.
struct DeconvPlace {
  int image, row, column, filter;
};
__device__ inline DeconvPlace place_of(const DeconvParams& p, int item) {
  DeconvPlace at;
  if (p.channels_last) item = p.by_filters.divide(item, at.filter);
  item = p.by_out_width.divide(item, at.column);
  item = p.by_out_height.divide(item, at.row);
  at.image = item;
  if (!p.channels_last) at.image = p.by_filters.divide(item, at.filter);
  return at;
}

// The input coordinate that a tap brings to an output coordinate; -1 when none.
__device__ inline int source_of(int out, int tap, int pad, int dilation, const FastDivisor& stride,
                                int extent) {
  const int from = out + pad - tap * dilation;
  if (from < 0) return -1;
  int rest;
  const int at = stride.divide(from, rest);
  return rest == 0 && at < extent ? at : -1;
}

template <typename T>
__global__ void __launch_bounds__(kThreads) deconv_gather(const __grid_constant__ DeconvParams p) {
  allow_dependents();
  const int64_t item = static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x;
  if (item >= p.items) return;
  const DeconvPlace at = place_of(p, static_cast<int>(item));
  const int group = p.by_group_filters.quotient(at.filter);
  wait_for_producers();
  const T* x =
      static_cast<const T*>(p.x) + at.image * p.x_image + group * p.group_channels * p.x_channel;
  const T* weights = static_cast<const T*>(p.weights) + at.filter;
  float sum = p.bias != nullptr ? p.bias[at.filter] : 0;
  for (int r = 0; r < p.kernel_h; ++r) {
    const int h = source_of(at.row, r, p.pad_top, p.dilation_h, p.by_stride_h, p.height);
    if (h < 0) continue;
    for (int s = 0; s < p.kernel_w; ++s) {
      const int w = source_of(at.column, s, p.pad_left, p.dilation_w, p.by_stride_w, p.width);
      if (w < 0) continue;
      const T* from = x + (static_cast<int64_t>(h) * p.width + w) * p.x_pixel;
      const T* weight =
          weights + static_cast<int64_t>(r * p.kernel_w + s) * p.group_channels * p.filters;
#pragma unroll 4
      for (int c = 0; c < p.group_channels; ++c) {
        sum +=
            widened(from[c * p.x_channel]) * widened(weight[static_cast<int64_t>(c) * p.filters]);
      }
    }
  }
  float v[1] = {sum};
  activate(p.act, v);
  const int64_t pixel = static_cast<int64_t>(at.row) * p.out_width + at.column;
  static_cast<T*>(p.y)[at.image * p.y_image + pixel * p.y_pixel + at.filter * p.y_channel] =
      narrowed<T>(v[0]);
}

}  // namespace

void launch_deconv(const DeconvParams& params, DeconvType type, bool dependent,
                   cudaStream_t stream) {
  const LaunchShape shape{.blocks = static_cast<unsigned>((params.items + kThreads - 1) / kThreads),
                          .threads = kThreads,
                          .dependent = dependent};
  switch (type) {
    case DeconvType::kF32: return launch_kernel(deconv_gather<float>, shape, params, stream);
    case DeconvType::kF16: return launch_kernel(deconv_gather<__half>, shape, params, stream);
    case DeconvType::kBF16:
      return launch_kernel(deconv_gather<__nv_bfloat16>, shape, params, stream);
  }
}

}  // namespace tenon
