#pragma once

#include <cstdint>
#include <string>

#include "cuda/kernels/igemm/igemm_params.h"
#include "device/problem.h"

namespace tenon {

// Types of products on tensor cores: elements of two bytes are FP16 or BF16, of four FP32 that may
// be rounded to TF32.

// Why the problem's input is not of this size and kind; "" when it is.
std::string refusal_of_type(const Problem& problem, int element_bytes);
ProductType product_type(DataType type);

// Weights as the kernels take them, element by element: FP32 rounded to TF32, to the nearest, ties
// away from zero, as cvt.rna does.
uint16_t product_word(uint16_t word);
uint32_t product_word(uint32_t word);

}  // namespace tenon
