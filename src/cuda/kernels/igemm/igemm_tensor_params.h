#pragma once

#include <cuda.h>

#include "cuda/kernels/igemm/igemm_params.h"

namespace tenon {

// For kernels that have the copy engine gather the rows of A: depth is [tap][channels padded to a
// multiple of 128 bytes].
struct IgemmTensorParams {
  CUtensorMap map;
  IgemmParams params;
};

// Where the windows' first pixels lie: from the first to the last on both axes (columns, rows),
// relative to the image's edges.
struct WindowCorners {
  int lower[2];
  int upper[2];
};
WindowCorners window_corners(const IgemmParams& params);
// Whether the copy engine can do these windows: its fields are narrow.
bool has_window_map(const IgemmParams& params);

// The map of x for tiles of so many rows, whose address is to be set later. Throws Error when the
// driver refuses it.
CUtensorMap window_map(const IgemmParams& params, ProductType type, int tile_rows);
// The map of a dense narrow matrix for boxes of so many rows and 64 columns, likewise. Columns are
// a multiple of 8.
CUtensorMap matrix_map(int64_t rows, int64_t columns, ProductType type, int box_rows);

}  // namespace tenon
