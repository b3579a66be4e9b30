#pragma once

#include <cstdint>

#include "ops/scalar_fn.h"

namespace tenon {

// Winograd's minimal filtering F(m x m, 3 x 3) (Lavin and Gray, 2015): an input tile of side
// a = m + 2 and a filter are transformed to a*a points, multiplied point by point and summed over
// the channels, and transformed back to m x m outputs:
//   V = B^T d B    U = G g G^T    M[p] = sum over channels of V[p] U[p]    Y = A^T M A
// A vector register holds one block of channels ("lanes": 16 or 8); tensors are blocked alike.

// A convolution in tiles. Strides in elements; a tile's number counts x, then y, then the batch.
struct WinogradShape {
  int64_t batch = 0;
  int64_t channels = 0;
  int64_t height = 0, width = 0;
  int64_t filters = 0;
  int64_t out_height = 0, out_width = 0;
  int64_t pad_top = 0, pad_left = 0;
  int64_t tiles_y = 0, tiles_x = 0;
  int64_t in_stride = 0, residual_stride = 0, out_stride = 0;  // of the batch axis

  int64_t tiles() const { return batch * tiles_y * tiles_x; }
};

// A run of consecutive tiles.
struct TileRange {
  int64_t begin = 0;
  int64_t count = 0;
};

// V[p][channel block][tile][lane]: strides of p and of the channel block.
struct TransformedInput {
  float* data = nullptr;
  int64_t point_stride = 0;
  int64_t block_stride = 0;
};

// U[p][channel][vector][lane], of one chunk of one or two vectors of filters.
struct TransformedWeights {
  float* data = nullptr;
  int64_t point_stride = 0;
  int vectors = 0;
};

// M[p][tile][vector][lane], of one chunk of filters.
struct Products {
  float* data = nullptr;
  int64_t point_stride = 0;
};

// What becomes of M: y = act(A^T M A + bias + residual) in one chunk of filters.
struct OutputTask {
  const float* bias = nullptr;      // of the chunk's filters
  const float* residual = nullptr;  // may be null; of the chunk's first block, as y
  float* y = nullptr;
  int vectors = 0;
  int last_lanes = 0;  // filters in the chunk's last vector; the rest of y is set to zero
  // The activation: a clamp to [low, high], which is identity, relu and clip, or else `act`.
  bool clamps = true;
  float low = 0;
  float high = 0;
  Activation act;
};

struct WinogradKernels {
  int out_side;  // m
  int lanes;
  // Filters [channel][3*3][vectors][lane] of `channels` channels to U.
  void (*transform_weights)(const float* g, int64_t channels, const TransformedWeights& u);
  // Tiles of channel blocks [block_begin, block_end) of x to V, whose data is that of block 0 and
  // the range's first tile.
  void (*transform_input)(const WinogradShape& shape, const float* x, TileRange tiles,
                          int64_t block_begin, int64_t block_end, const TransformedInput& v);
  // M = V U, or M += V U, over `channels` channels from the beginning of V and U.
  void (*multiply)(const TransformedInput& v, const TransformedWeights& u, int64_t channels,
                   int64_t tiles, const Products& m, bool accumulate);
  void (*transform_output)(const WinogradShape& shape, const Products& m, TileRange tiles,
                           const OutputTask& task);
};

namespace avx512 {
extern const WinogradKernels kWinograd2, kWinograd4, kWinograd6;
}
namespace avx2 {
extern const WinogradKernels kWinograd2, kWinograd4, kWinograd6;
}
namespace generic {
extern const WinogradKernels kWinograd2, kWinograd4, kWinograd6;
}

}  // namespace tenon
