#pragma once

#include <array>
#include <optional>
#include <span>

#include "cuda/kernels/attention/attention_kernels.h"
#include "device/launch.h"
#include "device/problem.h"
#include "device/tactic.h"

namespace tenon {

AttentionShape attention_shape(const Problem& problem);

// Why no kernel of this family does the problem.
std::optional<Refusal> refuse_attention(const Problem& problem);
// Why no kernel on tensor cores does: they read heads in pieces of 16 bytes.
std::optional<Refusal> refuse_narrow_attention(const Problem& problem);

// Finds q, k, v and the mask at a launch.
class AttentionOperands {
 public:
  AttentionOperands(const Problem& problem, std::span<const std::byte> packed);
  AttentionPointers pointers(const LaunchArgs& args) const;

 private:
  static constexpr size_t kCount = 4;
  bool has_mask_;
  std::array<int64_t, kCount> first_{};  // bytes
  std::array<const void*, kCount> constant_{};
};

}  // namespace tenon
