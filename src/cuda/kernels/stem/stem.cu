#include <algorithm>

#include "cuda/kernels/igemm/narrow.cuh"
#include "cuda/kernels/igemm/tensor_core.cuh"
#include "cuda/kernels/stem/stem_params.h"

namespace tenon {
namespace {

constexpr int kThreads = 128;
constexpr int kWarps = kThreads / 32;

// Rows of weights in shared memory: 32 bytes of depth and 16 that keep eight rows off each other's
// banks.
constexpr int kWeightPitch = 48;

__host__ __device__ inline int weight_bytes(const StemParams& p, int filters) {
  return p.depth_steps * filters * kWeightPitch;
}
// Elements of one copy of the patch; what lies behind it is read for padding depth and weighs zero.
__host__ __device__ inline int patch_elements(const StemParams& p) {
  return (p.channels * p.patch_rows * p.patch_pitch + 7) / 8 * 8;
}

// The block's rows of x, zeros beside the image.
template <typename T>
__device__ void load_patch(const StemParams& p, const T* x, int top, T* patch) {
  const int elements = p.channels * p.patch_rows * p.patch_pitch;
  T* odd = patch + patch_elements(p);
  for (int i = static_cast<int>(threadIdx.x); i < elements; i += kThreads) {
    int column, row;
    const int line = p.by_patch_pitch.divide(i, column);
    const int channel = p.by_patch_rows.divide(line, row);
    const int h = top + row, w = column - p.pad_left;
    T value = narrowed<T>(0);
    if (static_cast<unsigned>(h) < static_cast<unsigned>(p.height) &&
        static_cast<unsigned>(w) < static_cast<unsigned>(p.width)) {
      value = x[(static_cast<int64_t>(channel) * p.height + h) * p.width + w];
    }
    patch[i] = value;
    if (p.odd_copy && i > 0) odd[i - 1] = value;
  }
}

// For each pair of depth, its element in the patch.
__device__ void load_places(const StemParams& p, int* places) {
  for (int i = static_cast<int>(threadIdx.x); i < p.depth_steps * kStemDepth / 2; i += kThreads) {
    int pair, row;
    const int line = p.by_pairs.divide(i, pair);
    const int channel = p.by_kernel_h.divide(line, row);
    places[i] = channel < p.channels ? (channel * p.patch_rows + row) * p.patch_pitch + pair * 2 : 0;
  }
}

__device__ void load_weights(const StemParams& p, int block, int filters, uint32_t to) {
  const int pieces = p.depth_steps * filters * 2;
  const char* from = static_cast<const char*>(p.weights) + static_cast<int64_t>(block) * pieces * 16;
  for (int i = static_cast<int>(threadIdx.x); i < pieces; i += kThreads) {
    copy_or_zero(to + i / 2 * kWeightPitch + i % 2 * 16, from + i * 16, true);
  }
  commit_copies();
}

// A lane's place among the pixels of a block and among the filters.
struct StemPixel {
  int row, column;  // of y
  bool wanted;
};

template <typename T, int kTiles>
__device__ void write_pixel(const StemParams& p, int64_t offset, int filter,
                            const float (&sums)[kTiles * 2]) {
  const T* residual = static_cast<const T*>(p.residual);
  T* y = static_cast<T*>(p.y);
#pragma unroll
  for (int i = 0; i < kTiles * 2; i += 8) {
    float v[8];
#pragma unroll
    for (int j = 0; j < 8; ++j) v[j] = sums[i + j] + (p.bias ? p.bias[filter + i + j] : 0);
    const bool whole = p.filters % 8 == 0;
    if (residual != nullptr) {
#pragma unroll
      for (int j = 0; j < 8; ++j) {
        if (filter + i + j < p.filters) v[j] += widened(residual[offset + i + j]);
      }
    }
    activate(p.act, v);
    if (whole) {
      if (filter + i < p.filters) *reinterpret_cast<uint4*>(y + offset + i) = narrow8<T>(v);
      continue;
    }
#pragma unroll
    for (int j = 0; j < 8; ++j) {
      if (filter + i + j < p.filters) y[offset + i + j] = narrowed<T>(v[j]);
    }
  }
}

// 32 pixels by the block's filters, by one warp.
template <typename T, int kTiles>
__device__ void multiply_pixels(const StemParams& p, const T* const (&pixels)[4],
                                const int* places, uint32_t weights,
                                float (&sums)[2][kTiles][4]) {
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const uint32_t weight_row =
      weights + static_cast<uint32_t>((lane / 16 * 8 + lane % 8) * kWeightPitch + lane / 8 % 2 * 16);
  for (int k = 0; k < p.depth_steps; ++k) {
    const int low = places[k * 8 + lane % 4], high = places[k * 8 + 4 + lane % 4];
    uint32_t a[2][4];
#pragma unroll
    for (int i = 0; i < 2; ++i) {
#pragma unroll
      for (int j = 0; j < 2; ++j) {
        a[i][j] = *reinterpret_cast<const uint32_t*>(pixels[i * 2 + j] + low);
        a[i][j + 2] = *reinterpret_cast<const uint32_t*>(pixels[i * 2 + j] + high);
      }
    }
#pragma unroll
    for (int j = 0; j < kTiles / 2; ++j) {
      uint32_t b[4];
      load_matrices(weight_row + static_cast<uint32_t>((k * kTiles * 8 + j * 16) * kWeightPitch), b);
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        multiply_add<T>(sums[i][j * 2], a[i], b[0], b[1]);
        multiply_add<T>(sums[i][j * 2 + 1], a[i], b[2], b[3]);
      }
    }
  }
}

// kTiles * 8 filters of some rows of y.
template <typename T, int kTiles>
__global__ void __launch_bounds__(kThreads) stem_kernel(const __grid_constant__ StemParams p) {
  extern __shared__ __align__(16) char memory[];
  allow_dependents();
  constexpr int kFilters = kTiles * 8;
  int filter_block, row_block;
  const int rest = p.by_filter_blocks.divide(static_cast<int>(blockIdx.x), filter_block);
  const int image = p.by_row_blocks.divide(rest, row_block);
  const int first_row = row_block * p.block_rows;

  auto* places = reinterpret_cast<int*>(memory + weight_bytes(p, kFilters));
  T* patch = reinterpret_cast<T*>(places + p.depth_steps * kStemDepth / 2);
  load_weights(p, filter_block, kFilters, shared_address(memory));
  load_places(p, places);
  wait_for_producers();
  load_patch(p, static_cast<const T*>(p.x) + image * p.x_image,
             first_row * p.stride_h - p.pad_top, patch);
  wait_for_copies<0>();
  __syncthreads();

  const int rows = min(p.block_rows, p.out_height - first_row);
  const int count = rows * p.out_width;
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int filter = filter_block * kFilters + lane % 4 * kTiles * 2;
  for (int first = static_cast<int>(threadIdx.x) / 32 * 32; first < count; first += kWarps * 32) {
    const T* pixels[4];
    int64_t offsets[4];
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      int column;
      const int row = p.by_out_width.divide(min(first + i * 8 + lane / 4, count - 1), column);
      const int start = row * p.stride_h * p.patch_pitch + column * p.stride_w;
      // Pairs are read as words: from the copy in which they begin at even elements.
      pixels[i] = (start & 1) == 0 ? patch + start : patch + patch_elements(p) + start - 1;
      offsets[i] = (static_cast<int64_t>(first_row + row) * p.out_width + column) * p.filters;
    }
    float sums[2][kTiles][4] = {};
    multiply_pixels<T, kTiles>(p, pixels, places, shared_address(memory), sums);
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      if (first + i * 8 + lane / 4 >= count || filter >= p.filters) continue;
      float v[kTiles * 2];
#pragma unroll
      for (int j = 0; j < kTiles; ++j) {
        v[j * 2] = sums[i / 2][j][i % 2 * 2];
        v[j * 2 + 1] = sums[i / 2][j][i % 2 * 2 + 1];
      }
      write_pixel<T, kTiles>(p, image * p.y_image + offsets[i] + filter, filter, v);
    }
  }
}

