#include <algorithm>

#include "base/rounding.h"
#include "cuda/kernels/inverted_residual/residual_params.h"

namespace tenon {
namespace {

constexpr ResidualShapeInfo kShapes[kResidualShapes] = {
    {1, 8, 24, 16}, {1, 4, 32, 16}, {1, 4, 64, 8}, {1, 4, 96, 8},
    {1, 2, 64, 16}, {2, 2, 32, 16}, {2, 2, 64, 16}};
constexpr size_t kReserved =
    1024;  // of a multiprocessor's shared memory, by the system for a block

// The tile of so many strips above each other and groups of columns; the shared memory that it
// takes.
size_t lay_out(const ResidualShapeInfo& shape, int strips, InvertedResidualParams& p) {
  const int stride = shape.stride, columns = p.tile_groups * 8;
  p.region_rows = (strips * shape.strip_rows - 1) * stride + 3;
  p.region_columns = (columns - 1) * stride + 3;
  // Pixels are expanded one after the other, of even and odd columns in turn: half a row of banks
  // lies between those.
  p.odd_columns = columns + 4;
  p.region_row_bytes = (stride == 1 ? columns + 2 : p.odd_columns + columns) * kResidualPitch;
  const int rows = std::min((p.tile_rows - 1) * stride + 3, p.height);
  const int kept = p.expands ? rows * std::min(p.region_columns, p.width) : 0;
  const int pixels = round_up(kept, 16);
  p.places = p.region_rows * p.region_row_bytes + kResidualPitch;
  p.x_pixels = p.places + pixels * static_cast<int>(sizeof(int));
  p.weights = p.x_pixels + pixels * p.x_pitch;
  constexpr size_t kBarriers = 16;
  return static_cast<size_t>(p.weights) + 2 * static_cast<size_t>(p.chunk.bytes) + kBarriers;
}

}  // namespace

std::span<const ResidualShapeInfo> residual_shapes() { return kShapes; }

LaunchShape fit_inverted_residual(const ResidualShapeInfo& shape, int blocks, int images,
                                  size_t shared_bytes, InvertedResidualParams& p) {
  const size_t limit = (shared_bytes + kReserved) / static_cast<size_t>(blocks) - kReserved;
  const int most_warps = shape.most_warps / blocks, groups = ceil_div(p.out_width, 8);
  for (int tiles = ceil_div(groups, most_warps); tiles <= groups; ++tiles) {
    p.tile_groups = ceil_div(groups, tiles);
    const int rows = shape.strip_rows;
    const int all = ceil_div(p.out_height, rows);
    for (int strips = std::min(all, most_warps / p.tile_groups); strips > 0; --strips) {
      const int bands = ceil_div(p.out_height, strips * rows);
      p.tile_rows = ceil_div(p.out_height, bands);
      const int needed = ceil_div(p.tile_rows, rows);
      const size_t bytes = lay_out(shape, needed, p);
      if (bytes > limit) continue;
      p.by_bands = FastDivisor(bands);
      p.by_column_tiles = FastDivisor(ceil_div(groups, p.tile_groups));
      p.by_pieces = FastDivisor(p.channels / 8);
      return {.blocks = static_cast<unsigned>(images * bands) * p.by_column_tiles.divisor,
              .threads = static_cast<unsigned>(needed * p.tile_groups * 32),
              .shared_bytes = bytes};
    }
  }
  return {.threads = 0};
}

}  // namespace tenon
