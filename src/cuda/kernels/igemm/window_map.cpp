#include <cudaTypedefs.h>

#include "cuda/kernels/igemm/igemm_tensor_params.h"
#include "cuda/tensor_map.h"

namespace tenon {
namespace {

CUtensorMapDataType type_code(ProductType type) {
  switch (type) {
    case ProductType::kF16: return CU_TENSOR_MAP_DATA_TYPE_FLOAT16;
    case ProductType::kBF16: return CU_TENSOR_MAP_DATA_TYPE_BFLOAT16;
    case ProductType::kTf32: break;
  }
  return CU_TENSOR_MAP_DATA_TYPE_TFLOAT32;  // copies of FP32 are rounded
}
// x as [images][height][width][channels], inner dims first.
struct Image {
  cuuint64_t dims[4];
  cuuint64_t strides[3];  // in bytes, of all but the first

  explicit Image(const IgemmParams& p) {
    const auto channels = static_cast<cuuint64_t>(p.channels),
               width = static_cast<cuuint64_t>(p.width), height = static_cast<cuuint64_t>(p.height),
               pitch = static_cast<cuuint64_t>(p.x_pitch) * p.element_bytes;
    const auto pixels = static_cast<cuuint64_t>(p.by_pixels.divisor);  // of y
    dims[0] = channels, dims[1] = width, dims[2] = height;
    dims[3] = static_cast<cuuint64_t>(p.rows) / pixels;
    strides[0] = pitch, strides[1] = width * pitch, strides[2] = height * width * pitch;
  }
};

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

CUtensorMap window_map(const IgemmParams& p, ProductType type, int tile_rows) {
  static const auto encode = reinterpret_cast<PFN_cuTensorMapEncodeIm2col_v12000>(
      driver_function("cuTensorMapEncodeIm2col"));
  const Image image(p);
  const WindowCorners corners = window_corners(p);
  const cuuint32_t steps[4] = {1, static_cast<cuuint32_t>(p.stride_w),
                               static_cast<cuuint32_t>(p.stride_h), 1};
  CUtensorMap map;
  check_map(
      encode(&map, type_code(type), 4, unset_address(), image.dims, image.strides, corners.lower,
             corners.upper, static_cast<cuuint32_t>(igemm_depth(p.element_bytes)),
             static_cast<cuuint32_t>(tile_rows), steps, CU_TENSOR_MAP_INTERLEAVE_NONE,
             CU_TENSOR_MAP_SWIZZLE_128B, CU_TENSOR_MAP_L2_PROMOTION_L2_256B,
             CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE),
      "cuTensorMapEncodeIm2col");
  return map;
}

CUtensorMap matrix_map(int64_t rows, int64_t columns, ProductType type, int box_rows) {
  const cuuint64_t dims[2] = {static_cast<cuuint64_t>(columns), static_cast<cuuint64_t>(rows)};
  const cuuint64_t strides[1] = {static_cast<cuuint64_t>(columns) * 2};
  const cuuint32_t box[2] = {kIgemmDepth, static_cast<cuuint32_t>(box_rows)};
  return tiled_map(type_code(type), dims, strides, box, CU_TENSOR_MAP_L2_PROMOTION_L2_256B);
}

}  // namespace tenon