template <typename T>
void (*function_of(int filters))(StemParams) {
  return filters == 32 ? stem_kernel<T, 4> : stem_kernel<T, 8>;
}

}  // namespace

size_t stem_shared_bytes(const StemParams& p) {
  const auto patch = static_cast<size_t>(patch_elements(p)) * 2 * (p.odd_copy ? 2 : 1);
  return static_cast<size_t>(weight_bytes(p, stem_block_filters(p.filters)) +
                             p.depth_steps * kStemDepth / 2 * 4) +
         patch;
}

StemKernel prepare_stem(StemParams& p, bool bf16, int images) {
  const int filters = stem_block_filters(p.filters);
  const int row_blocks = (p.out_height + p.block_rows - 1) / p.block_rows;
  p.by_filter_blocks = FastDivisor(p.filter_blocks);
  p.by_row_blocks = FastDivisor(row_blocks);
  p.by_out_width = FastDivisor(p.out_width);
  p.by_pairs = FastDivisor(p.pairs_a_row);
  p.by_kernel_h = FastDivisor(p.kernel_h);
  p.by_patch_pitch = FastDivisor(p.patch_pitch);
  p.by_patch_rows = FastDivisor(p.patch_rows);
  StemKernel kernel{
      .function = bf16 ? function_of<__nv_bfloat16>(filters) : function_of<__half>(filters),
      .shape = {.blocks = static_cast<unsigned>(images * row_blocks * p.filter_blocks),
                .threads = kThreads,
                .shared_bytes = stem_shared_bytes(p)}};
  constexpr size_t kWithoutAsking = 48 << 10;
  if (kernel.shape.shared_bytes > kWithoutAsking) {
    constexpr int kMost = 99 << 10;  // that every GPU since Ampere has
    cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel.function),
                         cudaFuncAttributeMaxDynamicSharedMemorySize, kMost);
  }
  return kernel;
}

void launch_stem(const StemKernel& kernel, const StemParams& params, cudaStream_t stream) {
  launch_kernel(kernel.function, kernel.shape, params, stream);
}

}  // namespace tenon
