#pragma once

#include <memory>
#include <span>
#include <vector>

#include "cpu/kernels/pointwise/pointwise_program.h"
#include "device/tactic.h"

namespace tenon {

inline constexpr size_t kMaxPointwiseValues = 128;

// The dims of operand i aligned to the output's rank: ones in front, or the scale and shift of a
// Scale put on its axis.
Dims pointwise_operand_dims(const Problem& problem, size_t i);

// Binds an elementwise problem whose operands are FP32 or booleans, in one layout, or of one
// element, or constant (in pack_constants() form).
std::unique_ptr<Launch> bind_pointwise(const Problem& problem, std::span<const std::byte> packed,
                                       const PointwiseKernels& kernels);

}  // namespace tenon
