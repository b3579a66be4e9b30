#pragma once

#include <memory>
#include <span>
#include <vector>

#include "cpu/kernels/pointwise/pointwise_executor.h"
#include "device/tactic.h"

namespace tenon {

inline constexpr size_t kMaxPointwiseValues = 128;

// Binds an elementwise problem whose operands are FP32 or booleans, in one layout, or of one
// element, or constant (in pack_constants() form).
std::unique_ptr<Launch> bind_pointwise(const Problem& problem, std::span<const std::byte> packed,
                                       const PointwiseKernels& kernels);

}  // namespace tenon
