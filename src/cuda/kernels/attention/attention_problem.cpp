#include "cuda/kernels/attention/attention_problem.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "device/packed_constants.h"
#include "ops/attention.h"

namespace tenon {
namespace {

bool has_mask(const Problem& problem) {
  return problem.inputs.size() > 3 && problem.inputs[3].present;
}

AttentionMaskShape mask_shape(const Problem& problem) {
  AttentionMaskShape mask;
  if (!has_mask(problem)) return mask;
  mask.present = true;
  mask.boolean = problem.inputs[3].dtype == DataType::kBool;
  const Dims& dims = problem.inputs[3].dims;
  std::array<int64_t, 4> strides{};
  int64_t stride = 1;
  for (int i = 0; i < dims.rank() && i < 4; ++i) {
    const int64_t extent = dims[dims.rank() - 1 - i];
    strides[static_cast<size_t>(3 - i)] = extent == 1 ? 0 : stride;
    stride *= extent;
  }
  mask.batch = strides[0];
  mask.head = strides[1];
  mask.query = strides[2];
  mask.key = strides[3];
  return mask;
}

AttentionStrides strides_of(const HeadStrides& s) { return {s.batch, s.head, s.position}; }

// Where q, k, v and y begin in their tensors.
std::array<int64_t, 4> columns_of(const Attention& op) {
  return {op.q_column, op.k_column, op.v_column, 0};
}

}  // namespace

AttentionShape attention_shape(const Problem& problem) {
  const Attention& op = *problem.op.as<Attention>();
  const Dims& q = problem.inputs[0].dims;
  const Dims& k = problem.inputs[1].dims;
  const AttentionExtents e = attention_extents(op, q, k);
  AttentionShape shape{.type = problem.inputs[0].dtype,
                       .batch = static_cast<int>(e.batch),
                       .heads = static_cast<int>(op.heads),
                       .sharing = static_cast<int>(op.heads / op.kv_heads),
                       .queries = static_cast<int>(e.queries),
                       .keys = static_cast<int>(e.keys),
                       .size = static_cast<int>(op.size),
                       .scale = op.scale,
                       .causal = op.causal,
                       .nan_to_zero = op.nan_to_zero};
  shape.q = strides_of(head_strides(op, q, op.q_column));
  shape.k = strides_of(head_strides(op, k, op.k_column));
  shape.v = strides_of(head_strides(op, problem.inputs[2].dims, op.v_column));
  shape.y = strides_of(head_strides(op, problem.outputs[0].dims, 0));
  shape.mask = mask_shape(problem);
  return shape;
}

std::optional<Refusal> refuse_attention(const Problem& problem) {
  const DataType type = problem.outputs.at(0).dtype;
  if (type != DataType::kF32 && type != DataType::kF16 && type != DataType::kBF16) {
    return Refusal{"computes f32, f16 and bf16 only"};
  }
  for (size_t i = 0; i < problem.inputs.size(); ++i) {
    const OperandDesc& d = problem.inputs[i];
    const bool boolean = i == 3 && d.dtype == DataType::kBool;
    if (d.present && !boolean && d.dtype != type) {
      return Refusal{"takes operands of one type, and boolean masks, only"};
    }
  }
  const Attention& op = *problem.op.as<Attention>();
  const AttentionExtents e = attention_extents(op, problem.inputs[0].dims, problem.inputs[1].dims);
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  if (std::max(e.batch * op.heads * (e.queries / 64 + 1), e.keys) > kMost / 2) {
    return Refusal{"counts tiles of queries in 31 bits only"};
  }
  return std::nullopt;
}

std::optional<Refusal> refuse_narrow_attention(const Problem& problem) {
  if (const auto refusal = refuse_attention(problem)) return refusal;
  const Attention& op = *problem.op.as<Attention>();
  if (problem.outputs[0].dtype == DataType::kF32) return Refusal{"computes f16 and bf16 only"};
  if (!(op.scale > 0) || !std::isfinite(op.scale)) return Refusal{"takes positive scales only"};
  const auto whole = [](int64_t elements) { return elements % 8 == 0; };
  bool aligned = whole(op.size) && whole(op.q_column) && whole(op.k_column) && whole(op.v_column);
  for (size_t i = 0; i < 3; ++i) {
    const Dims& dims = problem.inputs[i].dims;
    aligned = aligned && whole(dims[dims.rank() - 1]);
  }
  if (!aligned) return Refusal{"takes heads that begin at multiples of 8 elements only"};
  return std::nullopt;
}

AttentionOperands::AttentionOperands(const Problem& problem, std::span<const std::byte> packed)
    : has_mask_(has_mask(problem)) {
  const Attention& op = *problem.op.as<Attention>();
  const bool planes = op.layout == AttentionLayout::kHeadsFirst;
  for (size_t i = 0; i < problem.inputs.size(); ++i) {
    const int64_t column = planes ? 0 : columns_of(op)[i];
    first_[i] = static_cast<int64_t>(bytes_of(problem.outputs[0].dtype, column));
    constant_[i] = packed_constant(problem, packed, i);
  }
}

AttentionPointers AttentionOperands::pointers(const LaunchArgs& args) const {
  const auto at = [&](size_t i) -> const void* {
    const void* data = constant_[i] != nullptr ? constant_[i] : args.inputs[i];
    return static_cast<const std::byte*>(data) + first_[i];
  };
  return {at(0), at(1), at(2), has_mask_ ? at(3) : nullptr, args.outputs[0]};
}

}  // namespace tenon
