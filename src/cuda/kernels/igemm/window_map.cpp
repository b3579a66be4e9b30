#include <cudaTypedefs.h>

#include "cuda/kernels/igemm/igemm_tensor_params.h"
#include "cuda/tensor_map.h"

namespace tenon {
namespace {

CUtensorMapDataType type_code(NarrowType type) {
  return type == NarrowType::kF16 ? CU_TENSOR_MAP_DATA_TYPE_FLOAT16
                                  : CU_TENSOR_MAP_DATA_TYPE_BFLOAT16;
}
// Any aligned address does until the launch.
void* nowhere() { return reinterpret_cast<void*>(uintptr_t{1} << 20); }

}  // namespace

WindowCorners window_corners(const IgemmParams& p) {
  const int out_width = static_cast<int>(p.by_width.divisor);
  const int out_height = static_cast<int>(p.by_pixels.divisor / p.by_width.divisor);
  return {.lower = {-p.pad_left, -p.pad_top},
          .upper = {(out_width - 1) * p.stride_w + 1 - p.pad_left - p.width,
                    (out_height - 1) * p.stride_h + 1 - p.pad_top - p.height}};
}

bool has_window_map(const IgemmParams& p) {
  constexpr int kMostCorner = 127, kMostOffset = 255, kMostStride = 8;
  const WindowCorners c = window_corners(p);
  for (const int corner : {c.lower[0], c.lower[1], c.upper[0], c.upper[1]}) {
    if (corner < -kMostCorner || corner > kMostCorner) return false;
  }
  return (p.kernel_w - 1) * p.dilation_w <= kMostOffset &&
         (p.kernel_h - 1) * p.dilation_h <= kMostOffset && p.stride_w <= kMostStride &&
         p.stride_h <= kMostStride;
}

CUtensorMap window_map(const IgemmParams& p, NarrowType type, int tile_rows) {
  static const auto encode = reinterpret_cast<PFN_cuTensorMapEncodeIm2col_v12000>(
      driver_function("cuTensorMapEncodeIm2col"));
  const auto channels = static_cast<cuuint64_t>(p.channels),
             width = static_cast<cuuint64_t>(p.width), height = static_cast<cuuint64_t>(p.height);
  const auto pixels = static_cast<cuuint64_t>(p.by_pixels.divisor);
  const auto images = static_cast<cuuint64_t>(p.rows) / pixels;
  const cuuint64_t dims[4] = {channels, width, height, images};
  const auto pixel = static_cast<cuuint64_t>(p.x_pitch) * 2;  // bytes
  const cuuint64_t strides[3] = {pixel, width * pixel, height * width * pixel};
  const WindowCorners corners = window_corners(p);
  const cuuint32_t steps[4] = {1, static_cast<cuuint32_t>(p.stride_w),
                               static_cast<cuuint32_t>(p.stride_h), 1};
  CUtensorMap map;
  check_map(encode(&map, type_code(type), 4, nowhere(), dims, strides, corners.lower, corners.upper,
                   kIgemmDepth, static_cast<cuuint32_t>(tile_rows), steps,
                   CU_TENSOR_MAP_INTERLEAVE_NONE, CU_TENSOR_MAP_SWIZZLE_128B,
                   CU_TENSOR_MAP_L2_PROMOTION_L2_256B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE),
            "cuTensorMapEncodeIm2col");
  return map;
}

CUtensorMap matrix_map(int64_t rows, int64_t columns, NarrowType type, int box_rows) {
  static const auto encode = reinterpret_cast<PFN_cuTensorMapEncodeTiled_v12000>(
      driver_function("cuTensorMapEncodeTiled"));
  const cuuint64_t dims[2] = {static_cast<cuuint64_t>(columns), static_cast<cuuint64_t>(rows)};
  const cuuint64_t strides[1] = {static_cast<cuuint64_t>(columns) * 2};
  const cuuint32_t box[2] = {kIgemmDepth, static_cast<cuuint32_t>(box_rows)};
  const cuuint32_t steps[2] = {1, 1};
  CUtensorMap map;
  check_map(encode(&map, type_code(type), 2, nowhere(), dims, strides, box, steps,
                   CU_TENSOR_MAP_INTERLEAVE_NONE, CU_TENSOR_MAP_SWIZZLE_128B,
                   CU_TENSOR_MAP_L2_PROMOTION_L2_256B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE),
            "cuTensorMapEncodeTiled");
  return map;
}

}  // namespace tenon
