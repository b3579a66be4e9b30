#pragma once

#include <optional>

#include "device/tactic.h"

namespace tenon {

// A problem of the op TopK as lines of n elements that are `inner` apart in memory:
// [outer, n, inner] -> [outer, k, inner].
struct TopKLines {
  int64_t outer = 1;
  int64_t n = 1;
  int64_t inner = 1;
  int64_t k = 1;

  int64_t lines() const { return outer * inner; }
};

// For kLinear and kChannelsLast. Throws Error when k is greater than n.
TopKLines topk_lines(const Problem& problem);

// Why the problem is none of a tensor of f32, f16, bf16, i32 or i64.
std::optional<Refusal> refuse_topk(const Problem& problem);

}  // namespace tenon
