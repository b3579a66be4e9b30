#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "cuda/dependent_launch.h"
#include "cuda/fast_division.h"
#include "cuda/kernels/igemm/igemm_params.h"

namespace tenon {

// A convolution of an image of few channels in NCHW, in FP16, BF16 or FP32 rounded to TF32, to
// NHWC: y = act(conv(x, w) + bias + residual), sums in FP32, on tensor cores.
//
// Depth runs over [channel][kernel row][words of kernel columns]: a word is a pair of narrow
// elements, so that two neighbours of depth are neighbours in x, or one of FP32. A block keeps the
// rows of x that its rows of y read in shared memory.
struct StemParams {
  const void* x = nullptr;
  const void* weights = nullptr;  // see stem_weight_place()
  const float* bias = nullptr;    // [filters padded to the block's], or nullptr
  const void* residual = nullptr;
  void* y = nullptr;

  int64_t x_image = 0, y_image = 0;  // elements between images
  int channels = 0, height = 0, width = 0;
  int filters = 0, out_height = 0, out_width = 0;
  int kernel_h = 0, kernel_w = 0;
  int stride_h = 1, stride_w = 1;
  int pad_top = 0, pad_left = 0;
  int element_bytes = 2;
  int slabs = 0;        // of 128 bytes of depth
  int words_a_row = 0;  // of kernel columns
  int filter_blocks = 0;
  int block_rows = 1;     // of y that a block computes
  int patch_rows = 0;     // of x that it reads of each channel
  int patch_pitch = 0;    // elements a row in shared memory, whole words
  bool odd_copy = false;  // a second patch one element on, for pixels that begin at odd columns
  int row_pieces = 0;     // of 16 bytes, of a row of x
  FastDivisor by_filter_blocks, by_row_blocks, by_out_width;
  FastDivisor by_words, by_kernel_h, by_row_pieces, by_patch_rows;
  ActivationParams act;
};

inline constexpr int kStemWords = 32;  // of a slab
// Filters of a block: 64, or 32 where there are no more.
inline int stem_block_filters(int64_t filters) { return filters <= 32 ? 32 : 64; }

// Neighbouring filters that a lane has the sums of: all that it has, or of FP32 four each of so
// many times sixteen, which lanes write side by side.
constexpr int stem_run(int block_filters, int element_bytes) {
  return element_bytes == 4 ? 4 : block_filters / 4;
}

// Where the weights' element (filter, depth) lies: [block][slab][filters of a block][128 bytes],
// with the filters in the order in which a lane's sums are neighbours, and the 16-byte pieces of a
// row at piece ^ (row % 8).
inline int64_t stem_weight_place(int64_t filter, int64_t depth, int64_t slabs,
                                 int64_t block_filters, int element_bytes) {
  const int64_t slab_depth = 128 / element_bytes, piece_depth = 16 / element_bytes;
  const int64_t run = stem_run(static_cast<int>(block_filters), element_bytes);
  const int64_t block = filter / block_filters, f = filter % block_filters;
  const int64_t lane = f % (4 * run) / run, sum = f / (4 * run) * run + f % run;
  const int64_t column = sum / 2 * 8 + lane * 2 + sum % 2;
  const int64_t row = (block * slabs + depth / slab_depth) * block_filters + column;
  const int64_t piece = depth % slab_depth / piece_depth ^ column % 8;
  return row * slab_depth + piece * piece_depth + depth % piece_depth;
}

// Of a block, in bytes: the weights, the patch, the depth's places in the patch.
size_t stem_shared_bytes(const StemParams& params);

struct StemKernel {
  void (*function)(StemParams) = nullptr;
  LaunchShape shape;
};
// Completes the params. Allows the kernel its shared memory on the current device; the
// error of that is left for check_launch().
StemKernel prepare_stem(StemParams& params, ProductType type, int images, int shared_bytes);
void launch_stem(const StemKernel& kernel, const StemParams& params, cudaStream_t stream);

}  // namespace tenon
