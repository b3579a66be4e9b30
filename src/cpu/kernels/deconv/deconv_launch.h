#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "cpu/kernels/deconv/deconv_kernels.h"
#include "device/tactic.h"

namespace tenon {

// Packed: [chunk][kernel row][kernel column][channel][vector][lane], a chunk being two vectors of
// filters or, at the end, one, then the bias; missing filters and an absent bias are zeros.
std::vector<std::byte> pack_deconv(const Problem& problem, int lanes);

// A launch of a two-dimensional `deconv` without groups, over packed weights.
std::unique_ptr<Launch> bind_deconv(const Problem& problem, std::span<const std::byte> packed,
                                    const DeconvKernels& kernels);

}  // namespace tenon
