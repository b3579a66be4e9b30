#include <algorithm>

#include "cuda/kernels/igemm/narrow.cuh"
#include "cuda/kernels/igemm/tensor_core.cuh"
#include "cuda/kernels/igemm/wgmma.cuh"
#include "cuda/kernels/stem/stem_params.h"

namespace tenon {
namespace {

constexpr int kGroupThreads = 128;  // four warps multiply 64 pixels together
constexpr int kGroups = 2;
constexpr int kThreads = kGroups * kGroupThreads;
constexpr int kPieces = 4;  // of 16 bytes of x that a thread has under way

__host__ __device__ inline int weight_bytes(const StemParams& p, int filters) {
  return p.slabs * filters * kStemWords * 4;
}
// Elements of one copy of the patch.
__host__ __device__ inline int patch_elements(const StemParams& p) {
  const int piece = 16 / p.element_bytes;
  return (p.channels * p.patch_rows * p.patch_pitch + piece - 1) / piece * piece;
}
__host__ __device__ inline int patch_bytes(const StemParams& p) {
  return patch_elements(p) * p.element_bytes * (p.odd_copy ? 2 : 1);
}

// For each step of eight words of depth and each of four lanes: the places in the patch of its two
// words.
template <typename T>
__device__ void fill_places(const StemParams& p, int* places) {
  for (int i = static_cast<int>(threadIdx.x); i < p.slabs * kStemWords; i += kThreads) {
    int word, row;
    const int line = p.by_words.divide(i, word);
    const int channel = p.by_kernel_h.divide(line, row);
    const int place =
        (channel * p.patch_rows + row) * p.patch_pitch + word * static_cast<int>(4 / sizeof(T));
    const int step = i / 8, lane = i % 4, half = i / 4 % 2;
    // What lies behind the depth weighs zero.
    places[step * 8 + lane * 2 + half] = channel < p.channels ? place : 0;
  }
}

__device__ void copy_weights(const StemParams& p, int block, int filters, uint32_t to) {
  const int bytes = weight_bytes(p, filters);
  const char* from = static_cast<const char*>(p.weights) + static_cast<int64_t>(block) * bytes;
  for (int i = static_cast<int>(threadIdx.x) * 16; i < bytes; i += kThreads * 16) {
    copy_or_zero(to + i, from + i, true);
  }
  commit_copies();
}

template <typename T>
constexpr int kPiece = 16 / sizeof(T);

// 16 bytes of a row of x; what lies behind its end are zeros.
template <typename T>
__device__ inline uint4 read_piece(const T* row, int column, int width) {
  if (width % kPiece<T> == 0) return *reinterpret_cast<const uint4*>(row + column);
  uint4 bits = make_uint4(0, 0, 0, 0);
  T* to = reinterpret_cast<T*>(&bits);
#pragma unroll
  for (int i = 0; i < kPiece<T>; ++i) {
    if (column + i < width) to[i] = row[column + i];
  }
  return bits;
}

// The block's rows of x into the patch, which holds zeros.
template <typename T>
__device__ void load_patch(const StemParams& p, const T* x, int top, T* patch) {
  const int pieces = p.channels * p.patch_rows * p.row_pieces;
  for (int first = static_cast<int>(threadIdx.x); first < pieces; first += kThreads * kPieces) {
    uint4 bits[kPieces];
    int line[kPieces], column[kPieces];
#pragma unroll
    for (int i = 0; i < kPieces; ++i) {
      int piece, row;
      line[i] = p.by_row_pieces.divide(first + i * kThreads, piece);
      const int channel = p.by_patch_rows.divide(line[i], row);
      column[i] = piece * kPiece<T>;
      const bool inside = first + i * kThreads < pieces &&
                          static_cast<unsigned>(top + row) < static_cast<unsigned>(p.height);
      if (!inside) line[i] = -1;
      const int64_t x_line = static_cast<int64_t>(channel) * p.height + top + row;
      if (inside) bits[i] = read_piece(x + x_line * p.width, column[i], p.width);
    }
#pragma unroll
    for (int i = 0; i < kPieces; ++i) {
      if (line[i] < 0) continue;
      const T* from = reinterpret_cast<const T*>(&bits[i]);
      T* to = patch + line[i] * p.patch_pitch;
#pragma unroll
      for (int j = 0; j < kPiece<T>; ++j) {
        const int at = column[i] + j + p.pad_left;
        if (at >= p.patch_pitch) continue;
        to[at] = from[j];
        // The copy one element on; its last element of a row is never read.
        if (p.odd_copy && at > 0) to[patch_elements(p) + at - 1] = from[j];
      }
    }
  }
}

// 64 pixels by the block's filters, by four warps; `pixels` are the lane's two windows.
template <typename T, int kTiles>
__device__ void multiply_pixels(const StemParams& p, const T* const (&pixels)[2], const int* places,
                                uint32_t weights, float (&sums)[kTiles][4]) {
  const int lane = static_cast<int>(threadIdx.x) % 4;
  for (int slab = 0; slab < p.slabs; ++slab) {
    uint32_t a[4][4];
#pragma unroll
    for (int k = 0; k < 4; ++k) {
      const int2 place = *reinterpret_cast<const int2*>(places + (slab * 4 + k) * 8 + lane * 2);
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        a[k][i] = *reinterpret_cast<const uint32_t*>(pixels[i] + place.x);
        a[k][i + 2] = *reinterpret_cast<const uint32_t*>(pixels[i] + place.y);
      }
      round_for_product<T>(a[k]);
    }
    begin_products();
#pragma unroll
    for (int k = 0; k < 4; ++k) {
      multiply_group<T>(sums, a[k], matrix_descriptor(weights + slab * kTiles * 8 * 128 + k * 32));
    }
    commit_products();
    wait_for_products<0>();
  }
}

// A lane's filters of one pixel: runs from `filter` on; `offset` is the first one's in y.
template <typename T, int kTiles>
__device__ void write_pixel(const StemParams& p, int64_t offset, int filter,
                            const float (&sums)[kTiles][4], int half) {
  constexpr int kRun = stem_run(kTiles * 8, sizeof(T));
  const T* residual = static_cast<const T*>(p.residual);
  T* y = static_cast<T*>(p.y);
  const bool whole = p.filters % kPiece<T> == 0;
#pragma unroll
  for (int sum = 0; sum < kTiles * 2; sum += kPiece<T>) {
    const int i = sum / kRun * 4 * kRun + sum % kRun;
    if (filter + i >= p.filters) return;
    float v[kPiece<T>];
#pragma unroll
    for (int j = 0; j < kPiece<T>; ++j) {
      v[j] = sums[(sum + j) / 2][half * 2 + j % 2] + (p.bias ? p.bias[filter + i + j] : 0);
    }
    if (residual != nullptr) {
#pragma unroll
      for (int j = 0; j < kPiece<T>; ++j) {
        if (filter + i + j < p.filters) v[j] += widened(residual[offset + i + j]);
      }
    }
    activate(p.act, v);
    if (whole) {
      *reinterpret_cast<uint4*>(y + offset + i) = narrow_piece<T>(v);
      continue;
    }
#pragma unroll
    for (int j = 0; j < kPiece<T>; ++j) {
      if (filter + i + j < p.filters) y[offset + i + j] = narrowed<T>(v[j]);
    }
  }
}

// kTiles * 8 filters of some rows of y. Shared memory: weights, places, patch.
template <typename T, int kTiles>
__global__ void __launch_bounds__(kThreads, 2) stem_kernel(const __grid_constant__ StemParams p) {
  extern __shared__ __align__(1024) char memory[];
  allow_dependents();
  constexpr int kFilters = kTiles * 8;
  int filter_block, row_block;
  const int rest = p.by_filter_blocks.divide(static_cast<int>(blockIdx.x), filter_block);
  const int image = p.by_row_blocks.divide(rest, row_block);
  const int first_row = row_block * p.block_rows;

  auto* places = reinterpret_cast<int*>(memory + weight_bytes(p, kFilters));
  T* patch = reinterpret_cast<T*>(places + p.slabs * kStemWords);
  copy_weights(p, filter_block, kFilters, shared_address(memory));
  fill_places<T>(p, places);
  for (int i = static_cast<int>(threadIdx.x) * 16; i < patch_bytes(p); i += kThreads * 16) {
    *reinterpret_cast<uint4*>(reinterpret_cast<char*>(patch) + i) = make_uint4(0, 0, 0, 0);
  }
  __syncthreads();
  wait_for_producers();
  load_patch(p, static_cast<const T*>(p.x) + image * p.x_image, first_row * p.stride_h - p.pad_top,
             patch);
  wait_for_copies<0>();
  publish_to_products();
  __syncthreads();

  const int count = min(p.block_rows, p.out_height - first_row) * p.out_width;
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int filter = filter_block * kFilters + lane % 4 * stem_run(kFilters, sizeof(T));
  const int own = static_cast<int>(threadIdx.x) / 32 % 4 * 16 + lane / 4;
  for (int first = static_cast<int>(threadIdx.x) / kGroupThreads * 64; first < count;
       first += kGroups * 64) {
    const T* pixels[2];
    int64_t offsets[2];
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      int column;
      const int row = p.by_out_width.divide(min(first + own + i * 8, count - 1), column);
      const int start = row * p.stride_h * p.patch_pitch + column * p.stride_w;
      // Pairs are read as words: from the copy in which they begin at even elements.
      const bool odd = sizeof(T) == 2 && (start & 1) != 0;
      pixels[i] = patch + (odd ? patch_elements(p) + start - 1 : start);
      offsets[i] = (static_cast<int64_t>(first_row + row) * p.out_width + column) * p.filters;
    }
    float sums[kTiles][4] = {};
    multiply_pixels<T, kTiles>(p, pixels, places, shared_address(memory), sums);
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      if (first + own + i * 8 < count) {
        write_pixel<T, kTiles>(p, image * p.y_image + offsets[i] + filter, filter, sums, i);
      }
    }
  }
}

