#include "cuda/kernels/attention/head_map.h"

#include <cudaTypedefs.h>

#include <algorithm>

#include "cuda/tensor_map.h"

namespace tenon {

CUtensorMap head_map(DataType type, const HeadExtents& e, const AttentionStrides& strides) {
  static const auto encode = reinterpret_cast<PFN_cuTensorMapEncodeTiled_v12000>(
      driver_function("cuTensorMapEncodeTiled"));
  const auto count = [](int64_t n) { return static_cast<cuuint64_t>(n); };
  const cuuint64_t dims[4] = {count(e.size), count(e.positions), count(e.heads), count(e.batch)};
  const cuuint64_t bytes[3] = {count(strides.position) * 2, count(strides.head) * 2,
                               count(strides.batch) * 2};
  const cuuint32_t box[4] = {64, 64, 1, 1}, steps[4] = {1, 1, 1, 1};
  CUtensorMap map;
  // Any aligned address does until the launch.
  void* const nowhere = reinterpret_cast<void*>(uintptr_t{1} << 20);
  check_map(encode(&map,
                   type == DataType::kF16 ? CU_TENSOR_MAP_DATA_TYPE_FLOAT16
                                          : CU_TENSOR_MAP_DATA_TYPE_BFLOAT16,
                   4, nowhere, dims, bytes, box, steps, CU_TENSOR_MAP_INTERLEAVE_NONE,
                   CU_TENSOR_MAP_SWIZZLE_128B, CU_TENSOR_MAP_L2_PROMOTION_L2_128B,
                   CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE),
            "cuTensorMapEncodeTiled");
  return map;
}

}  // namespace tenon
