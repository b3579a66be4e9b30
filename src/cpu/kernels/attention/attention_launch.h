#pragma once

#include <memory>
#include <span>

#include "device/tactic.h"

namespace tenon {

// Attention in FP32 by stretches of keys: a stretch is packed once for a block of queries of one
// head, and no more scores are kept than a few queries have with one stretch.
// (the order of Dao et al. 2022, arXiv:2205.14135)
std::unique_ptr<Launch> bind_attention(const Problem& problem, std::span<const std::byte> packed);

}  // namespace tenon