using StemFunction = void (*)(StemParams);
template <typename T>
StemFunction function_of(int filters) {
  return filters == 32 ? stem_kernel<T, 4> : stem_kernel<T, 8>;
}
StemFunction function_of(ProductType type, int filters) {
  switch (type) {
    case ProductType::kF16: return function_of<__half>(filters);
    case ProductType::kBF16: return function_of<__nv_bfloat16>(filters);
    case ProductType::kTf32: return function_of<float>(filters);
  }
  return nullptr;
}

}  // namespace

size_t stem_shared_bytes(const StemParams& p) {
  return static_cast<size_t>(weight_bytes(p, stem_block_filters(p.filters)) +
                             p.slabs * kStemWords * 4 + patch_bytes(p));
}

StemKernel prepare_stem(StemParams& p, ProductType type, int images, int shared_bytes) {
  const int filters = stem_block_filters(p.filters);
  const int row_blocks = (p.out_height + p.block_rows - 1) / p.block_rows;
  const int piece = 16 / p.element_bytes;
  p.row_pieces = (p.width + piece - 1) / piece;
  p.by_filter_blocks = FastDivisor(p.filter_blocks);
  p.by_row_blocks = FastDivisor(row_blocks);
  p.by_out_width = FastDivisor(p.out_width);
  p.by_words = FastDivisor(p.words_a_row);
  p.by_kernel_h = FastDivisor(p.kernel_h);
  p.by_row_pieces = FastDivisor(p.row_pieces);
  p.by_patch_rows = FastDivisor(p.patch_rows);
  StemKernel kernel{
      .function = function_of(type, filters),
      .shape = {.blocks = static_cast<unsigned>(images * row_blocks * p.filter_blocks),
                .threads = kThreads,
                .shared_bytes = stem_shared_bytes(p)}};
  cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel.function),
                       cudaFuncAttributeMaxDynamicSharedMemorySize, shared_bytes);
  return kernel;
}

void launch_stem(const StemKernel& kernel, const StemParams& params, cudaStream_t stream) {
  launch_kernel(kernel.function, kernel.shape, params, stream);
}

}  // namespace tenon
