#include "cuda/kernels/attention/attention_tactics.h"

#include <algorithm>
#include <cmath>

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/device_facts.h"
#include "cuda/estimates.h"
#include "cuda/kernels/attention/attention_problem.h"
#include "cuda/kernels/attention/wgmma_tactics.h"
#include "device/launch.h"
#include "device/offers.h"
#include "device/packed_constants.h"
#include "ops/attention.h"

namespace tenon {
namespace {

class AttentionLaunch final : public Launch {
 public:
  // By the tensor-core kernel for so many queries a block; 0: the one in FP32.
  AttentionLaunch(const Problem& problem, std::span<const std::byte> packed, int rows)
      : shape_(attention_shape(problem)), operands_(problem, packed), rows_(rows) {
    if (rows_ != 0 && !is_empty()) {
      check_cuda(prepare_flash_attention(shape_.type, rows_, shape_.size),
                 "cudaFuncSetAttribute for attention");
    }
  }

  void run(const LaunchArgs& args) const override {
    if (is_empty()) return;
    const AttentionPointers pointers = operands_.pointers(args);
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
  AttentionOperands operands_;
  int rows_;
};

// On tensor cores, with blocks of so many queries.
class FlashAttention final : public DependentTactic {
 public:
  FlashAttention(std::string_view name, int rows) : name_(name), rows_(rows) {}
  std::string_view name() const override { return name_; }

  Offer offer(const Problem& problem) const override {
    if (const auto refusal = refuse_narrow_attention(problem)) return *refusal;
    const Attention& op = *problem.op.as<Attention>();
    if (op.size > flash_attention_size(rows_)) return Refusal{"takes no heads of this size"};
    if (flash_attention_shared_bytes(rows_, static_cast<int>(op.size)) >
        device_facts().shared_bytes) {
      return Refusal{"needs more shared memory than the GPU has"};
    }
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
class ExactAttention final : public DependentTactic {
 public:
  std::string_view name() const override { return "attention_f32"; }
  Offer offer(const Problem& problem) const override {
    if (const auto refusal = refuse_attention(problem)) return *refusal;
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
  static const std::vector<const Tactic*> table = [] {
    std::vector<const Tactic*> all(wgmma_attention_tactics().begin(),
                                   wgmma_attention_tactics().end());
    all.insert(all.end(), {&wide, &narrow, &exact});
    return all;
  }();
  return table;
}

}  // namespace tenon
