#include "cuda/kernels/igemm/product_type.h"

#include "base/error.h"

namespace tenon {

std::string refusal_of_type(const Problem& problem, int element_bytes) {
  const DataType type = problem.inputs[0].dtype;
  if (element_bytes == 2) {
    return type == DataType::kF16 || type == DataType::kBF16 ? "" : "neither FP16 nor BF16";
  }
  if (type != DataType::kF32) return "not FP32";
  return problem.tf32 ? "" : "TF32 is not allowed";
}

ProductType product_type(DataType type) {
  switch (type) {
    case DataType::kF16: return ProductType::kF16;
    case DataType::kBF16: return ProductType::kBF16;
    case DataType::kF32: return ProductType::kTf32;
    default: fail("no products of {}", name_of(type));
  }
}

uint16_t product_word(uint16_t word) { return word; }

uint32_t product_word(uint32_t word) {
  constexpr uint32_t kExponent = 0x7F800000, kHalf = 0x1000, kDropped = 0x1FFF;
  if ((word & kExponent) == kExponent) return word;  // no finite number
  return (word + kHalf) & ~kDropped;
}

}  // namespace tenon
