#include "cuda/kernels/attention/head_map.h"

#include "cuda/tensor_map.h"

namespace tenon {

CUtensorMap head_map(DataType type, const HeadExtents& e, const AttentionStrides& strides) {
  const auto count = [](int64_t n) { return static_cast<cuuint64_t>(n); };
  const cuuint64_t dims[4] = {count(e.size), count(e.positions), count(e.heads), count(e.batch)};
  const cuuint64_t bytes[3] = {count(strides.position) * 2, count(strides.head) * 2,
                               count(strides.batch) * 2};
  const cuuint32_t box[4] = {64, 64, 1, 1};
  return tiled_map(
      type == DataType::kF16 ? CU_TENSOR_MAP_DATA_TYPE_FLOAT16 : CU_TENSOR_MAP_DATA_TYPE_BFLOAT16,
      dims, bytes, box, CU_TENSOR_MAP_L2_PROMOTION_L2_128B);
}

}  // namespace tenon
