#include "cuda/kernels/attention/attention_tactics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/device_facts.h"
#include "cuda/estimates.h"
#include "cuda/kernels/attention/attention_kernels.h"
#include "device/launch.h"
#include "device/offers.h"
#include "device/packed_constants.h"
#include "ops/attention.h"

namespace tenon {
namespace {

constexpr size_t kOperands = 4;

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
std::array<int64_t, kOperands> columns_of(const Attention& op) {
  return {op.q_column, op.k_column, op.v_column, 0};
}

AttentionShape shape_of(const Problem& problem) {
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

// Why no kernel here does the problem.
std::optional<Refusal> refuse(const Problem& problem) {
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

class AttentionLaunch final : public Launch {
 public:
  // By the tensor-core kernel for so many queries a block; 0: the one in FP32.
  AttentionLaunch(const Problem& problem, std::span<const std::byte> packed, int rows)
      : shape_(shape_of(problem)), rows_(rows) {
    const Attention& op = *problem.op.as<Attention>();
    const bool planes = op.layout == AttentionLayout::kHeadsFirst;
    for (size_t i = 0; i < problem.inputs.size(); ++i) {
      const int64_t column = planes ? 0 : columns_of(op)[i];
      first_[i] = static_cast<int64_t>(bytes_of(shape_.type, column));
      constant_[i] = packed_constant(problem, packed, i);
    }
    if (rows_ != 0 && !is_empty()) {
      check_cuda(prepare_flash_attention(shape_.type, rows_, shape_.size),
                 "cudaFuncSetAttribute for attention");
    }
  }

  void run(const LaunchArgs& args) const override {
    if (is_empty()) return;
    const auto at = [&](size_t i) -> const void* {
      const void* data = constant_[i] != nullptr ? constant_[i] : args.inputs[i];
      return static_cast<const std::byte*>(data) + first_[i];
    };
    const AttentionPointers pointers{at(0), at(1), at(2), shape_.mask.present ? at(3) : nullptr,
                                     args.outputs[0]};
    if (rows_ != 0) {
      launch_flash_attention(shape_, rows_, pointers, stream_of(args));
    } else {
      launch_exact_attention(shape_, pointers, stream_of(args));
    }
    check_launch("attention");
  }

 private:
  bool is_empty() const { return shape_.batch == 0 || shape_.queries == 0; }

  AttentionShape shape_;
  int rows_;
  std::array<int64_t, kOperands> first_{};  // bytes
  std::array<const void*, kOperands> constant_{};
};

// On tensor cores, with blocks of so many queries.
class FlashAttention final : public Tactic {
 public:
  FlashAttention(std::string_view name, int rows) : name_(name), rows_(rows) {}
  std::string_view name() const override { return name_; }

  Offer offer(const Problem& problem) const override {
    if (const auto refusal = refuse(problem)) return *refusal;
    const Attention& op = *problem.op.as<Attention>();
    if (problem.outputs[0].dtype == DataType::kF32) return Refusal{"computes f16 and bf16 only"};
    if (op.size > flash_attention_size(rows_)) return Refusal{"takes no heads of this size"};
    if (flash_attention_shared_bytes(rows_, static_cast<int>(op.size)) >
        device_facts().shared_bytes) {
      return Refusal{"needs more shared memory than the GPU has"};
    }
    if (!(op.scale > 0) || !std::isfinite(op.scale)) return Refusal{"takes positive scales only"};
    const auto whole = [](int64_t elements) { return elements % 8 == 0; };
    bool aligned = whole(op.size) && whole(op.q_column) && whole(op.k_column) && whole(op.v_column);
    for (size_t i = 0; i < 3; ++i) {
      const Dims& dims = problem.inputs[i].dims;
      aligned = aligned && whole(dims[dims.rank() - 1]);
    }
    if (!aligned) return Refusal{"takes heads that begin at multiples of 8 elements only"};
    return linear_offer(problem);
  }

  double estimate(const Problem& problem) const override {
    const Attention& op = *problem.op.as<Attention>();
    const AttentionExtents e =
        attention_extents(op, problem.inputs[0].dims, problem.inputs[1].dims);
    const double tiles =
        std::ceil(static_cast<double>(e.queries) / rows_) * static_cast<double>(e.batch * op.heads);
    const double waves = tiles / device_facts().multiprocessors;
    const double filled = std::min(1.0, waves);
    return gpu_memory_seconds(problem) +
           gpu_compute_seconds(flops_of(problem), problem.outputs[0].dtype,
                               std::max(rows_ == 64 ? 0.25 * filled : 0.35 * filled, 1e-3));
  }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return std::make_unique<AttentionLaunch>(problem, packed, rows_);
  }

 private:
  std::string_view name_;
  int rows_;
};

// In FP32, whatever the type of the operands and the size of the heads.
class ExactAttention final : public Tactic {
 public:
  std::string_view name() const override { return "attention_f32"; }
  Offer offer(const Problem& problem) const override {
    if (const auto refusal = refuse(problem)) return *refusal;
    return linear_offer(problem);
  }
  double estimate(const Problem& problem) const override {
    return gpu_memory_seconds(problem) +
           gpu_compute_seconds(flops_of(problem), DataType::kF32, 0.3);
  }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return std::make_unique<AttentionLaunch>(problem, packed, 0);
  }
};

}  // namespace

std::span<const Tactic* const> attention_tactics() {
  static const FlashAttention wide("attention_flash_128", 128);
  static const FlashAttention narrow("attention_flash_64", 64);
  static const ExactAttention exact;
  static const Tactic* const table[] = {&wide, &narrow, &exact};
  return table;
}

}  // namespace tenon
